/**
 * What is left of texts that may hold a secret when the secret is taken away.
 *
 * INVARIANT: each function gives back what it gave as it is, so that what was kept can be kept again.
 */
import { createHash } from 'node:crypto';

/** A part of a path that reads like a word: `hooks`, `v2`, `bitbucket-push`. Services put tokens into the other sort. */
const WORD = /^(?=.{1,40}$)[a-z]{0,15}\d{0,3}(?:[-_.][a-z]{0,15}\d{0,3})*$/i;

/** Stands for a part of a path that may be a token. */
const ELIDED = '*';

/**
 * Origin and path of a web address, without user, query and fragment; parts of the path that do not read like words are `*`.
 * Undefined for what is no web address.
 */
export function bareAddress(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const { protocol, origin, pathname } = new URL(text);
  if (protocol !== 'https:' && protocol !== 'http:') return undefined;
  const parts = pathname.split('/').map((part) => (part === '' || WORD.test(part) ? part : ELIDED));
  return `${origin}${parts.join('/')}`;
}

/** The text where every word of it reads like one (`Jira Cloud`, `com.example.chat`); undefined for anything else, such as a token. */
export function plainName(text: string): string | undefined {
  const name = text.trim();
  return name !== '' && name.length <= NAME_LENGTH_MAX && name.split(/[\s/:]+/).every((part) => WORD.test(part)) ? name : undefined;
}

const NAME_LENGTH_MAX = 100;

/** The fingerprint of a public SSH key as `ssh-keygen -l` prints it: `SHA256:...`. Undefined for what is no such key. */
export function fingerprintOf(text: string): string | undefined {
  if (/^SHA256:[A-Za-z0-9+/]{43}$/.test(text)) return text;
  const [, blob] = /^(?:ssh|ecdsa|sk-ssh|sk-ecdsa)-\S+ ([A-Za-z0-9+/]+={0,2})(?:\s|$)/.exec(text.trim()) ?? [];
  if (blob === undefined) return undefined;
  return `SHA256:${createHash('sha256').update(Buffer.from(blob, 'base64')).digest('base64').replace(/=+$/, '')}`;
}

/** A name of a setting: lower-case words with `_` between. */
const FLAG = /^[a-z]{1,20}(?:_[a-z]{1,20}){0,5}$/;

/** More than the upstream has settings by far. */
const FLAGS_MAX = 50;

/** Fields of an object that are true or false and have plain names, in order; the others are left out. Undefined for what is no object. */
export function plainFlags(body: unknown): Record<string, boolean> | undefined {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return undefined;
  const flags = Object.entries(body).filter((entry): entry is [string, boolean] => typeof entry[1] === 'boolean' && FLAG.test(entry[0]));
  return Object.fromEntries(flags.sort(([a], [b]) => (a < b ? -1 : 1)).slice(0, FLAGS_MAX));
}
