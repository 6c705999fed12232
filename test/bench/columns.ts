/**
 * A synthetic organisation as the columns that a store gives the compiler, with full semantics: tokens have owners and scopes,
 * rules exempt lists, public repositories a grant of `anonymous:`.
 *
 * A generated grant on a workspace lets its holder read all that the workspace contains. No level of a workspace means that here,
 * so its holder becomes a member of a group that reads every project of the workspace: who may do what is the same.
 */
import type { EdgeFact } from '../../graph/fact.ts';
import { EDGE_KINDS, type EdgeKind } from '../../graph/model/edge-kinds.ts';
import { NODE_KINDS, type NodeKind } from '../../graph/model/node-kinds.ts';
import { GrowingKeys } from '../../graph/store/growing-keys.ts';
import type { EdgeColumns, KeyColumn, NodeColumns } from '../../graph/store/port.ts';
import type { SyntheticOrg } from './organisation.ts';

/** Dense indexes of the parts of an organisation. */
export interface Numbering {
  readonly user: number;
  readonly group: number;
  /** Of each workspace the group that reads all of it. */
  readonly readers: number;
  readonly token: number;
  readonly workspace: number;
  readonly project: number;
  readonly repository: number;
  readonly rule: number;
  readonly scope: number;
  readonly anonymous: number;
  readonly count: number;
}

const OWNED_SCOPES = ['read:repository:bitbucket', 'write:repository:bitbucket', 'admin:repository:bitbucket'] as const;
const OWN_SCOPES = ['repository', 'repository:write', 'repository:admin'] as const;
const LEVEL_WORDS = ['read', 'write', 'admin'] as const;

export function numberingOf({ U, G, T, W, P, R }: SyntheticOrg, rules: number): Numbering {
  const token = U + G + W;
  const workspace = token + T;
  const rule = workspace + W + P + R;
  const scope = rule + rules;
  const anonymous = scope + OWNED_SCOPES.length + OWN_SCOPES.length;
  return {
    user: 0,
    group: U,
    readers: U + G,
    token,
    workspace,
    project: workspace + W,
    repository: workspace + W + P,
    rule,
    scope,
    anonymous,
    count: anonymous + 1,
  };
}

/** The dense index of a user, group or token by its number in the organisation. */
export function principalIndex({ readers, token }: Numbering, principal: number): number {
  return principal < readers ? principal : token + principal - readers;
}

export interface OrgColumns {
  readonly numbering: Numbering;
  readonly nodes: NodeColumns;
  readonly edges: EdgeColumns;
  /** The rules with their properties, as `scanEdgesOfKinds` gives them. */
  readonly rules: readonly (EdgeFact & { stale: boolean })[];
  readonly keyOf: (index: number) => string;
}

export function columnsOf(org: SyntheticOrg): OrgColumns {
  const restricted = [...new Set(org.rsSrc)].sort((a, b) => a - b);
  const at = numberingOf(org, restricted.length);
  const keyOf = keyNames(at);
  const kinds = kindsOf(org, at);
  const nodes: NodeColumns = {
    length: at.count,
    keys: keyColumn(at.count, keyOf),
    storeId: Int32Array.from({ length: at.count }, (_, index) => index),
    kind: kinds,
    inactive: new Int32Array(0),
    expiring: { index: new Int32Array(0), at: new Float64Array(0) },
  };
  const edges = new EdgeBuilder(
    org.gs.length + org.memSrc.length + org.T * 4 + org.P * 2 + org.R * 2 + org.rsSrc.length + restricted.length,
  );
  for (let i = 0; i < org.memSrc.length; i++) edges.add('MEMBER_OF', org.memSrc[i]!, org.memDst[i]!, '');
  for (let i = 0; i < org.gs.length; i++) if (org.gd[i]! < org.W) edges.add('MEMBER_OF', org.gs[i]!, at.readers + org.gd[i]!, '');
  for (let i = 0; i < org.gs.length; i++)
    if (org.gd[i]! >= org.W) edges.add('HOLDS', principalIndex(at, org.gs[i]!), at.workspace + org.gd[i]!, LEVEL_WORDS[org.gl[i]! - 1]!);
  for (let project = 0; project < org.P; project++) edges.add('HOLDS', at.readers + org.projWs[project]!, at.project + project, 'read');
  for (let token = 0; token < org.T; token++) {
    const owner = org.tokOwner[token]!;
    if (owner >= 0) edges.add('ACTS_AS', at.token + token, owner, '');
    for (let scope = 0; scope < org.tokCap[token]!; scope++)
      edges.add('HAS_SCOPE', at.token + token, at.scope + scope + (owner >= 0 ? 0 : OWNED_SCOPES.length), '');
  }
  for (let project = 0; project < org.P; project++) edges.add('CONTAINS', at.workspace + org.projWs[project]!, at.project + project, '');
  for (let repo = 0; repo < org.R; repo++) {
    edges.add('CONTAINS', at.project + org.repoProj[repo]!, at.repository + repo, '');
    if (org.pub[repo]) edges.add('HOLDS', at.anonymous, at.repository + repo, 'read');
  }
  const ruleOf = new Map(restricted.map((repo, index) => [repo, at.rule + index]));
  for (const [repo, rule] of ruleOf) edges.add('RESTRICTS', rule, at.repository + repo, 'push');
  for (let i = 0; i < org.rsSrc.length; i++) edges.add('EXEMPTS', ruleOf.get(org.rsSrc[i]!)!, org.rsDst[i]!, '');
  const rules = [...ruleOf].map(([repo, rule]) => ({
    type: 'edge' as const,
    kind: 'RESTRICTS' as const,
    from: keyOf(rule),
    to: keyOf(at.repository + repo),
    word: 'push',
    props: { glob: '*' },
    stale: false,
  }));
  return { numbering: at, nodes, edges: edges.columns(), rules, keyOf };
}

