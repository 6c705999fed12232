/**
 * A grantpath over a table of a few facts, for tests of the API alone: it answers in the port's shapes without any engine.
 * `user:ann` is in `group:acme/dev`, which holds write on `repository:acme/api`; `repository:acme/web` is under a gap.
 */
import { CodedError } from '../../graph/errors.ts';
import { type EdgeFact, factId, type NodeFact, type Occurrence, refWord } from '../../graph/fact.ts';
import type { Action } from '../../graph/model/actions.ts';
import { kindsOfRefWord, type NodeKind } from '../../graph/model/node-kinds.ts';
import { parseWorld } from '../../graph/notation.ts';
import type { Answer, Change, CheckRequest, Grantpath, NamedGap, NamedNode, Page, PageRequest, Proof } from '../../queries/port.ts';

export const SNAPSHOT = { id: 'run-1', at: Date.parse('2026-01-01T00:00:00Z') };

const WORLD = parseWorld(`
  user:ann IS User name="Ann Lee" alias=user:557058:ann active=true mood=sunny
  token:acme#ci IS ApiToken expiresAt=2026-06-01T00:00:00Z
  workspace:acme CONTAINS project:acme/WEB
  workspace:acme CONTAINS group:acme/dev
  project:acme/WEB CONTAINS repository:acme/api
  project:acme/WEB CONTAINS repository:acme/web
  token:acme#ci ACTS_AS user:ann
  token:acme#ci HAS_SCOPE scope:repository
  user:ann MEMBER_OF group:acme/dev
  user:bob MEMBER_OF group:acme/dev
  group:acme/dev HOLDS write ON repository:acme/api
  user:bob HOLDS read ON repository:acme/api
  restriction:acme/api#1 RESTRICTS push ON repository:acme/api glob=main value=2
  restriction:acme/api#1 EXEMPTS user:ann
`);

const GAP: NamedGap = {
  id: 'repository:acme/web HIDES group-grants denied',
  reason: 'denied',
  hides: 'group-grants',
  scope: 'repository:acme/web',
  subject: null,
  detail: 'GET /groups',
  text: 'grants of groups on repository:acme/web are not known',
};

export function proofOf(identity: string, resource: string, level = 'write'): Proof {
  const held = `permission:${level}@${resource}`;
  return {
    text: `${identity} MEMBER_OF group:acme/dev, group:acme/dev HOLDS ${level} ON ${resource}`,
    steps: [
      { from: identity, edge: 'MEMBER_OF', to: 'group:acme/dev', fact: `${identity} MEMBER_OF group:acme/dev`, rule: null },
      { from: 'group:acme/dev', edge: 'HOLDS', to: held, fact: `group:acme/dev HOLDS ${level} ${resource}`, rule: null },
      { from: held, edge: 'ON', to: resource, fact: null, rule: 'levels/on' },
    ],
  };
}

/** One of each turn. */
const CHANGES: readonly Change[] = [
  {
    id: 'group:acme/dev HOLDS write repository:acme/api',
    turn: 'appeared',
    kind: 'grants',
    text: 'group:acme/dev HOLDS write ON repository:acme/api',
    from: 'group:acme/dev',
    to: 'repository:acme/api',
    differences: [],
    at: SNAPSHOT.at,
    heldAt: SNAPSHOT.at,
    before: null,
    after: null,
  },
  {
    id: 'user:ann IS User',
    turn: 'changed',
    kind: 'identities',
    text: 'user:ann IS User: active true -> false',
    from: 'user:ann',
    to: null,
    differences: [{ name: 'active', before: true, after: false }],
    at: null,
    heldAt: SNAPSHOT.at,
    before: null,
    after: null,
  },
  {
    id: GAP.id,
    turn: 'vanished',
    kind: 'gaps',
    text: GAP.text,
    from: GAP.scope,
    to: null,
    differences: [],
    at: SNAPSHOT.at,
    heldAt: SNAPSHOT.at,
    before: null,
    after: null,
  },
];

