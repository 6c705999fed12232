/**
 * Which scopes a refused call lacked: as the answer says in its body, else in its headers, else by the row of the endpoint.
 */
import { SCOPES, type ScopeFamily } from '../../graph/model/credentials.ts';
import type { HttpAnswer } from '../http.ts';
import type { CloudCredential } from './credentials.ts';
import { decodeScopeRefusal } from './decode.ts';
import { type EndpointId, scopesFor } from './endpoints.ts';

/** Header with the scopes that the credential has. */
export const GRANTED_HEADER = 'x-oauth-scopes';

/** Header with the scopes that the call needs. */
export const NEEDED_HEADER = 'x-accepted-oauth-scopes';

export interface ScopeShortage {
  readonly needed: readonly string[];
  /** Those of the needed that the credential has not; null where nothing tells what it has. */
  readonly missing: readonly string[] | null;
}

/** `granted`: what the credential was granted as far as was told before; empty where it was not. */
export function missingScopes(
  endpoint: EndpointId,
  answer: HttpAnswer,
  { kind, granted }: { readonly kind: CloudCredential['kind']; readonly granted: readonly string[] },
): ScopeShortage {
  const said = decodeScopeRefusal(answer.body)?.error.detail;
  const needed =
    said === undefined ? (headerScopes(answer, NEEDED_HEADER) ?? scopesFor(endpoint, kind)) : said.required.filter(isScopeWord);
  const has = said?.granted?.filter(isScopeWord) ?? headerScopes(answer, GRANTED_HEADER) ?? (granted.length > 0 ? granted : null);
  if (has === null) return { needed, missing: null };
  const held = withImplied(has, kind === 'api-token' ? 'api-token' : 'oauth');
  return { needed, missing: needed.filter((scope) => !held.has(scope)) };
}

/** The scopes that the header lists; null where the answer has it not. */
export function headerScopes({ headers }: HttpAnswer, name: string): string[] | null {
  const text = headers?.[name];
  return text === undefined ? null : text.split(/[\s,]+/).filter(isScopeWord);
}

/** Words of others are shown to people: nothing but what looks like a scope. */
function isScopeWord(word: string): boolean {
  return /^[a-z][a-z:_-]{1,60}$/.test(word);
}

function withImplied(scopes: readonly string[], family: ScopeFamily): ReadonlySet<string> {
  const held = new Set<string>();
  const add = (scope: string) => {
    if (held.has(scope)) return;
    held.add(scope);
    SCOPES.find((row) => row.family === family && row.scope === scope)?.implies.forEach(add);
  };
  scopes.forEach(add);
  return held;
}