/** In the order of the indexes, which is not that of the keys: the bench asks the engine by index, and looks up no key. */
function keyColumn(count: number, keyOf: (index: number) => string): KeyColumn {
  const keys = new GrowingKeys(count);
  for (let index = 0; index < count; index++) keys.add(keyOf(index));
  return keys.column();
}

/** Names for the dense indexes. Their order is not that of the indexes; the engine takes the order of the columns. */
export function keyNames(at: Numbering): (index: number) => string {
  const two = (n: number) => String(n).padStart(7, '0');
  return (index) => {
    if (index < at.group) return `user:u${two(index)}`;
    if (index < at.token) return `group:w/g${two(index - at.group)}`;
    if (index < at.workspace) return `token:w#t${two(index - at.token)}`;
    if (index < at.project) return `workspace:w${two(index - at.workspace)}`;
    if (index < at.repository) return `project:w/P${two(index - at.project)}`;
    if (index < at.rule) return `repository:w/r${two(index - at.repository)}`;
    if (index < at.scope) return `restriction:w/r#${two(index - at.rule)}`;
    if (index < at.anonymous) return `scope:${[...OWNED_SCOPES, ...OWN_SCOPES][index - at.scope] ?? ''}`;
    return 'anonymous:';
  };
}

function kindsOf(org: SyntheticOrg, at: Numbering): Uint8Array {
  const kinds = new Uint8Array(at.count);
  const fill = (kind: NodeKind, from: number, to: number) => kinds.fill(NODE_KINDS[kind].id, from, to);
  fill('User', at.user, at.group);
  fill('Group', at.group, at.token);
  for (let token = 0; token < org.T; token++)
    kinds[at.token + token] = NODE_KINDS[org.tokOwner[token]! >= 0 ? 'ApiToken' : 'AccessToken'].id;
  fill('Workspace', at.workspace, at.project);
  fill('Project', at.project, at.repository);
  fill('Repository', at.repository, at.rule);
  fill('BranchRestriction', at.rule, at.scope);
  fill('Scope', at.scope, at.anonymous);
  fill('Anonymous', at.anonymous, at.count);
  return kinds;
}

class EdgeBuilder {
  #length = 0;
  readonly #words: string[] = [''];
  readonly #wordAt = new Map([['', 0]]);
  readonly #kind: Uint8Array;
  readonly #from: Int32Array;
  readonly #to: Int32Array;
  readonly #word: Uint16Array;

  constructor(most: number) {
    this.#kind = new Uint8Array(most);
    this.#from = new Int32Array(most);
    this.#to = new Int32Array(most);
    this.#word = new Uint16Array(most);
  }

  add(kind: EdgeKind, from: number, to: number, word: string): void {
    let wordAt = this.#wordAt.get(word);
    if (wordAt === undefined) {
      wordAt = this.#words.push(word) - 1;
      this.#wordAt.set(word, wordAt);
    }
    const i = this.#length++;
    this.#kind[i] = EDGE_KINDS[kind].id;
    this.#from[i] = from;
    this.#to[i] = to;
    this.#word[i] = wordAt;
  }

  columns(): EdgeColumns {
    const n = this.#length;
    return {
      length: n,
      kind: this.#kind.subarray(0, n),
      from: this.#from.subarray(0, n),
      to: this.#to.subarray(0, n),
      word: this.#word.subarray(0, n),
      stale: new Uint8Array(n),
      words: this.#words,
    };
  }
}
