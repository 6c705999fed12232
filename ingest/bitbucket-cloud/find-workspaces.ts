/**
 * Which workspaces are meant: the named ones, or all of the credential, and what each of them is.
 */
import { CodedError, isCodedError } from '../../graph/errors.ts';
import type { HttpAnswer } from '../http.ts';
import { readPages } from '../paging.ts';
import { workspacePath } from './agreement.ts';
import type { CloudClient } from './config.ts';
import { requireReadsPermissions } from './credential-types.ts';
import { decodeWorkspace, decodeWorkspaceAccess, type Workspace } from './decode.ts';
import { ENDPOINTS } from './endpoints.ts';
import { firstPath, readPage } from './read-page.ts';
import { itemsOf, type Scope, scopeOf, UNFOLLOWED, UNREADABLE } from './scopes.ts';

export interface FoundWorkspace {
  readonly workspace: Workspace;
  readonly answer: HttpAnswer;
}

/** The workspace of this slug or uuid. Errors: CONFIG (a credential that cannot read permissions), UPSTREAM_AUTH, UPSTREAM_DENIED, UPSTREAM_MISSING, UPSTREAM_SHAPE. */
export async function fetchWorkspace(client: CloudClient, named: string): Promise<FoundWorkspace> {
  const { http } = client;
  const answer = await http.get(workspacePath(named, http.base.prefix));
  requireReadsPermissions(null, answer);
  if (answer.status === 404 || answer.status === 410) {
    const seen = await seenInstead(client);
    const message = `workspace \`${named}\` is not there, or the credential does not see it: status ${answer.status}${seen}`;
    throw new CodedError('UPSTREAM_MISSING', message, { status: answer.status, endpoint: ENDPOINTS.workspace.path });
  }
  refuse(answer, ENDPOINTS.workspace.path, `workspace \`${named}\``);
  const workspace = decodeWorkspace(answer.body);
  if (workspace === null) {
    throw new CodedError('UPSTREAM_SHAPE', `workspace \`${named}\` must have a uuid and a slug, got an answer without`, {
      endpoint: ENDPOINTS.workspace.path,
    });
  }
  return { workspace, answer };
}

const SHOWN_MAX = 10;

/** Which workspaces the credential does see, for the message; '' where that cannot be told. */
async function seenInstead(client: CloudClient): Promise<string> {
  try {
    const { slugs } = await findWorkspaces(client);
    const more = slugs.length > SHOWN_MAX ? ` and ${slugs.length - SHOWN_MAX} more` : '';
    return `; it sees ${slugs
      .slice(0, SHOWN_MAX)
      .map((slug) => `\`${slug}\``)
      .join(', ')}${more}`;
  } catch (error) {
    // The workspace that is missing is what is to be said.
    if (!isCodedError(error)) throw error;
    return '';
  }
}

/** The list of workspaces as a result names it. */
export const LIST = 'the list of workspaces';

export interface Discovered {
  /** Sorted. */
  readonly slugs: readonly string[];
  /** Why the list may have more; null where it was read to its end. */
  readonly trouble: CodedError | null;
}

/** All workspaces of all credentials that are not refused. Errors: as of `discover`. */
export async function findWorkspaces(client: CloudClient): Promise<Discovered> {
  const { credentials } = client.http.counters;
  if (credentials.length === 1) return await discover(client);
  const found: Discovered[] = [];
  for (const { position } of credentials) {
    try {
      found.push(await discover(client, position));
    } catch (error) {
      if (!isCodedError(error, 'UPSTREAM_AUTH') || !client.http.setAside(position, error.message)) throw error;
    }
  }
  return {
    slugs: [...new Set(found.flatMap(({ slugs }) => slugs))].sort(),
    trouble: found.find(({ trouble }) => trouble !== null)?.trouble ?? null,
  };
}

/** All workspaces of a credential, of any if left out. Errors: where no workspace is known, UPSTREAM_MISSING or why not; UPSTREAM_AUTH. */
async function discover({ http }: CloudClient, by?: number): Promise<Discovered> {
  const scope: Scope = scopeOf('user-workspaces', { key: '', params: {} });
  const endpoint = ENDPOINTS['user-workspaces'].path;
  const slugs = new Set<string>();
  let trouble: CodedError | null = null;
  const meet = (code: 'UPSTREAM_SHAPE' | 'UPSTREAM_ORIGIN', what: string) => {
    trouble ??= new CodedError(code, `${what}: workspaces may be missing, name them with --workspace`, { endpoint });
  };
  const fetchPage = async (path: string) => {
    const answer = await http.get(path, { by });
    requireReadsPermissions(by ?? null, answer);
    refuse(answer, endpoint, LIST);
    return readPage(scope, answer, { http, path, position: 1, fetchedAt: 0 });
  };
  try {
    for await (const { page } of readPages(firstPath(scope, http.base.prefix), fetchPage)) {
      const items = itemsOf('user-workspaces', page);
      if (items === null) meet('UPSTREAM_SHAPE', 'a page must have a list of values, got one without');
      for (const item of items ?? []) {
        const slug = decodeWorkspaceAccess(item)?.workspace.slug;
        if (slug !== undefined) slugs.add(slug);
        else meet('UPSTREAM_SHAPE', 'an item must name a workspace by its slug, got one that does not');
      }
      if (page.next === UNFOLLOWED) meet('UPSTREAM_ORIGIN', `the link to the next page must stay on \`${http.base.origin}\`, got another`);
      if (page.next === UNREADABLE) meet('UPSTREAM_SHAPE', 'the link to the next page must be a text, got something else');
    }
  } catch (error) {
    // What was read stands; a refused credential would fail for every workspace too.
    if (!isCodedError(error) || !error.code.startsWith('UPSTREAM_') || error.code === 'UPSTREAM_AUTH' || slugs.size === 0) throw error;
    trouble ??= error;
  }
  if (slugs.size === 0) {
    throw (
      trouble ??
      new CodedError('UPSTREAM_MISSING', 'the credential must belong to a workspace, got an empty list: name one with --workspace')
    );
  }
  return { slugs: [...slugs].sort(), trouble };
}

/** Errors: the one that a refusal of the endpoint is; none for 200. */
export function refuse({ status }: HttpAnswer, endpoint: string, what: string): void {
  if (status === 200) return;
  const details = { status, endpoint };
  if (status === 401) throw new CodedError('UPSTREAM_AUTH', 'the upstream refuses the credential', details);
  if (status === 403) throw new CodedError('UPSTREAM_DENIED', `${what} may not be read with this credential`, details);
  if (status === 402) throw new CodedError('UPSTREAM_PLAN', `${what} is not part of the plan`, details);
  throw new CodedError(
    status === 404 || status === 410 ? 'UPSTREAM_MISSING' : 'UPSTREAM_FAILED',
    `${what} is not there: status ${status}`,
    details,
  );
}
