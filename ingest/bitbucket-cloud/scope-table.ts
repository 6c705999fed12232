/**
 * The scopes that a credential needs, as the README shows them: computed from the endpoint table, so that a row that is added
 * there asks for its scope here.
 */
import { ENDPOINT_IDS, ENDPOINTS, type EndpointId, scopesFor } from './endpoints.ts';

const KINDS = [
  { title: 'Scope of an OAuth consumer', kind: 'client-credentials' },
  { title: 'Scope of an API token', kind: 'api-token' },
] as const;

/** Markdown: a table for each kind of credential, one row for each scope. Ends with a line end. */
export function renderScopeTables(): string {
  return KINDS.map(({ title, kind }) => {
    const scopesOf = (id: EndpointId) => scopesFor(id, kind);
    const scopes = [...new Set(ENDPOINT_IDS.flatMap(scopesOf))].sort();
    const rows = scopes.map((scope) => {
      const endpoints = ENDPOINT_IDS.filter((id) => scopesOf(id).includes(scope));
      const hidden = [...new Set(endpoints.flatMap((id) => ENDPOINTS[id].hides))];
      return `| \`${scope}\` | ${endpoints.map(inWords).join(', ')} | ${hidden.map(inWords).join(', ') || 'nothing'} |`;
    });
    return [`| ${title} | Reads | Not known without it |`, '| --- | --- | --- |', ...rows, ''].join('\n');
  }).join('\n');
}

/** Names of endpoints and of what gaps hide are words with hyphens. */
function inWords(name: string): string {
  return name.replaceAll('-', ' ');
}
