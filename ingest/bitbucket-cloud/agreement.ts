/**
 * Several credentials read one run together, so they must see the same workspace: each is asked for it before anything is written.
 *
 * That they may read the same of it is not asked: what one is refused is asked of the others (see `HttpClient.get`).
 */
import { CodedError, isCodedError } from '../../graph/errors.ts';
import { credentialText } from '../credential-pool.ts';
import { type HttpAnswer, isFailedCall } from '../http.ts';
import type { CloudClient } from './config.ts';
import { requireReadsPermissions } from './credential-types.ts';
import { decodeWorkspace } from './decode.ts';
import { firstPath } from './read-page.ts';

/** What a credential sees of the workspace: null for nothing. */
interface Seen {
  readonly who: string;
  readonly workspace: { readonly uuid: string; readonly slug: string } | null;
  readonly status: number;
}

/**
 * Cost: one call for each credential. One that is refused altogether is set aside.
 * Errors: CONFIG where the credentials see different workspaces or one is of a kind that cannot read permissions; UPSTREAM_UNREACHABLE, BUDGET.
 */
export async function requireAgreement({ http }: CloudClient, named: string): Promise<void> {
  const credentials = http.counters.credentials.filter(({ setAside }) => !setAside);
  if (credentials.length === 1) return;
  const path = workspacePath(named, http.base.prefix);
  const seen: Seen[] = [];
  for (const credential of credentials) {
    const answer = await answerTo(() => http.get(path, { by: credential.position }));
    if (answer === null) continue;
    requireReadsPermissions(credential.position, answer);
    if (answer.status === 401) http.setAside(credential.position, 'the upstream refuses it (401)');
    else
      seen.push({
        who: credentialText(credential),
        workspace: answer.status === 200 ? decodeWorkspace(answer.body) : null,
        status: answer.status,
      });
  }
  const first = seen.find(({ workspace }) => workspace !== null);
  const other = seen.find(({ workspace }) => first?.workspace?.uuid !== workspace?.uuid || first?.workspace?.slug !== workspace?.slug);
  if (first === undefined || other === undefined) return;
  const found = other.workspace === null ? `status ${other.status}` : `\`${other.workspace.slug}\` (${other.workspace.uuid})`;
  throw new CodedError(
    'CONFIG',
    `all credentials must see the same workspace: for \`${named}\` ${first.who} gets \`${first.workspace?.slug}\` (${first.workspace?.uuid}), and ${other.who} gets ${found}; use credentials of one workspace, or one at a time`,
  );
}

/** The path that tells whether a credential is admitted at all. */
export function workspacePath(named: string, prefix: string): string {
  return firstPath({ endpoint: 'workspace', container: { key: '', params: { workspace: named } } }, prefix);
}

/** null where the credential or the workspace fails by itself: the others decide, and the run finds it again. */
async function answerTo(ask: () => Promise<HttpAnswer>): Promise<HttpAnswer | null> {
  try {
    return await ask();
  } catch (error) {
    if (isCodedError(error, 'UPSTREAM_AUTH') || isFailedCall(error)) return null;
    throw error;
  }
}
