/**
 * The laws of the tables. They run at start and in tests: a row that breaks one never answers a question.
 */
import { invariant } from '../errors.ts';
import { ACTION_NAMES, actionRow, isAction } from './actions.ts';
import { BLIND_SPOTS } from './blind-spots.ts';
import { CHANGE_KIND_NAMES, CHANGE_KINDS, changeKindRow } from './change-kinds.ts';
import { CREDENTIALS, isScope, SCOPE_WAYS, SCOPES, scopeWayId, scopeWays } from './credentials.ts';
import { EDGE_KIND_NAMES, EDGE_KINDS, type EdgeKindRow } from './edge-kinds.ts';
import { GAP_REASONS, HIDDEN_NAMES, hiddenRow } from './gaps.ts';
import { INFERRED_CREDENTIALS, TRACES, traceRow } from './inferred-credentials.ts';
import { isLeveled, levelMask, levelRow, levelsOf, passDown } from './lattice.ts';
import { INHERIT, type InheritRow, LEVELED_KINDS, LEVELS, type LevelRow, levelRowId } from './levels.ts';
import { isNodeKind, NODE_KIND_NAMES, NODE_KINDS } from './node-kinds.ts';
import { isInstantName, NODE_PROPS, type NodePropRow } from './node-props.ts';
import { PINS } from './pins.ts';
import { isRestrictionKind, RESTRICTION_NAMES, restrictionRow } from './restrictions.ts';
import type { Flavor, Row } from './row.ts';
import { VISIBILITY } from './visibility.ts';

const FLAVORS: readonly Flavor[] = ['cloud', 'dc'];

/** Every broken law as a sentence; empty when all hold. */
export function lintModel(): string[] {
  return [...rowsAreComplete(), ...numbersAreUnique(), ...ordersArePartial(), ...inheritanceIsMonotone(), ...referencesResolve(), ...changesHaveOneKind(), ...instantsAreNamed(), ...tracesCanBeStated()];
}

let isLawful = false;

/** Called at every start, looks once a process: a program whose tables break a law must not answer. Errors: a defect, with the laws. */
export function requireLaws(lint: () => readonly string[] = lintModel): void {
  if (isLawful) return;
  const broken = lint();
  invariant(broken.length === 0, `the tables hold to their laws, but ${broken.join('; ')}`);
  isLawful = true;
}

/** Every row of every table under its id. */
export function allRows(): [string, Row][] {
  const named = (table: string, rows: Record<string, Row>) => Object.entries(rows).map(([name, row]): [string, Row] => [`${table}/${name}`, row]);
  const levels: readonly LevelRow[] = LEVELS;
  const inherit: readonly InheritRow[] = INHERIT;
  return [
    ...named('node-kinds', NODE_KINDS),
    ...named('node-props', NODE_PROPS),
    ...named('edge-kinds', EDGE_KINDS),
    ...levels.map((row): [string, Row] => [levelRowId(row.flavor, row.on, row.level), row]),
    ...inherit.map((row): [string, Row] => [`inherit/${row.flavor}/${row.from.join('.')}-${row.to.join('.')}`, row]),
    ...VISIBILITY.map((row): [string, Row] => [`visibility/${row.flavor}/${row.on}/${row.holder}`, row]),
    ...ACTION_NAMES.map((name): [string, Row] => [`actions/${name}`, actionRow(name)]),
    ...RESTRICTION_NAMES.map((name): [string, Row] => [`restrictions/${name}`, restrictionRow(name)]),
    ...named('credentials', CREDENTIALS),
    ...SCOPES.map((row): [string, Row] => [`scopes/${row.family}/${row.scope}`, row]),
    ...SCOPE_WAYS.map((row): [string, Row] => [scopeWayId(row), row]),
    ...HIDDEN_NAMES.map((name): [string, Row] => [`hidden/${name}`, hiddenRow(name)]),
    ...named('gap-reasons', GAP_REASONS),
    ...named('blind-spots', BLIND_SPOTS),
    ...named('change-kinds', CHANGE_KINDS),
    ...named('inferred-credentials', INFERRED_CREDENTIALS),
    ...named('pins', PINS),
  ];
}

