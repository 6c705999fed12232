/**
 * Random small worlds in which every feature meets every other often: both flavors, nested groups with cycles, odd containment,
 * credentials of every kind, rules, gaps of every row, stale facts, expiries.
 *
 * INVARIANT: edges join kinds that their row allows; containment has no cycle; ends of edges are nodes; no fact stands twice.
 * Everything is a draw of `Dice`: one seed, one world.
 */
import {
  type EdgeFact,
  encodeKeyPart,
  factId,
  type GapFact,
  type NodeFact,
  type NodeKey,
  type Props,
  type World,
} from '../../graph/fact.ts';
import { credentialRow, SCOPES } from '../../graph/model/credentials.ts';
import { EDGE_KINDS, type EdgeKind } from '../../graph/model/edge-kinds.ts';
import { blursVerdicts, GAP_REASONS, type GapReason, HIDDEN_NAMES, type Hidden, hiddenRow } from '../../graph/model/gaps.ts';
import { isLeveled, levelsOf } from '../../graph/model/lattice.ts';
import { isAskable, type NodeKind } from '../../graph/model/node-kinds.ts';
import { BRANCH_TYPES, RESTRICTION_NAMES, restrictionRow } from '../../graph/model/restrictions.ts';
import { plainNode } from '../../graph/notation.ts';
import type { Dice } from './dice.ts';

export type StaleEdge = World['edges'][number];

interface Place {
  readonly key: NodeKey;
  readonly kind: NodeKind;
}

/** Names that patterns match, nearly match and do not match; one that a key has to encode. */
export const BRANCHES = ['main', 'dev', 'release/1', 'hotfix/7', 'two words', 'ma|in'];
const GLOBS = ['main', 'main', '*', '*', '*', 'release/*', 'm*n', '*e*', 'dev', '', 'v?', 'main|dev', '!main', 'two*'];
/** Instants at which something expires. Questions are asked around them. */
export const EXPIRIES = [1000, 2000];

/** Most rows shorten lists alone: drawn evenly, few gaps would touch a verdict. */
const BLURRING = HIDDEN_NAMES.filter(blursVerdicts);

const place = (kind: NodeKind, ...keys: NodeKey[]): Place[] => keys.map((key) => ({ key, kind }));
const branchKey = (repository: string, name: string) => `branch:${repository}#${encodeKeyPart(name)}`;

const CLOUD: readonly Place[] = [
  ...place('Workspace', 'workspace:acme'),
  ...place('Project', 'project:acme/WEB', 'project:acme/OPS'),
  ...place('Repository', 'repository:acme/api', 'repository:acme/site'),
  ...place('Environment', 'environment:acme/api#prod'),
  ...place('Variable', 'variable:acme/api#prod/KEY', 'variable:acme#KEY'),
  ...place('Runner', 'runner:acme/api#linux'),
  ...place('Pipeline', 'pipeline:acme/api'),
  ...place('Branch', branchKey('acme/api', 'main'), branchKey('acme/api', 'two words'), branchKey('acme/site', 'main')),
  ...place('BranchPattern', 'pattern:acme/api#release/*', 'pattern:acme/api#*'),
  ...place('BranchRestriction', 'restriction:acme/api#1', 'restriction:acme/api#2', 'restriction:acme/api#3', 'restriction:acme/site#1'),
  ...place('Group', 'group:acme/dev', 'group:acme/leads', 'group:acme/all'),
  ...place('User', 'user:ann', 'user:bob', 'user:cy'),
  ...place('ServiceUser', 'user:bot'),
  ...place('ApiToken', 'token:ann#api'),
  ...place('AccessToken', 'token:acme/api#ci'),
  ...place('OAuthConsumer', 'consumer:acme#app'),
  ...place('DeployKey', 'deploykey:acme/api#ci'),
  ...place('SshKey', 'sshkey:ann#laptop'),
  ...place('OidcIdentity', 'oidc:acme/api'),
];

