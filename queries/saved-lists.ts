/**
 * Saved questions of one form: who may do one action to one thing that is named.
 */
import type { Action } from '../graph/model/actions.ts';
import type { LeveledKind } from '../graph/model/levels.ts';
import type { NodeKind } from '../graph/model/node-kinds.ts';
import { actionText, areRulesHidden, everybodyAllowed, holdersOf, isNotStopped, LEVELED, stoppingKinds } from './saved-fragments.ts';
import { type Listed, node, type SavedParameter, type SavedQuestion, type Shown, savedQuestion } from './saved-question.ts';

export interface WhoCan {
  readonly whoCan: Listed<{ readonly node: Shown }>;
}

/** What differs between them. */
export interface ListQuestion {
  readonly name: string;
  readonly text: string;
  readonly note?: string;
  readonly action: Action;
  /** The value of the enum in GraphQL. */
  readonly asked: string;
}

const REPOSITORY: SavedParameter = {
  name: 'repository',
  kind: 'node',
  of: ['Repository'],
  doc: 'the repository',
  example: 'repository:acme/api',
};

/** `who-can-push` is `WhoCanPush`. */
function operationName(name: string): string {
  return name.replace(/(?:^|-)(.)/g, (_, letter: string) => letter.toUpperCase());
}

/** The operation of one thing, with its proofs. */
export function whoCanOperation({ name, asked, parameter }: { name: string; asked: string; parameter: string }): string {
  return `query ${operationName(name)}($${parameter}: Ref!, $after: String) {
  whoCan(action: ${asked}, resource: $${parameter}, first: 1000, after: $after) {
    complete
    pageInfo { hasNextPage endCursor }
    edges { permission node { kind ref key name } proof { text steps { edge } } }
  }
}`;
}

/** Of a repository. */
export function whoCanQuestion({ name, text, note, action, asked }: ListQuestion): SavedQuestion {
  return savedQuestion<WhoCan>({
    name,
    text,
    ...(note !== undefined && { note }),
    parameters: [REPOSITORY],
    columns: [node('identity')],
    asks: { action, of: 'repository' },
    paged: 'whoCan',
    graphql: whoCanOperation({ name, asked, parameter: 'repository' }),
    rows: (pages) => pages.flatMap(({ whoCan }) => whoCan.edges.map((edge) => [edge.node.ref])),
    cypher: `
MATCH (r:Repository {tenant: $tenant, key: $repository})
${everybodyAllowed(actionText(action, 'Repository'))}
RETURN i AS identity ORDER BY i.ref`,
  });
}

/** Of everything of one leveled kind. */
export function whoCanOnEach(question: ListQuestion & { readonly kind: LeveledKind }): SavedQuestion {
  const { name, text, note, action, asked, kind } = question;
  const column = kind.toLowerCase();
  return savedQuestion<{ find: Listed<{ node: Shown & WhoCan }> }>({
    name,
    text,
    ...(note !== undefined && { note }),
    parameters: [],
    columns: [node(column), node('identity')],
    paged: 'find',
    graphql: `
query ${operationName(name)}($after: String) {
  find(text: "", kinds: [${kind.toUpperCase()}], first: 50, after: $after) {
    pageInfo { hasNextPage endCursor }
    edges {
      node {
        ref key
        ... on Resource {
          whoCan(action: ${asked}, first: 1000) {
            pageInfo { hasNextPage }
            edges { node { ref key } proof { text } }
          }
        }
      }
    }
  }
}`,
    rows: (pages) =>
      pages.flatMap(({ find }) => find.edges.flatMap(({ node: { ref, whoCan } }) => whoCan.edges.map((edge) => [ref, edge.node.ref]))),
    cypher: `
MATCH (r:${kind} {tenant: $tenant})
WHERE r.key > ''
${everybodyAllowed(actionText(action, kind))}
RETURN r AS ${column}, i AS identity ORDER BY r.ref, i.ref`,
  });
}