function rowsAreComplete(): string[] {
  const broken: string[] = [];
  const seen = new Set<string>();
  for (const [id, row] of allRows()) {
    if (seen.has(id)) broken.push(`${id} stands twice`);
    seen.add(id);
    if (row.doc.trim() === '' || row.doc.endsWith('.')) broken.push(`${id} has no doc, or one that ends with a full stop`);
    if (row.source.trim() === '') broken.push(`${id} has no source`);
  }
  return broken;
}

function numbersAreUnique(): string[] {
  const twice = (what: string, numbers: readonly number[]) => (new Set(numbers).size === numbers.length ? [] : [`${what} holds a number twice`]);
  const codes = FLAVORS.flatMap((flavor) => LEVELED_KINDS.map((on) => ({ what: `levels of ${flavor} ${on}`, rows: levelsOf(flavor, on) })));
  return [
    ...twice(
      'node-kinds',
      NODE_KIND_NAMES.map((kind) => NODE_KINDS[kind].id),
    ),
    ...twice(
      'edge-kinds',
      EDGE_KIND_NAMES.map((kind) => EDGE_KINDS[kind].id),
    ),
    ...codes.flatMap(({ what, rows }) => [
      ...twice(
        what,
        rows.map(({ code }) => code),
      ),
      ...rows.filter(({ code }) => code < 0 || code > 7).map(({ level }) => `${what}: the code of ${level} is not 0..7`),
    ]),
  ];
}

/** Antisymmetry; reflexivity and transitivity hold because the order is a closure. */
function ordersArePartial(): string[] {
  const broken: string[] = [];
  for (const row of LEVELS as readonly LevelRow[]) {
    for (const implied of row.implies) if (levelRow(row.flavor, row.on, implied) === null) broken.push(`${levelRowId(row.flavor, row.on, row.level)} implies ${implied}, which is no level`);
    for (const other of levelsOf(row.flavor, row.on)) {
      const over = levelMask(row.flavor, row.on, row.level) & (1 << other.code);
      const under = levelMask(row.flavor, row.on, other.level) & (1 << row.code);
      if (over && under && other !== row) broken.push(`${row.level} and ${other.level} of ${row.flavor} ${row.on} imply each other`);
    }
  }
  return broken;
}

/** A greater level on a container never gives less on its content; a level passed up cannot be given, and so never passes down again. */
function inheritanceIsMonotone(): string[] {
  const broken: string[] = [];
  for (const flavor of FLAVORS) {
    for (const from of LEVELED_KINDS) {
      for (const to of LEVELED_KINDS) {
        for (const { level } of levelsOf(flavor, from)) {
          const mask = levelMask(flavor, from, level);
          for (const lower of levelsOf(flavor, from)) {
            const lowerMask = levelMask(flavor, from, lower.level);
            if ((lowerMask & mask) === lowerMask && (passDown(flavor, from, to, lowerMask) & ~passDown(flavor, from, to, mask)) !== 0) broken.push(`${level} passes less to ${to} than ${lower.level} on ${flavor} ${from}`);
          }
        }
      }
    }
  }
  for (const row of INHERIT as readonly InheritRow[]) {
    const [from, to] = [levelRow(row.flavor, row.from[0], row.from[1]), levelRow(row.flavor, row.to[0], row.to[1])];
    if (from === null || to === null) broken.push(`inherit ${row.from.join('.')} to ${row.to.join('.')} names a level that ${row.flavor} does not have`);
    if (row.way === 'up' && to?.grantable !== false) broken.push(`inherit passes ${row.to.join('.')} up though it can be given`);
  }
  return broken;
}

