/**
 * GraphiQL as one page without any other host: script, style and workers are bundled in it. The door to @graphql-yoga/render-graphiql.
 *
 * INVARIANT: the policy that goes with the page lets it talk to this server alone.
 */
import type { Grantpath } from '../queries/port.ts';
import type { SavedParameter, SavedQuestion } from '../queries/saved-question.ts';
import { SAVED_QUESTIONS } from '../queries/saved-questions.ts';
import { upperSnake } from './enums.ts';

export interface ExampleTab {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
}

/** Inline script and style are the page itself; workers and fonts are made of what it brings along. */
export const GRAPHIQL_POLICY = [
  "default-src 'none'",
  "script-src 'unsafe-inline' blob:",
  'worker-src blob:',
  "style-src 'unsafe-inline'",
  'font-src data:',
  'img-src data:',
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The page, with tabs that ask of what this store holds. */
export async function renderGraphiQLPage(grantpath: Grantpath): Promise<string> {
  // Nine megabytes that only this page needs: loaded when somebody opens it.
  const [{ renderGraphiQL }, tabs] = await Promise.all([import('@graphql-yoga/render-graphiql'), readExampleTabs(grantpath)]);
  return renderGraphiQL({
    title: 'grantpath',
    defaultTabs: tabs.map(({ query, variables }) => ({ query, variables: JSON.stringify(variables ?? {}, null, 2) })),
    schemaDescription: true,
  });
}

/** Example questions and all saved ones, about nodes of the store; about names from the documentation where it has none yet. */
export async function readExampleTabs(grantpath: Grantpath): Promise<ExampleTab[]> {
  const first = async (kind: 'User' | 'Repository' | 'Group', fallback: string) => {
    try {
      const page = await grantpath.find('', { kinds: [kind], first: 1 });
      return page.edges[0]?.node.ref ?? fallback;
    } catch {
      // The page is for finding out what is wrong: it opens without a snapshot too.
      return fallback;
    }
  };
  const [identity, resource, group] = await Promise.all([
    first('User', 'user:evan'),
    first('Repository', 'repository:acme/api'),
    first('Group', 'group:acme/developers'),
  ]);
  const branch = `${resource.replace('repository:', 'branch:')}#main`;
  const values = { identity, resource, repository: resource, group, branch };
  return [...exampleTabs({ identity, resource, branch }), ...SAVED_QUESTIONS.map((question) => savedTab(question, values))];
}

/** The operation under its question. Parameters that it does not declare are for the rows alone. */
function savedTab({ text, note, graphql, parameters }: SavedQuestion, values: Readonly<Record<string, string>>): ExampleTab {
  const variableOf = ({ name, kind, example }: SavedParameter) => (kind === 'action' ? upperSnake(example) : (values[name] ?? example));
  const declared = parameters.filter(({ name }) => graphql.includes(`$${name}:`));
  const head = [text, ...(note === '' ? [] : [note])].map((line) => `# ${line}\n`).join('');
  return {
    query: `${head}${graphql}\n`,
    variables: Object.fromEntries(declared.map((parameter) => [parameter.name, variableOf(parameter)])),
  };
}

function exampleTabs({ identity, resource, branch }: { identity: string; resource: string; branch: string }): ExampleTab[] {
  return [
    { query: FIND },
    { query: CHECK, variables: { identity, action: 'BRANCH_PUSH', resource: branch } },
    { query: WHO_CAN, variables: { action: 'REPOSITORY_WRITE', resource } },
    { query: WHAT_CAN, variables: { identity } },
    { query: PATHS, variables: { from: identity, to: resource } },
    { query: WALK, variables: { ref: identity } },
    { query: KNOWN },
  ];
}

const FIND = `# Every node whose reference, name or alias contains the text; empty lists all.
query Find {
  find(text: "", first: 20) {
    totalCount
    edges { node { kind ref name } }
    pageInfo { hasNextPage endCursor }
  }
}
`;

const CHECK = `# May this identity do this? Why, or why not?
query Check($identity: Ref!, $action: Action!, $resource: Ref!) {
  check(identity: $identity, action: $action, resource: $resource) {
    verdict
    reason
    proofs(first: 1) {
      text
      steps { from { ref } edge to { ref } source { connector endpoint fetchedAt } }
    }
    denials { kind text restrictions { ref } }
    conditions { text }
    gaps { text }
    blindSpots { doc }
  }
}
`;

const WHO_CAN = `# Who can do it, each with a proof.
query WhoCan($action: Action!, $resource: Ref!) {
  whoCan(action: $action, resource: $resource, first: 20, include: [ALLOW, UNKNOWN]) {
    totalCount
    complete
    edges { verdict permission node { kind ref name } proof { text } }
    gaps { text }
  }
}
`;

const WHAT_CAN = `# All that an identity has some permission on.
query WhatCan($identity: Ref!) {
  whatCan(identity: $identity, first: 20) {
    totalCount
    complete
    edges { permission actions node { kind ref name } proof { text } }
  }
}
`;

const PATHS = `# Every way from an identity to a resource, shortest first.
query Paths($from: Ref!, $to: Ref!) {
  paths(from: $from, to: $to, first: 10) {
    edges { node { action text steps { from { ref } edge to { ref } fact { id } rule } } }
  }
}
`;

const WALK = `# Walk the observed facts from a node.
query Walk($ref: Ref!) {
  node(ref: $ref) {
    kind
    ref
    name
    ... on User {
      groups { edges { node { ref ... on Group { members { totalCount } grants { edges { level node { ref } } } } } } }
      grants { edges { level node { ref } fact { validFrom source { endpoint } } } }
    }
  }
}
`;

const KNOWN = `# What is known, since when, and what is not.
query Known {
  coverage { connector endpoint facts stale gaps newestAt }
  gaps(first: 20) { totalCount edges { node { reason hides scope { ref } text } } }
  snapshots(first: 5) { edges { node { id at connector } } }
}
`;
