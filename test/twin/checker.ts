/**
 * A third, tiny reading of the design: is this witness a proof? It shares code with neither engine, the tables alone.
 *
 * A set of facts establishes an answer if every level, scope and exemption that the question needs follows from these facts
 * and the rules of the world. A proof is such a set, told as chains that connect, without a fact that could be left out.
 */
import type { Link, Question, Witness } from '../../graph/decision.ts';
import { decodeKeyPart, type NodeKey, type World } from '../../graph/fact.ts';
import { type Action, actionRow } from '../../graph/model/actions.ts';
import { CREDENTIALS, SCOPE_WAYS, SCOPES } from '../../graph/model/credentials.ts';
import { hiddenRow } from '../../graph/model/gaps.ts';
import { INHERIT, type InheritRow, LEVELS, type LevelRow } from '../../graph/model/levels.ts';
import { MATCHERS, RESTRICTION_NAMES, restrictionRow } from '../../graph/model/restrictions.ts';

type Facts = readonly Link[];
const LEVEL_ROWS: readonly LevelRow[] = LEVELS;
const INHERIT_ROWS: readonly InheritRow[] = INHERIT;

/** What is wrong with the witness; null for a proof. `anyLevel`: of any permission on the target, whatever the action needs. */
export function complaintAbout(world: World, question: Question, witness: Witness, anyLevel = false): string | null {
  const known = world.edges.filter(({ stale }) => stale !== true);
  const chains = [witness.level, ...witness.exemptions.map(({ chain }) => chain)];
  const links = [...chains.flat(), ...witness.scopes];
  const unseen = links.find((link) => !known.some((edge) => same(edge, link)));
  if (unseen !== undefined) return `not observed: ${textOf(unseen)}`;
  const broken = chains.find((chain, at) => !connects(question.identity, chain, at === 0 ? 'level' : 'exemption'));
  if (broken !== undefined) return `does not connect: ${broken.map(textOf).join(', ')}`;
  if (witness.scopes.some(({ kind, from }) => kind !== 'HAS_SCOPE' || from !== question.identity)) return 'a scope is of another';
  if (witness.scopes.some(({ to }, at) => at > 0 && to <= witness.scopes[at - 1]!.to)) return 'the scopes are out of order';
  const facts = [...new Map(links.map((link) => [textOf(link), link])).values()];
  const holds = (set: Facts) => (anyLevel ? givesLevel(world, question, set, true) : establishes(world, question, set));
  if (!holds(facts)) return 'the facts do not establish the answer';
  const spare = facts.find((fact) => holds(facts.filter((other) => other !== fact)));
  return spare === undefined ? null : `can be left out: ${textOf(spare)}`;
}

/** Does all that is known for certain, taken together, establish the answer? Whether the identity may act at all is not asked. */
export function isEstablished(world: World, question: Question): boolean {
  return establishes(
    world,
    question,
    world.edges.filter(({ stale }) => stale !== true),
  );
}

/** ACTS_AS?, MEMBER_OF*, then a grant with CONTAINS* for a level, an EXEMPTS for an exemption. */
function connects(identity: NodeKey, chain: Facts, what: 'level' | 'exemption'): boolean {
  const end = chain.findIndex(({ kind }) => kind !== 'ACTS_AS' && kind !== 'MEMBER_OF');
  const way = chain.slice(0, end < 0 ? chain.length : end);
  const holder = way.at(-1)?.to ?? identity;
  const last = chain[way.length];
  if (
    last === undefined ||
    !way.every(({ kind, from }, at) => from === (way[at - 1]?.to ?? identity) && (kind === 'MEMBER_OF' || at === 0))
  )
    return false;
  const rest = chain.slice(way.length + 1);
  if (what === 'exemption') return last.kind === 'EXEMPTS' && last.to === holder && rest.length === 0;
  const derived = last.from === 'anonymous:' && way.length === 0;
  return (
    (last.kind === 'HOLDS' || last.kind === 'REPORTED') &&
    (last.from === holder || derived) &&
    rest.every(({ kind, from }, at) => kind === 'CONTAINS' && from === (rest[at - 1] ?? last).to)
  );
}