function referencesResolve(): string[] {
  const broken: string[] = [];
  for (const action of ACTION_NAMES) {
    const { on, needs } = actionRow(action);
    if (!on.every(isNodeKind)) broken.push(`actions/${action} is asked of a kind that does not exist`);
    for (const flavor of FLAVORS) {
      for (const [kind, level] of Object.entries(needs[flavor])) {
        if (!isNodeKind(kind) || !isLeveled(kind) || levelRow(flavor, kind, level) === null) broken.push(`actions/${action} needs ${level} on ${flavor} ${kind}, which does not exist`);
      }
    }
  }
  for (const name of RESTRICTION_NAMES) {
    const { blocks, exemptKinds, exemptAlsoBy } = restrictionRow(name);
    const listable: readonly string[] = EDGE_KINDS.EXEMPTS.to;
    if (!blocks.every(isAction) || !exemptAlsoBy.every(isRestrictionKind) || !exemptKinds.every((kind) => listable.includes(kind))) broken.push(`restrictions/${name} names what does not exist`);
  }
  for (const { family, scope, implies } of SCOPES) for (const implied of implies) if (!isScope(family, implied)) broken.push(`scopes/${family}/${scope} implies ${implied}, which does not exist`);
  for (const way of SCOPE_WAYS) {
    const { family, action, on, all } = way;
    if (!isAction(action) || !all.every((scope) => isScope(family, scope)) || !on.every((kind) => actionRow(action).on.includes(kind))) broken.push(`${scopeWayId(way)} names what does not exist`);
    const kinds = on.length === 0 ? [undefined] : on;
    if (all.length < 2 || !kinds.every((kind) => scopeWays(family, action, kind).some((each) => new Set(each).symmetricDifference(new Set(all)).size === 0))) broken.push(`${scopeWayId(way)} needs more than another way does`);
  }
  for (const name of HIDDEN_NAMES) {
    const { adds, scope } = hiddenRow(name);
    if (adds === null) continue;
    const edge: EdgeKindRow = EDGE_KINDS[adds.edge];
    const [near, far] = adds.scopeIs === 'from' ? [edge.from, edge.to] : [edge.to, edge.from];
    if (adds.scopeIs !== 'container of to' && !scope.every((kind) => near.includes(kind))) broken.push(`hidden/${name} adds ${adds.edge} to a scope that cannot have one`);
    if (!adds.other.every((kind) => far.includes(kind))) broken.push(`hidden/${name} adds ${adds.edge} from a kind that cannot have one`);
  }
  return broken;
}

/** The notation reads and prints instants by their names. */
function instantsAreNamed(): string[] {
  const rows: [string, NodePropRow][] = Object.entries(NODE_PROPS);
  return rows.filter(([name, { holds }]) => isInstantName(name) !== (holds === 'instant')).map(([name]) => `node-props/${name}: instants, and only they, are named so`);
}

/** What a trace leaves open is a gap that can be about what it concludes. */
function tracesCanBeStated(): string[] {
  return TRACES.flatMap((trace) => {
    const { kind, besideAccount, unknown } = traceRow(trace);
    const actor = besideAccount ? 'ServiceUser' : kind;
    return unknown.filter((hides) => (hides === 'credential-level' ? !hiddenRow(hides).adds?.other.includes(actor) : !hiddenRow(hides).scope.includes(kind))).map((hides) => `inferred-credentials/${trace}: ${hides} cannot be about it`);
  });
}

/** Every edge and every node falls under one kind of change. */
function changesHaveOneKind(): string[] {
  const flows = new Set(EDGE_KIND_NAMES.map((name) => EDGE_KINDS[name].flow));
  const roles = new Set(NODE_KIND_NAMES.map((name) => NODE_KINDS[name].is));
  const count = (has: (row: ReturnType<typeof changeKindRow>) => boolean) => CHANGE_KIND_NAMES.filter((name) => has(changeKindRow(name))).length;
  return [
    ...[...flows].filter((flow) => count((row) => row.flows.includes(flow)) !== 1).map((flow) => `change-kinds: edges of flow ${flow} fall under one row`),
    ...[...roles].filter((role) => count((row) => row.roles.includes(role)) !== 1).map((role) => `change-kinds: nodes of role ${role} fall under one row`),
    ...NODE_KIND_NAMES.filter((kind) => count((row) => row.kinds.includes(kind)) > 1 || count((row) => row.restated.includes(kind)) > 1).map((kind) => `change-kinds: ${kind} is named by one row`),
  ];
}