/** A page of items by position; the cursor is the position. */
export function pageOf<T>(items: readonly T[], { first, after }: PageRequest = {}, more: Partial<Page<T>> = {}): Page<T> {
  const start = after === undefined || after === null ? 0 : Number(after.replace(/^c/, '')) + 1;
  if (Number.isNaN(start)) throw new CodedError('CURSOR', `a cursor is one that a page gave, got \`${after}\``);
  const size = first ?? 20;
  const edges = items.slice(start, start + size).map((node, index) => ({ cursor: `c${start + index}`, node }));
  const hasNextPage = start + size < items.length;
  const known = { complete: true, snapshot: SNAPSHOT, totalCount: async () => items.length, gaps: async () => [] };
  return { edges, hasNextPage, ...known, ...more };
}

function named(key: string): NamedNode {
  const node = WORLD.nodes.find((fact) => fact.key === key || fact.aliases.includes(key));
  if (node !== undefined) return { key: node.key, ref: node.ref, kind: node.kind, name: node.name === '' ? node.key : node.name };
  const [kind] = kindsOfRefWord(refWord(key));
  if (kind !== 'Branch' && kind !== 'Anonymous')
    throw new CodedError('REFERENCE_UNKNOWN', `a node must answer to \`${key}\``, { reference: key, nearest: ['user:ann'] });
  return { key, ref: key, kind, name: key };
}

const occurrence = (fact: EdgeFact): Occurrence<EdgeFact> => ({
  fact,
  validFrom: SNAPSHOT.at,
  validTo: null,
  stale: false,
  sources: [
    { connector: 'bitbucket-cloud/acme', endpoint: '/old', run: 'run-0', fetchedAt: SNAPSHOT.at - 5000 },
    { connector: 'bitbucket-cloud/acme', endpoint: '/new', run: 'run-1', fetchedAt: SNAPSHOT.at - 1000 },
  ],
});

/** Calls of the batched reads, for tests that count them. */
export interface Counts {
  names: number;
  nodes: number;
  facts: number;
}

