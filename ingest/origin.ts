/**
 * Where calls may go: one configured base address, and nothing beyond its origin.
 *
 * Paths are kept relative to the origin (`/2.0/workspaces/acme`), so that kept pages do not depend on the host.
 */
import { CodedError } from '../graph/errors.ts';

export interface BaseAddress {
  /** Scheme, host and port, e.g. `https://api.bitbucket.org`. */
  readonly origin: string;
  /** The path below which the API lies, without a slash at the end: mostly ''. */
  readonly prefix: string;
}

/** Reads a base address. Credentials go over https, or over http to loopback. Errors: CONFIG naming the option. */
export function parseBaseAddress(text: string, option: string): BaseAddress {
  const url = URL.parse(text);
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    throw new CodedError('CONFIG', `${option} must be an http or https address, got one that is not`, { option });
  }
  if (url.username !== '' || url.password !== '') {
    throw new CodedError('CONFIG', `${option} must not hold a user or password: set the credential in its own variables`, { option });
  }
  if (url.search !== '' || url.hash !== '') {
    throw new CodedError('CONFIG', `${option} must be an address without query and fragment`, { option });
  }
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    throw new CodedError('CONFIG', `${option} must be https, because credentials go over http to loopback only: host \`${url.hostname}\``, {
      option,
    });
  }
  return { origin: url.origin, prefix: url.pathname.replace(/\/+$/, '') };
}

export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

/** A link that the upstream sent, relative to the origin. Errors: UPSTREAM_ORIGIN for a link elsewhere or one that is no address. */
export function relativeLink(link: string, base: BaseAddress, current: string): string {
  const url = URL.parse(link, `${base.origin}${current}`);
  if (url === null || url.origin !== base.origin) {
    throw new CodedError(
      'UPSTREAM_ORIGIN',
      `a link must stay on \`${base.origin}\`, got one to ${url === null ? 'no address' : `\`${url.host}\``}`,
      {
        path: withoutQuery(current),
      },
    );
  }
  return `${url.pathname}${url.search}`;
}

/** A path fit for messages: queries may hold what should not be shown. */
export function withoutQuery(path: string): string {
  return path.replace(/[?#].*$/s, '');
}
