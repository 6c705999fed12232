/**
 * A case: a world and questions of it. As a fast-check arbitrary it shrinks to one question and the fewest facts that still fail.
 */
import fc from 'fast-check';
import type { Target } from '../../graph/decision.ts';
import { decodeKeyPart, type NodeKey, type World } from '../../graph/fact.ts';
import { ACTION_NAMES, type Action, actionRow } from '../../graph/model/actions.ts';
import { isAskable, type NodeKind } from '../../graph/model/node-kinds.ts';
import { printWorld } from '../../graph/notation.ts';
import { Dice } from './dice.ts';
import { BRANCHES, EXPIRIES, generateWorld, type StaleEdge } from './generate-world.ts';

export type TwinQuestion =
  | { readonly ask: 'check'; readonly identity: NodeKey; readonly action: Action; readonly target: Target; readonly at: number }
  | {
      readonly ask: 'whoCan';
      readonly action: Action;
      readonly target: Target;
      readonly at: number;
      readonly kinds: readonly NodeKind[] | null;
      readonly unknown: boolean;
    }
  | {
      readonly ask: 'whatCan';
      readonly identity: NodeKey;
      readonly action: Action | null;
      readonly at: number;
      readonly kinds: readonly NodeKind[] | null;
      readonly unknown: boolean;
    }
  | { readonly ask: 'anyLevel'; readonly identity: NodeKey; readonly target: NodeKey; readonly at: number };

export interface TwinCase {
  readonly world: World;
  readonly questions: readonly TwinQuestion[];
}

/** How many questions of each sort a case asks. */
export const CHECKS_PER_CASE = 24;
const WHO_CAN_PER_CASE = 2;
const WHAT_CAN_PER_CASE = 2;
const ANY_LEVEL_PER_CASE = 2;

const OFTEN: readonly Action[] = [
  'repository.read',
  'repository.write',
  'branch.push',
  'branch.force_push',
  'branch.delete',
  'branch.create',
  'branch.merge',
];
const INSTANTS = [0, ...EXPIRIES.flatMap((instant) => [instant - 1, instant]), 3000];

/** Cases of a generator; the same seed gives the same cases. */
export class TwinCases extends fc.Arbitrary<TwinCase> {
  generate(source: fc.Random): fc.Value<TwinCase> {
    const dice = new Dice(source);
    const world = generateWorld(dice);
    return new fc.Value({ world, questions: generateQuestions(dice, world) }, undefined);
  }

  canShrinkWithoutContext(value: unknown): value is TwinCase {
    return typeof value === 'object' && value !== null && 'world' in value && 'questions' in value;
  }

  shrink(value: TwinCase): fc.Stream<fc.Value<TwinCase>> {
    return fc.stream(smaller(value)).map((each) => new fc.Value(each, undefined));
  }
}

export function generateQuestions(dice: Dice, world: World): TwinQuestion[] {
  const identities = ['anonymous:', ...world.nodes.filter(({ kind }) => isAskable(kind)).map(({ key }) => key)];
  const at = () => dice.pick(INSTANTS);
  const action = () => (dice.chance(65) ? dice.pick(OFTEN) : dice.pick(ACTION_NAMES));
  const listing = () => ({
    at: at(),
    kinds: dice.chance(70) ? null : [dice.pick(world.nodes).kind, dice.pick(world.nodes).kind],
    unknown: dice.chance(50),
  });
  const questions: TwinQuestion[] = [];
  for (let count = 0; count < CHECKS_PER_CASE; count++) {
    const asked = action();
    const { identity, resource } = dice.chance(70) ? promising(dice, world) : { identity: null, resource: null };
    const target = targetFor(dice, world, asked, resource);
    questions.push({ ask: 'check', identity: identity ?? dice.pick(identities), action: asked, target, at: at() });
  }
  for (let count = 0; count < WHO_CAN_PER_CASE; count++) {
    const asked = action();
    questions.push({ ask: 'whoCan', action: asked, target: targetFor(dice, world, asked), ...listing() });
  }
  for (let count = 0; count < WHAT_CAN_PER_CASE; count++)
    questions.push({ ask: 'whatCan', identity: dice.pick(identities), action: dice.chance(85) ? action() : null, ...listing() });
  for (let count = 0; count < ANY_LEVEL_PER_CASE; count++)
    questions.push({ ask: 'anyLevel', identity: dice.pick(identities), target: targetFor(dice, world, 'repository.read').key, at: at() });
  return questions;
}

/** Somebody who may well hold something, and where: a grant, gone back from its holder and down from its resource. */
function promising(dice: Dice, { edges }: World): { identity: NodeKey | null; resource: NodeKey | null } {
  const grant = dice.pickAny(edges.filter(({ kind }) => kind === 'HOLDS' || kind === 'REPORTED'));
  if (grant === null) return { identity: null, resource: null };
  let { from: identity, to: resource } = grant;
  for (let step = dice.between(0, 3); step > 0; step--) {
    identity =
      dice.pickAny(edges.filter(({ kind, to }) => to === identity && (kind === 'MEMBER_OF' || kind === 'ACTS_AS')))?.from ?? identity;
    resource = dice.pickAny(edges.filter(({ kind, from }) => from === resource && kind === 'CONTAINS'))?.to ?? resource;
  }
  return { identity, resource };
}