export function smallGrantpath(overrides: Partial<Grantpath> = {}): Grantpath & { readonly counts: Counts } {
  const counts: Counts = { names: 0, nodes: 0, facts: 0 };
  const fact = (key: string): NodeFact | null => WORLD.nodes.find((node) => node.key === key) ?? null;
  return {
    counts,
    check: async (request) => answer(request),
    async checks(requests) {
      const indexes = requests.flatMap(({ identity }, index) => (identity.startsWith('user:') ? [] : [index]));
      if (indexes.length > 0) throw new CodedError('REFERENCE_UNKNOWN', 'every request must name a known identity', { indexes });
      return requests.map(answer);
    },
    whoCan: async (action, resource, options) => {
      const rows = ['user:ann', 'user:bob'].map((identity) => ({
        identity: named(identity),
        verdict: 'ALLOW' as const,
        permission: 'write',
        actions: [action],
        proof: async () => proofOf(identity, resource),
      }));
      const open = { ...rows[0]!, identity: named('group:acme/dev'), verdict: 'UNKNOWN' as const, proof: async () => null };
      return pageOf(options?.includeUnknown === true ? [...rows, open] : rows, options, { complete: false, gaps: async () => [GAP] });
    },
    whatCan: async (identity, action, options) =>
      pageOf(
        ['repository:acme/api', 'repository:acme/web'].map((resource) => ({
          resource: named(resource),
          verdict: 'ALLOW' as const,
          permission: 'write',
          actions: [action ?? ('repository.write' as Action)],
          proof: async () => proofOf(identity, resource),
        })),
        options,
      ),
    paths: async (from, to, action, options) =>
      pageOf(
        ['write', 'admin'].map((level) => ({ ...proofOf(from, to, level), action: action ?? 'repository.write' })),
        options,
        { totalCount: async () => null },
      ),
    node: async (ref) => ({ named: named(ref), fact: fact(named(ref).key) ?? ({} as NodeFact) }),
    find: async (text, options) => {
      const kinds: readonly NodeKind[] | null | undefined = options?.kinds;
      const found = WORLD.nodes.filter(({ key, kind }) => key.includes(text) && (kinds?.includes(kind) ?? true));
      return pageOf(
        found.map(({ key }) => named(key)),
        options,
      );
    },
    edgesOf: async (key, end, options) => {
      const other = end === 'from' ? 'to' : 'from';
      const edges = WORLD.edges.filter(
        (edge) =>
          edge[end] === key &&
          (options?.kinds?.includes(edge.kind) ?? true) &&
          (options?.otherWords?.includes(refWord(edge[other])) ?? true),
      );
      return pageOf(edges.map(occurrence), options);
    },
    async namedNodes(keys) {
      counts.names++;
      return keys.map((key) => (fact(key) === null ? null : named(key)));
    },
    async nodeFacts(keys) {
      counts.nodes++;
      return keys.map(fact);
    },
    async edgeFacts(ids) {
      counts.facts++;
      return ids.map((id) => {
        const edge = WORLD.edges.find((candidate) => factId(candidate) === id);
        return edge === undefined ? null : occurrence(edge);
      });
    },
    holdersOf: async (key) =>
      [key, ...WORLD.edges.flatMap(({ kind, from, to }) => (kind === 'MEMBER_OF' && from === key ? [to] : []))].sort(),
    async containersOf(key) {
      const found = new Set([key]);
      for (const at of found) for (const { kind, from, to } of WORLD.edges) if (kind === 'CONTAINS' && to === at) found.add(from);
      return [...found].filter((each) => each !== key).sort();
    },
    gaps: async (options) => pageOf([GAP], options),
    gapsAbout: async (key) => (key === GAP.scope ? [GAP] : []),
    coverage: async () => [
      { connector: 'bitbucket-cloud/acme', endpoint: '/new', facts: 14, stale: 0, gaps: 1, newestAt: SNAPSHOT.at },
      { connector: 'bitbucket-cloud/acme', endpoint: '/groups', facts: 0, stale: 0, gaps: 1, newestAt: null },
    ],
    snapshots: async (options) => pageOf([{ ...SNAPSHOT, connector: 'bitbucket-cloud/acme', report: { calls: 3 } }], options),
    changes: async (from, _to, options) => {
      const shown = CHANGES.filter(({ kind }) => options?.kinds?.includes(kind) ?? true);
      return pageOf(
        shown.map((change) => ({ ...change, at: change.at === null ? null : from })),
        options,
        { totalCount: async () => null, complete: false, gaps: async () => [GAP] },
      );
    },
    accessChanges: async (_from, _to, options) => ({
      ...pageOf(
        [
          {
            identity: named('user:ann'),
            resource: named('repository:acme/api'),
            before: 'read',
            after: 'write',
            gained: ['repository.write' as Action],
            lost: [],
          },
        ],
        options,
      ),
      touched: 3,
      compared: 2,
    }),
    since: async ({ steps }) => {
      const fact = steps.find((step) => step.fact !== null)?.fact ?? null;
      return fact === null ? null : { at: SNAPSHOT.at, fact, text: fact };
    },
    ready: () => true,
    close: async () => {},
    ...overrides,
  };
}

export function answer({ identity, action, resource }: CheckRequest): Answer {
  named(identity);
  const verdict = resource.includes('web') ? 'UNKNOWN' : action === 'branch.push' ? 'DENY' : 'ALLOW';
  const proofs = verdict === 'ALLOW' ? [proofOf(identity, resource), proofOf(identity, resource, 'admin')] : [];
  return {
    verdict,
    reason: async () => `${identity} and ${action}: ${verdict}`,
    denials: async () =>
      verdict === 'DENY'
        ? [{ kind: 'rule', text: 'push is restricted', held: null, needed: null, proof: null, restrictions: ['restriction:acme/api#1'] }]
        : [],
    conditions: async () => [
      { text: '2 approvals', restriction: 'require_approvals_to_merge', value: 2, rules: ['restriction:acme/api#1'], certain: true },
    ],
    assumptions: [{ id: 'actions/variable.read', doc: 'list the variable', source: 'absence' }],
    gaps: async () => (verdict === 'UNKNOWN' ? [GAP] : []),
    blindSpots: [{ id: 'blind-spots/ip-allowlist', doc: 'allowed addresses', source: 'vendor' }],
    snapshot: SNAPSHOT,
    proofs: async (first, offset = 0) => proofs.slice(offset, offset + first),
  };
}