const DC: readonly Place[] = [
  ...place('Instance', 'instance:corp'),
  ...place('Project', 'project:corp/P', 'project:corp/Q'),
  ...place('Repository', 'repository:corp/P/r', 'repository:corp/Q/s'),
  ...place('Branch', branchKey('corp/P/r', 'main')),
  ...place('BranchPattern', 'pattern:corp/P/r#hotfix/*'),
  ...place('BranchRestriction', 'restriction:corp/P/r#1', 'restriction:corp/P/r#2'),
  ...place('Group', 'group:corp/dev', 'group:corp/all'),
  ...place('Everyone', 'everyone:corp'),
  ...place('User', 'user:corp/eve', 'user:corp/fay', 'user:ann'),
  ...place('ServiceUser', 'user:corp/bot'),
  ...place('AccessKey', 'deploykey:corp/P/r#key'),
  ...place('ApplicationLink', 'applink:corp#jira'),
  ...place('ApiToken', 'token:eve#api'),
  ...place('SshKey', 'sshkey:eve#laptop'),
];

/** Where things lie as a rule. */
const USUAL: readonly (readonly [NodeKey, NodeKey])[] = [
  ['workspace:acme', 'project:acme/WEB'],
  ['workspace:acme', 'project:acme/OPS'],
  ['project:acme/WEB', 'repository:acme/api'],
  ['project:acme/OPS', 'repository:acme/site'],
  ['repository:acme/api', 'environment:acme/api#prod'],
  ['environment:acme/api#prod', 'variable:acme/api#prod/KEY'],
  ['workspace:acme', 'variable:acme#KEY'],
  ['repository:acme/api', 'runner:acme/api#linux'],
  ['repository:acme/api', 'pipeline:acme/api'],
  ['repository:acme/api', branchKey('acme/api', 'main')],
  ['repository:acme/api', branchKey('acme/api', 'two words')],
  ['repository:acme/site', branchKey('acme/site', 'main')],
  ['workspace:acme', 'group:acme/dev'],
  ['workspace:acme', 'group:acme/leads'],
  ['instance:corp', 'project:corp/P'],
  ['instance:corp', 'project:corp/Q'],
  ['project:corp/P', 'repository:corp/P/r'],
  ['project:corp/Q', 'repository:corp/Q/s'],
  ['repository:corp/P/r', branchKey('corp/P/r', 'main')],
  ['instance:corp', 'group:corp/dev'],
  ['instance:corp', 'everyone:corp'],
];

/** Containment goes from a lesser to a greater number: no cycles. */
const DEPTH: Partial<Record<NodeKind, number>> = { Workspace: 0, Instance: 0, Project: 1, Repository: 2, Environment: 3 };

export function generateWorld(dice: Dice): World {
  return new WorldDraw(dice).draw();
}

class WorldDraw {
  readonly #dice: Dice;
  readonly #places: readonly Place[];
  readonly #facts = new Map<string, StaleEdge>();
  readonly #gaps = new Map<string, GapFact>();
  readonly #stalePercent: number;
  /** How many times the usual number of memberships, grants, rules and exemptions. */
  readonly #density: number;

  constructor(dice: Dice) {
    this.#dice = dice;
    const flavors = dice.pick([[CLOUD], [CLOUD], [CLOUD], [DC], [DC], [CLOUD, DC]]);
    this.#places = [...new Map(flavors.flat().map((each) => [each.key, each])).values()].concat(place('Anonymous', 'anonymous:'));
    this.#stalePercent = dice.pick([0, 0, 6, 20]);
    this.#density = dice.pick([1, 1, 2, 4]);
  }