function establishes(world: World, question: Question, facts: Facts): boolean {
  return givesLevel(world, question, facts, false) && givesScope(world, question, facts) && givesExemptions(world, question, facts);
}

function holdersBy(identity: NodeKey, facts: Facts): Set<NodeKey> {
  const found = new Set([identity]);
  for (const at of found)
    for (const { from, kind, to } of facts) if (from === at && (kind === 'ACTS_AS' || kind === 'MEMBER_OF')) found.add(to);
  return found;
}

function givesLevel(world: World, { identity, action, target }: Question, facts: Facts, anyLevel: boolean): boolean {
  const holders = holdersBy(identity, facts).add('anonymous:');
  const kindOf = (key: NodeKey) => world.nodes.find((node) => node.key === key)?.kind;
  const flavorOf = (key: NodeKey) => (around(world, key).some((at) => kindOf(at) === 'Instance') ? 'dc' : 'cloud');
  const counts = (grant: Link) =>
    grant.kind === 'HOLDS' || (grant.kind === 'REPORTED' && action.startsWith('repository.') && standsIn(world, grant.to));
  const levelsAt = (resource: NodeKey): Set<string> => {
    const [flavor, kind] = [flavorOf(resource), kindOf(resource)];
    const granted = facts.filter((fact) => counts(fact) && fact.to === resource && holders.has(fact.from)).map(({ word }) => word);
    const passed = facts.flatMap((fact) => {
      if (fact.kind !== 'CONTAINS' || fact.to !== resource || flavorOf(fact.from) !== flavor) return [];
      const above = levelsAt(fact.from);
      return INHERIT_ROWS.flatMap(({ flavor: of, way, from, to }) =>
        of === flavor && way === 'down' && from[0] === kindOf(fact.from) && to[0] === kind && above.has(from[1]) ? [to[1]] : [],
      );
    });
    const held = new Set<string>();
    const include = (level: string) => {
      const row = LEVEL_ROWS.find((each) => each.flavor === flavor && each.on === kind && each.level === level);
      if (row === undefined || held.has(level)) return;
      held.add(level);
      for (const implied of row.implies) include(implied);
    };
    for (const level of [...granted, ...passed]) include(level);
    return held;
  };
  return nearestLeveled(world, target.key).some((resource) => {
    const needs: Readonly<Record<string, string>> = actionRow(action).needs[flavorOf(resource)];
    const needed = needs[kindOf(resource) ?? ''];
    return anyLevel ? levelsAt(resource).size > 0 : needed !== undefined && levelsAt(resource).has(needed);
  });
}

function givesScope(world: World, { identity, action, target }: Question, facts: Facts): boolean {
  const row = Object.entries(CREDENTIALS).find(([kind]) => kind === world.nodes.find(({ key }) => key === identity)?.kind)?.[1];
  if (row === undefined || (row.gitOnly && !actionRow(action).git)) return row === undefined;
  if (row.scopes === null) return true;
  const own = SCOPES.filter(({ family }) => family === row.scopes);
  const held = new Set(
    facts.flatMap(({ kind, from, to }) => (kind === 'HAS_SCOPE' && from === identity ? [to.slice('scope:'.length)] : [])),
  );
  for (const scope of held) for (const implied of own.find((each) => each.scope === scope)?.implies ?? []) held.add(implied);
  const on = world.nodes.find(({ key }) => key === target.key)?.kind;
  return (
    own.some(({ scope, allows }) => held.has(scope) && allows.includes(action)) ||
    SCOPE_WAYS.some(
      (way) =>
        way.family === row.scopes &&
        way.action === action &&
        (way.on.length === 0 || way.on.some((kind) => kind === on)) &&
        way.all.every((scope) => held.has(scope)),
    )
  );
}

