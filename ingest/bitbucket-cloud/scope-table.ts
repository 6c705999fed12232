/**
 * The scopes that a credential needs, as the README shows them: computed from the endpoint table, so that a row that is added
 * there asks for its scope here.
 */
import { ENDPOINT_IDS, ENDPOINTS, type EndpointId } from './endpoints.ts';

/** What credentials there are, and where the scopes of an endpoint stand in its row. */
const KINDS: readonly { readonly title: string; readonly scopesOf: (id: EndpointId) => readonly string[] }[] = [
  { title: 'Scope of an OAuth consumer', scopesOf: (id) => ENDPOINTS[id].scopes.oauth },
  { title: 'Scope of an API token', scopesOf: (id) => [ENDPOINTS[id].scopes.apiToken] },
];

/** Markdown: a table for each kind of credential, one row for each scope. Ends with a line end. */
export function renderScopeTables(): string {
  return KINDS.map(({ title, scopesOf }) => {
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
