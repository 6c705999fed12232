/**
 * What saved questions are asked of a world: values of their parameters, and the world made ready for questions about branches.
 */
import { encodeKeyPart, type NodeKey, refPath, type World } from '../../graph/fact.ts';
import { type Action, actionRow } from '../../graph/model/actions.ts';
import { isAskable } from '../../graph/model/node-kinds.ts';
import { plainNode } from '../../graph/notation.ts';
import { neededAt } from '../../graph/spec/decide.ts';
import type { Known } from '../../graph/spec/known.ts';
import { LEVELED_ACTIONS } from '../../queries/saved-fragments.ts';
import type { SavedParameter, SavedQuestion } from '../../queries/saved-question.ts';
import { parseExpectations } from '../worlds/world.ts';
import { EXPECTED_FACTS } from './expected-facts.ts';
import { EXPECTED_LISTS, type Expected, targetOf, type Values } from './expected-lists.ts';

const CLOUD_ONLY: ReadonlySet<string> = new Set(['who-can-deploy', 'who-can-edit-variables']);

export const EXPECTED: Readonly<Record<string, Expected>> = { ...EXPECTED_LISTS, ...EXPECTED_FACTS };

/**
 * The world with an observed branch for each that `namesOf` gives of a repository, and as its main branch the first of them: Cypher knows
 * observed branches alone.
 */
export function withBranches(world: World, namesOf: (repository: NodeKey) => readonly string[]): World {
  const nodes = new Map(world.nodes.map((node) => [node.key, node]));
  const edges = [...world.edges];
  for (const { key, kind } of world.nodes) {
    if (kind !== 'Repository') continue;
    const [main] = namesOf(key);
    for (const name of namesOf(key)) {
      const branch = `branch:${refPath(key)}#${encodeKeyPart(name)}`;
      const node = nodes.get(branch) ?? plainNode(branch, 'Branch');
      if (node !== null) nodes.set(branch, node);
      if (!edges.some(({ kind: of, to }) => of === 'CONTAINS' && to === branch))
        edges.push({ type: 'edge', kind: 'CONTAINS', from: key, to: branch, word: '', props: {} });
    }
    const known = nodes.get(key);
    if (known !== undefined && main !== undefined) nodes.set(key, { ...known, props: { ...known.props, mainBranch: main } });
  }
  return { ...world, nodes: [...nodes.values()], edges };
}

/** The names of branches that the expectations of a world speak of, by repository. */
export function branchesAsked(expect: string): (repository: NodeKey) => readonly string[] {
  const asked = parseExpectations(expect).flatMap((each) =>
    each.ask === 'whatCan' || !each.resource.startsWith('branch:') ? [] : [each.resource],
  );
  return (repository) => [
    ...new Set(
      asked.flatMap((ref) => {
        const [path = '', ...name] = refPath(ref).split('#');
        return path === refPath(repository) ? [name.join('#')] : [];
      }),
    ),
  ];
}

/** More sets of values than this are not made: of thousands of nodes some are looked at. */
const SETS_MAX = 20_000;

/** Values of the parameters, at most `most` of them, spread over what the world has. */
export function casesOf(question: SavedQuestion, known: Known, most: number): Values[] {
  const values = question.parameters.map((parameter) => valuesOf(parameter, known));
  const isMany = values.reduce((product, { length }) => product * length, 1) > SETS_MAX;
  const room = isMany ? Math.floor(SETS_MAX ** (1 / values.length)) : SETS_MAX;
  const sets = question.parameters.reduce<Values[]>(
    (made, { name }, at) => made.flatMap((each) => spread(values[at] ?? [], room).map((value) => ({ ...each, [name]: value }))),
    [{}],
  );
  return spread(
    sets.filter((each) => isAsked(question, known, each)),
    most,
  );
}

/** So many of a list at most, from its middle on. */
function spread<T>(list: readonly T[], most: number): T[] {
  const step = Math.max(1, list.length / most);
  return Array.from({ length: Math.min(most, list.length) }, (_, at) => list[Math.floor((at + 0.5) * step)] as T);
}

function valuesOf({ kind, of, default: standard, name }: SavedParameter, known: Known): readonly (string | number)[] {
  if (kind === 'number') return name === 'people' ? [0, 1] : [Number(standard ?? 1)];
  if (kind === 'action') return LEVELED_ACTIONS;
  if (kind === 'branch') {
    const branches = [...known.nodes.values()].filter((node) => node.kind === 'Branch').map(({ key }) => key);
    return branches.filter((key) => known.kindOf(targetOf(known, key).key) === 'Repository');
  }
  const kinds = of ?? [];
  return [...known.nodes.values()].flatMap((node) =>
    (kinds.length === 0 ? isAskable(node.kind) : kinds.includes(node.kind)) ? [node.key] : [],
  );
}

/** Can the action be asked of this resource? One of another flavor may not have it. */
function isAsked({ asks, name }: SavedQuestion, known: Known, values: Values): boolean {
  // Only Cloud has these: in an odd world an instance may contain one, and GraphQL has no such action there.
  if (CLOUD_ONLY.has(name)) return known.flavorOf(String(values['repository'])) === 'cloud';
  if (asks === null) return true;
  const target = targetOf(known, String(values[asks.of]));
  const action = (asks.action.startsWith('$') ? values[asks.action.slice(1)] : asks.action) as Action;
  return actionRow(action).on.includes(target.kind) && neededAt(known, { identity: 'anonymous:', action, target }).length > 0;
}