/** Of everything of one kind that lies directly in a repository. `walk` is the field that leads there. */
export function whoCanOnContent(question: ListQuestion & { readonly kind: NodeKind; readonly walk: string }): SavedQuestion {
  const { name, text, note, action, asked, kind, walk } = question;
  const column = kind.toLowerCase();
  return savedQuestion<{ node: { content?: Listed<{ node: Shown & WhoCan }> } }>({
    name,
    text,
    ...(note !== undefined && { note }),
    parameters: [REPOSITORY],
    columns: [node(column), node('identity')],
    graphql: `
query ${operationName(name)}($repository: Ref!) {
  node(ref: $repository) {
    ref
    ... on Repository {
      content: ${walk}(first: 200) {
        pageInfo { hasNextPage }
        edges { node { ref key whoCan(action: ${asked}, first: 500) { pageInfo { hasNextPage } edges { permission node { ref key } } } } }
      }
    }
  }
}`,
    rows: (pages) =>
      pages.flatMap((page) =>
        (page.node.content?.edges ?? []).flatMap(({ node: { ref, whoCan } }) => whoCan.edges.map((edge) => [ref, edge.node.ref])),
      ),
    cypher: `
MATCH (:Repository {tenant: $tenant, key: $repository})-[:CONTAINS|STALE_CONTAINS]->(asked:${kind})
MATCH way = (asked)<-[:CONTAINS|STALE_CONTAINS*1..4]-(r:${LEVELED})
WHERE none(between IN nodes(way)[1..-1] WHERE between:${LEVELED})
WITH DISTINCT asked, r
${everybodyAllowed(actionText(action, kind), ['asked', 'r'])}
RETURN DISTINCT asked AS ${column}, i AS identity`,
  });
}

/** Of a branch that was observed. */
export function whoCanOnBranch(question: ListQuestion, only: 'all' | 'exempt' = 'all'): SavedQuestion {
  const { name, text, note, action, asked } = question;
  return savedQuestion<{ whoCan: Listed<{ node: Shown; proof: { steps: readonly { edge: string }[] } | null }> }>({
    name,
    text,
    ...(note !== undefined && { note }),
    parameters: [{ name: 'branch', kind: 'branch', doc: 'the branch', example: 'branch:acme/api#main' }],
    columns: [node('identity')],
    asks: { action, of: 'branch' },
    paged: 'whoCan',
    graphql: whoCanOperation({ name, asked, parameter: 'branch' }),
    rows: (pages) =>
      pages.flatMap(({ whoCan }) =>
        whoCan.edges
          .filter(({ proof }) => only === 'all' || proof?.steps.some(({ edge }) => edge === 'EXEMPTS') === true)
          .map((edge) => [edge.node.ref]),
      ),
    cypher: `
MATCH (b:Branch {tenant: $tenant, key: $branch})
MATCH (r:Repository {tenant: $tenant, key: $branchRepository})
${only === 'all' ? '' : `WHERE EXISTS { MATCH (b)<-[bound:BINDS|MAY_BIND]-() WHERE bound.word IN ${stoppingKinds(action)} }\n`}${everybodyOnBranch(action)}
RETURN i AS identity ORDER BY i.ref`,
  });
}

/** From `r` and `b`, a branch of it, to each `i` that may do the action there. `kept` stays bound beside them. */
export function everybodyOnBranch(action: Action, kept: readonly string[] = []): string {
  const carried = ['r', 'b', 'areHidden', ...kept];
  return `WITH ${['r', 'b', ...kept].join(', ')}, ${areRulesHidden('r')} AS areHidden
${everybodyAllowed(actionText(action, 'Branch'), carried)}
WITH ${carried.join(', ')}, i, ${holdersOf('i')} AS holders
WHERE ${isNotStopped({ branch: 'b', holders: 'holders', areHidden: 'areHidden' }, action)}`;
}