  draw(): World {
    const dice = this.#dice;
    this.#contain();
    const isWeb = dice.chance(8);
    if (isWeb) this.#web();
    const between = (least: number, most: number) => dice.between(least, most * this.#density);
    this.#repeat(between(2, 7), () => this.#edge('MEMBER_OF', ''));
    this.#repeat(between(2, 8), () => this.#grant('HOLDS'));
    if (dice.chance(35)) this.#repeat(dice.between(1, 4), () => this.#grant('REPORTED'));
    if (dice.chance(30)) this.#publish();
    this.#credentials();
    // The definitional engine makes every combination of a level's chains with those of each exemption: in a web they are too many.
    if (!isWeb && dice.chance(75)) this.#rules();
    this.#repeat(dice.pick([0, 0, 0, 1, 2, 4, 8]), () => this.#gap());
    return { nodes: this.#nodes(), edges: [...this.#facts.values()], gaps: [...this.#gaps.values()] };
  }

  #nodes(): NodeFact[] {
    const named = new Set(
      [...this.#facts.values()]
        .flatMap(({ from, to }) => [from, to])
        .concat([...this.#gaps.values()].flatMap(({ scope, subject }) => [scope, subject])),
    );
    const scopes = [...named].filter((key) => key.startsWith('scope:')).map((key) => ({ key, kind: 'Scope' as const }));
    const kept = this.#places.filter(({ key }) => key !== 'anonymous:' && (named.has(key) || this.#dice.chance(40)));
    return [...kept, ...scopes, ...(named.has('anonymous:') ? place('Anonymous', 'anonymous:') : [])].map(({ key, kind }) => {
      const node = plainNode(key, kind);
      if (node === null) throw new Error(`no node ${key}`);
      return { ...node, props: isAskable(kind) ? this.#fitness() : {} };
    });
  }

  #fitness(): Props {
    const props: Record<string, boolean | number> = {};
    if (this.#dice.chance(5)) props['active'] = this.#dice.chance(20);
    if (this.#dice.chance(8)) props['expiresAt'] = this.#dice.pick(EXPIRIES);
    return props;
  }

  #contain(): void {
    const dice = this.#dice;
    const there = new Set(this.#places.map(({ key }) => key));
    for (const [from, to] of USUAL) if (there.has(from) && there.has(to) && dice.chance(88)) this.#add({ from, kind: 'CONTAINS', to });
    this.#repeat(dice.chance(35) ? dice.between(1, 3) : 0, () => {
      const from = dice.pick(this.#ofKinds(EDGE_KINDS.CONTAINS.from));
      const below = this.#ofKinds(EDGE_KINDS.CONTAINS.to).filter(({ kind }) => (DEPTH[kind] ?? 9) > (DEPTH[from.kind] ?? 9));
      const to = dice.pickAny(below);
      if (to !== null) this.#add({ from: from.key, kind: 'CONTAINS', to: to.key });
    });
  }

  /** Groups so entangled that there are many proofs of one answer. */
  #web(): void {
    const groups = this.#ofKinds(['Group']).map(({ key }) => key);
    for (const from of groups)
      for (const to of groups) if (from !== to && this.#dice.chance(85)) this.#add({ from, kind: 'MEMBER_OF', to });
    for (const { key: from } of this.#ofKinds(['User']).slice(0, 2)) for (const to of groups) this.#add({ from, kind: 'MEMBER_OF', to });
    const [to] = this.#ofKinds(['Repository']);
    const above = [...this.#facts.values()].flatMap((edge) => (edge.kind === 'CONTAINS' && edge.to === to?.key ? [edge.from] : []));
    for (const from of groups)
      for (const key of [to?.key, ...above])
        if (key !== undefined) this.#add({ from, kind: 'HOLDS', to: key, word: this.#dice.pick(['read', 'write', 'admin']) });
  }

  #grant(kind: 'HOLDS' | 'REPORTED'): void {
    const dice = this.#dice;
    const from = dice.pickAny(this.#ofKinds(EDGE_KINDS[kind].from));
    const to = dice.pickAny(this.#ofKinds(EDGE_KINDS[kind].to));
    if (from === null || to === null || !isLeveled(to.kind)) return;
    const flavor = to.key.includes('corp') !== dice.chance(4) ? 'dc' : 'cloud';
    const words = levelsOf(flavor, to.kind).map(({ level }) => level);
    const word = dice.chance(3) ? 'triage' : dice.chance(45) && words.includes('write') ? 'write' : dice.pickAny(words);
    if (word !== null) this.#add({ from: from.key, kind, to: to.key, word });
  }

  #publish(): void {
    const to = this.#dice.pick(this.#ofKinds(['Project', 'Repository', 'Repository']));
    const from = this.#dice.chance(70) ? 'anonymous:' : (this.#dice.pickAny(this.#ofKinds(['Everyone']))?.key ?? 'anonymous:');
    this.#add({ from, kind: 'HOLDS', to: to.key, word: to.key.includes('corp') && from === 'anonymous:' ? 'browse' : 'read' });
  }

  #credentials(): void {
    const dice = this.#dice;
    for (const { key } of this.#ofKinds(EDGE_KINDS.ACTS_AS.from)) {
      const owners = dice.chance(80) ? 1 : dice.between(0, 2);
      this.#repeat(owners, () => this.#edge('ACTS_AS', '', key));
    }
    for (const { key, kind } of this.#ofKinds(EDGE_KINDS.HAS_SCOPE.from)) {
      const family = credentialRow(kind)?.scopes;
      const own = SCOPES.filter((row) => row.family === family);
      // What lets a credential touch repositories and branches: most questions are about those.
      const strong = own.filter(({ scope }) =>
        /^(pullrequest|repository|project)(:|$)|^(read|write|admin):(repository|pullrequest|webhook|permission|project|ssh-key):/.test(
          scope,
        ),
      );
      this.#repeat(dice.between(0, 6), () => {
        const { scope } = dice.pick(dice.chance(60) && strong.length > 0 ? strong : dice.chance(80) && own.length > 0 ? own : SCOPES);
        this.#add({ from: key, kind: 'HAS_SCOPE', to: `scope:${dice.chance(2) ? dice.pick(['mystery', 'enigma']) : scope}` });
      });
    }
  }

  #rules(): void {
    const dice = this.#dice;
    const rules = this.#ofKinds(['BranchRestriction']);
    this.#repeat(dice.between(1, 3 + this.#density), () => {
      const { key } = dice.pick(rules);
      const own = `repository:${key.slice('restriction:'.length, key.indexOf('#'))}`;
      const to = dice.chance(92) ? own : dice.pick(this.#ofKinds(['Repository'])).key;
      const forbidding = RESTRICTION_NAMES.filter((kind) => restrictionRow(kind).effect === 'forbids');
      const word = dice.chance(65) ? dice.pick(forbidding) : dice.chance(15) ? 'mystery_kind' : dice.pick(RESTRICTION_NAMES);
      const matcher: Props = dice.chance(70) ? { glob: dice.pick(GLOBS) } : dice.chance(95) ? { branchType: dice.pick(BRANCH_TYPES) } : {};
      const value: Props = dice.chance(25) ? { value: dice.between(0, 3) } : {};
      this.#add({ from: key, kind: 'RESTRICTS', to, word, props: { ...matcher, ...value } });
    });
    const used = [...this.#facts.values()].filter(({ kind }) => kind === 'RESTRICTS').map(({ from }) => from);
    const listable = this.#ofKinds(EDGE_KINDS.EXEMPTS.to).map(({ key }) => key);
    const holding = [...this.#facts.values()].flatMap(({ kind, from }) => (kind === 'HOLDS' && listable.includes(from) ? [from] : []));
    if (dice.chance(20)) this.#mergeCheck(dice.pick(used));
    this.#repeat(dice.between(0, 5 * this.#density), () => {
      const holder = dice.chance(60) ? dice.pickAny(holding) : null;
      if (holder !== null) this.#add({ from: dice.pick(used), kind: 'EXEMPTS', to: holder });
      else this.#edge('EXEMPTS', '', dice.pickAny(used) ?? undefined);
    });
    this.#repeat(dice.chance(50) ? dice.between(1, 4) : 0, () => this.#edge('CLASSIFIES', dice.pick(BRANCH_TYPES)));
  }

  /** A condition and the rule that makes it binding, on the same branches. */
  #mergeCheck(from: NodeKey): void {
    const conditions = RESTRICTION_NAMES.filter((kind) => restrictionRow(kind).effect === 'condition');
    const to = this.#dice.pick(this.#ofKinds(['Repository'])).key;
    const glob = this.#dice.pick(['*', 'main']);
    this.#add({ from, kind: 'RESTRICTS', to, word: 'enforce_merge_checks', props: { glob } });
    this.#repeat(this.#dice.between(1, 3), () => {
      const value: Props = this.#dice.chance(70) ? { value: this.#dice.between(0, 3) } : {};
      const other = this.#dice.pick(this.#ofKinds(['BranchRestriction'])).key;
      this.#add({ from: other, kind: 'RESTRICTS', to, word: this.#dice.pick(conditions), props: { glob, ...value } });
    });
  }

  #gap(): void {
    const dice = this.#dice;
    const hides = dice.pick(dice.chance(50) ? BLURRING : HIDDEN_NAMES);
    const row = hiddenRow(hides);
    const places = this.#ofKinds(row.scope.length === 0 ? this.#places.map(({ kind }) => kind) : row.scope);
    const telling = dice.chance(60) ? this.#telling(hides) : [];
    const scope = dice.pickAny(places.filter(({ key }) => telling.includes(key))) ?? dice.pickAny(places);
    if (scope === null) return;
    const others = row.adds === null || row.adds.other.includes('Scope') ? this.#places : this.#ofKinds(row.adds.other);
    const subject = row.subject || dice.chance(6) ? (dice.pickAny(others)?.key ?? '') : '';
    const reason = dice.pick(Object.keys(GAP_REASONS) as GapReason[]);
    const gap: GapFact = { type: 'gap', reason, hides, scope: scope.key, subject, detail: dice.chance(50) ? '' : 'an endpoint' };
    this.#gaps.set(factId(gap), gap);
  }

  /** Scopes in which the gap can matter most: those that facts of the kind speak of. */
  #telling(hides: Hidden): NodeKey[] {
    const facts = [...this.#facts.values()];
    if (hides === 'branching-model')
      return facts.flatMap(({ kind, to, props }) => (kind === 'RESTRICTS' && 'branchType' in props ? [to] : []));
    if (hides === 'activity') return facts.flatMap(({ kind, from, to }) => (kind === 'ACTS_AS' ? [to] : [from]));
    if (hides === 'rule-match' || hides === 'exempt') return facts.flatMap(({ kind, from }) => (kind === 'RESTRICTS' ? [from] : []));
    if (hides === 'group-members') return facts.flatMap(({ kind, from }) => (kind === 'HOLDS' || kind === 'MEMBER_OF' ? [from] : []));
    return facts.flatMap(({ kind, from, to }) => (kind === 'HOLDS' ? [from, to] : []));
  }

  /** An edge between any two that its row allows. */
  #edge(kind: EdgeKind, word: string, fromKey?: NodeKey): void {
    const from = fromKey ?? this.#dice.pickAny(this.#ofKinds(EDGE_KINDS[kind].from))?.key;
    const to = this.#dice.pickAny(this.#ofKinds(EDGE_KINDS[kind].to));
    if (from !== undefined && to !== null && from !== to.key) this.#add({ from, kind, to: to.key, word });
  }

  #add({
    from,
    kind,
    to,
    word = '',
    props = {},
  }: Pick<EdgeFact, 'from' | 'kind' | 'to'> & Partial<Pick<EdgeFact, 'word' | 'props'>>): void {
    const stale = this.#dice.chance(this.#stalePercent);
    const edge: StaleEdge = { type: 'edge', kind, from, to, word, props, ...(stale ? { stale } : {}) };
    if (!this.#facts.has(factId(edge))) this.#facts.set(factId(edge), edge);
  }

  #ofKinds(kinds: readonly NodeKind[]): readonly Place[] {
    return this.#places.filter(({ kind }) => kinds.includes(kind));
  }

  #repeat(times: number, act: () => void): void {
    for (let time = 0; time < times; time++) act();
  }
}