/** Mostly what the action can be asked of, sometimes anything. `near`: in that resource, or what lies next to it, where there is such a target. */
export function targetFor(dice: Dice, world: World, action: Action, near: NodeKey | null = null): Target {
  const { on } = actionRow(action);
  const below = new Set(near === null ? [] : [near]);
  for (const at of below)
    for (const { kind, from, to } of world.edges)
      if (kind === 'CONTAINS' && (from === at || (to === at && at === near))) below.add(from === at ? to : from);
  const preferred = <T extends { readonly key: NodeKey }>(nodes: readonly T[]) =>
    nodes.some(({ key }) => below.has(key)) ? nodes.filter(({ key }) => below.has(key)) : nodes;
  const repository = dice.pickAny(preferred(world.nodes.filter(({ kind }) => kind === 'Repository')));
  if (on.includes('Branch') && repository !== null)
    return { kind: 'Branch', key: repository.key, branch: dice.chance(50) ? 'main' : dice.pick(BRANCHES) };
  const fitting = dice.chance(3) ? [] : preferred(world.nodes.filter(({ kind }) => kind !== 'Branch' && on.includes(kind)));
  const { kind, key } = dice.pickAny(fitting) ?? dice.pick(world.nodes.filter((node) => node.kind !== 'Branch'));
  return { kind, key, branch: null };
}

/** The case as text: facts in the notation, then the questions. */
export function printCase({ world, questions }: TwinCase): string {
  return `${printWorld(world)}${questions.map((question) => `# ${printQuestion(question)}\n`).join('')}`;
}

export function printQuestion(question: TwinQuestion): string {
  const options =
    'kinds' in question
      ? `${question.kinds === null ? '' : ` kinds ${question.kinds.join(', ')}`}${question.unknown ? ' with unknown' : ''}`
      : '';
  const target = (of: Target) => `${of.kind} ${of.key}${of.branch === null ? '' : ` branch ${JSON.stringify(of.branch)}`}`;
  switch (question.ask) {
    case 'check':
      return `check ${question.identity} ${question.action} ${target(question.target)} at ${question.at}`;
    case 'whoCan':
      return `who can ${question.action} ${target(question.target)} at ${question.at}${options}`;
    case 'whatCan':
      return `what can ${question.identity} ${question.action ?? 'anything'} at ${question.at}${options}`;
    case 'anyLevel':
      return `any level of ${question.identity} on ${question.target} at ${question.at}`;
  }
}

/** Cases a little smaller: fewer questions first, then fewer facts, then plainer ones. */
function* smaller({ world, questions }: TwinCase): IterableIterator<TwinCase> {
  if (questions.length > 1) for (const question of questions) yield { world, questions: [question] };
  if (questions.length > 1) return;
  const { nodes, edges, gaps } = world;
  for (const kept of fewer(edges)) yield { world: { nodes, edges: kept, gaps }, questions };
  for (const kept of fewer(gaps)) yield { world: { nodes, edges, gaps: kept }, questions };
  for (const kept of fewer(nodes))
    if (holdsTogether({ world: { nodes: kept, edges, gaps }, questions })) yield { world: { nodes: kept, edges, gaps }, questions };
  for (const [at, edge] of edges.entries()) {
    if (edge.stale === true) yield { world: { nodes, edges: edges.with(at, fresh(edge)), gaps }, questions };
  }
  for (const [at, node] of nodes.entries()) {
    if (Object.keys(node.props).length > 0) yield { world: { nodes: nodes.with(at, { ...node, props: {} }), edges, gaps }, questions };
  }
}

/** The list without half of it, without quarters, ..., without each one. */
function* fewer<T>(list: readonly T[]): IterableIterator<T[]> {
  for (let size = Math.ceil(list.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let start = 0; start < list.length; start += size) yield [...list.slice(0, start), ...list.slice(start + size)];
  }
}

/** Is every end of every edge, gap and question a node? */
function holdsTogether({ world, questions }: TwinCase): boolean {
  const there = new Set(world.nodes.map(({ key }) => key)).add('anonymous:').add('');
  const named = [...world.edges.flatMap(({ from, to }) => [from, to]), ...world.gaps.flatMap(({ scope, subject }) => [scope, subject])];
  const asked = questions.flatMap((question) => [
    'identity' in question ? question.identity : '',
    'target' in question ? (typeof question.target === 'string' ? question.target : question.target.key) : '',
  ]);
  return world.nodes.length > 0 && [...named, ...asked].every((key) => there.has(key));
}

export function fresh({ stale: _, ...edge }: StaleEdge): StaleEdge {
  return edge;
}

/** The name of the branch that a node of kind Branch stands for. */
export function branchName(key: NodeKey): string {
  return decodeKeyPart(key.slice(key.indexOf('#') + 1));
}