/** For every kind that may forbid the action: listed where it certainly binds, or in every rule that only may bind. */
function givesExemptions(world: World, { identity, action, target }: Question, facts: Facts): boolean {
  if (target.branch === null) return true;
  const holders = holdersBy(identity, facts);
  const rules = world.edges
    .filter(({ kind, to }) => kind === 'RESTRICTS' && to === target.key)
    .map((rule) => ({ rule, binds: binds(world, rule, target.branch ?? '') }));
  const listed = (rule: Link) => facts.some(({ kind, from, to }) => kind === 'EXEMPTS' && from === rule.from && holders.has(to));
  const hidden = hides(world, 'rules', target.key);
  return RESTRICTION_NAMES.every((name) => {
    const { effect, blocks, exemptAlsoBy } = restrictionRow(name);
    if ((effect !== 'forbids' && effect !== 'unknown') || !blocks.includes(action)) return true;
    const ofKind = (word: string) => (RESTRICTION_NAMES.some((each) => each === word) ? word : 'unknown');
    const own = rules.filter(({ rule, binds: how }) => how !== 'no' && ofKind(rule.word) === name);
    const lent = rules.filter(({ rule, binds: how }) => how === 'yes' && exemptAlsoBy.includes(ofKind(rule.word)));
    if ([...own.filter(({ binds: how }) => how === 'yes'), ...lent].some(({ rule }) => listed(rule))) return true;
    return !(hidden && effect === 'forbids') && own.every(({ rule, binds: how }) => how === 'maybe' && listed(rule));
  });
}

function binds(world: World, rule: World['edges'][number], branch: string): 'yes' | 'no' | 'maybe' {
  const { glob, branchType } = rule.props;
  const unsure = rule.stale === true || !RESTRICTION_NAMES.some((name) => name === rule.word) || rule.word === 'unknown';
  if (hides(world, 'rule-match', rule.from)) return 'maybe';
  if (typeof glob === 'string') return MATCHERS.glob.undecided.test(glob) ? 'maybe' : !fits(glob, branch) ? 'no' : unsure ? 'maybe' : 'yes';
  const named = world.edges.filter((edge) => {
    const name = decodeKeyPart(edge.to.slice(edge.to.indexOf('#') + 1));
    return (
      edge.kind === 'CLASSIFIES' &&
      edge.from === rule.to &&
      edge.word === branchType &&
      (edge.to.startsWith('pattern:') ? fits(name, branch) : name === branch)
    );
  });
  if (named.some(({ stale }) => stale !== true)) return unsure ? 'maybe' : 'yes';
  return named.length > 0 || hides(world, 'branching-model', rule.to) ? 'maybe' : 'no';
}

function fits(glob: string, name: string): boolean {
  return new RegExp(`^${glob.split('*').map(RegExp.escape).join('[^]*')}$`).test(name);
}

function around({ edges }: World, key: NodeKey): NodeKey[] {
  const found = new Set([key]);
  for (const at of found)
    for (const { kind, from, to } of edges)
      if (kind === 'CONTAINS' && to === at) found.add(from);
      else if (kind === 'RESTRICTS' && from === at) found.add(to);
  return [...found];
}

function nearestLeveled(world: World, key: NodeKey): NodeKey[] {
  const kind = world.nodes.find((node) => node.key === key)?.kind;
  if (LEVEL_ROWS.some(({ on }) => on === kind)) return [key];
  return world.edges.flatMap((edge) =>
    edge.kind === 'CONTAINS' && edge.to === key
      ? nearestLeveled(world, edge.from)
      : edge.kind === 'RESTRICTS' && edge.from === key
        ? nearestLeveled(world, edge.to)
        : [],
  );
}

function hides(world: World, what: string, key: NodeKey): boolean {
  return world.gaps.some((gap) =>
    hiddenRow(gap.hides).takes === 'everything' ? around(world, key).includes(gap.scope) : gap.hides === what && gap.scope === key,
  );
}

function standsIn(world: World, resource: NodeKey): boolean {
  return world.gaps.some((gap) => hiddenRow(gap.hides).reportsStandIn && around(world, resource).includes(gap.scope));
}

function same(a: Link, b: Link): boolean {
  return textOf(a) === textOf(b);
}

function textOf({ from, kind, word, to }: Link): string {
  return `${from} ${kind} ${word} ${to}`;
}

/** The action that any level is told by: Bitbucket's own listing counts for it. */
export const ANY_LEVEL_ACTION: Action = 'repository.read';
