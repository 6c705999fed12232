/**
 * Generated workspaces, read by the connector over HTTP: the graph holds what is true there, exactly; where endpoints refuse, every
 * fact that is lost is covered by a gap, and no verdict is definite and wrong.
 */
import { describe, expect, it } from 'vitest';
import { contentText, type EdgeFact, type Fact, factId, type GapFact, type NodeKey, refPath, type World } from '../../graph/fact.ts';
import type { Action } from '../../graph/model/actions.ts';
import type { Hidden } from '../../graph/model/gaps.ts';
import { decide } from '../../graph/spec/decide.ts';
import { Known } from '../../graph/spec/known.ts';
import type { Fault } from '../../ingest/sample/faults.ts';
import type { SampleWorkspace } from '../../ingest/sample/workspace.ts';
import { openSample, worldIn } from '../ingest/sample.ts';
import { Dice, seededSource } from '../twin/dice.ts';
import { generateWorkspace } from './generate-workspace.ts';
import { PAGE_LENGTH } from './run-truth.ts';
import { keyOf, truthOf } from './truth.ts';

const LONG = process.env['GRANTPATH_TEST_LONG'] === '1';
const SEEDS = Array.from({ length: LONG ? 200 : 10 }, (_, at) => 20261124 + at);
const BRANCHES = ['main', 'release/1', 'feature/x'];
const BRANCH_ACTIONS: readonly Action[] = ['branch.push', 'branch.merge', 'branch.delete'];
const REPOSITORY_ACTIONS: readonly Action[] = ['repository.read', 'repository.write', 'repository.admin'];

/** What an endpoint that refuses takes away. Those of one repository or project refuse there alone. */
const REFUSABLE = [
  '/permissions$',
  '/permissions/repositories',
  '/members',
  '1\\.0/groups',
  '/projects\\?',
  '2\\.0/repositories/[^/]+\\?',
  'projects/P0/permissions-config/users',
  'projects/P1/permissions-config/groups',
  'repositories/[^/]+/[^/]+/permissions-config/users',
  'r0/permissions-config/groups',
  'branch-restrictions',
  'r1/effective-branching-model',
  'r2/forks',
  'effective-default-reviewers',
  'override-settings',
  'P0/default-reviewers',
  'P0/branching-model',
  'refs/branches',
  'deploy-keys',
  '/ssh-keys',
  'hooks',
  'schedules',
  '/pipelines\\?',
  'r1/deployments',
] as const;

/** The same of what pipelines do. */
const REFUSABLE_OF_PIPELINES = ['/environments\\?', 'r2/refs/branches/', '/src/', 'branch-restrictions', 'r0/effective-branching-model'];

/** Which gaps may stand for a lost edge of a kind. */
const COVERED_BY: Partial<Record<EdgeFact['kind'], readonly Hidden[]>> = {
  HOLDS: ['deploy-keys', 'user-grants', 'group-grants', 'grant-level', 'visibility', 'repositories', 'projects', 'identities', 'groups'],
  MEMBER_OF: ['groups', 'group-members'],
  REPORTED: ['listing'],
  RESTRICTS: ['rules', 'repositories'],
  RAN: ['pipeline-runs', 'repositories'],
  DEPLOYED: ['deployments', 'repositories'],
  EXEMPTS: ['rules', 'repositories'],
  ACTS_AS: ['pipeline-runs', 'repositories', 'ssh-keys', 'identities'],
  FORK_OF: ['forks', 'repositories'],
  REVIEWS: ['reviewers', 'projects', 'repositories'],
  CLASSIFIES: ['branching-model', 'repositories'],
  CONTAINS: [
    'projects',
    'repositories',
    'groups',
    'branching-model',
    'rules',
    'user-grants',
    'group-grants',
    'variables',
    'environments',
    'runners',
    'pipelines',
    'settings',
    'deploy-keys',
    'webhooks',
    'schedules',
    'pipeline-runs',
    'definitions',
  ],
  USES: ['definitions', 'repositories', 'rules', 'branching-model'],
  DEPLOYS_TO: ['definitions', 'environments', 'repositories', 'rules', 'branching-model'],
};

async function ingest(workspace: SampleWorkspace, faults: readonly Fault[] = []): Promise<World> {
  const sample = await openSample({ workspace, inMemory: true, faults, pageLengthMax: PAGE_LENGTH });
  try {
    await sample.sync({ workspaces: [workspace.slug] });
    return await worldIn(sample.store);
  } finally {
    await sample.close();
  }
}

/** Facts by id, stale ones told. */
function contentsOf({ nodes, edges, gaps }: World): Map<string, string> {
  const facts: Fact[] = [...nodes, ...edges, ...gaps];
  return new Map(facts.map((fact) => [factId(fact), `${contentText(fact)}${'stale' in fact && fact.stale === true ? ' stale' : ''}`]));
}

function differenceOf(found: ReadonlyMap<string, string>, truth: ReadonlyMap<string, string>) {
  return {
    missing: [...truth.values()].filter((text) => ![...found.values()].includes(text)),
    tooMuch: [...found.values()].filter((text) => ![...truth.values()].includes(text)),
  };
}

/** Every question of who may read, write and administer, and of some branches. */
function* questionsOf(workspace: SampleWorkspace) {
  for (const { nickname } of workspace.users)
    for (const { slug } of workspace.repositories) {
      const [identity, key] = [keyOf.user(nickname), keyOf.repository(slug)];
      for (const action of REPOSITORY_ACTIONS) yield { identity, action, target: { kind: 'Repository' as const, key, branch: null } };
      for (const action of BRANCH_ACTIONS)
        for (const branch of BRANCHES) yield { identity, action, target: { kind: 'Repository' as const, key, branch } };
    }
}

function isAround(world: World, container: NodeKey, node: NodeKey): boolean {
  if (container === node) return true;
  return world.edges.some(({ kind, from, to }) => kind === 'CONTAINS' && to === node && isAround(world, container, from));
}

/** Is there a gap that says that this may be missing? It hides something of an end of the edge, or of what contains it. */
function isCovered(lost: EdgeFact, gaps: readonly GapFact[], truth: World): boolean {
  const roots = truth.nodes.filter(({ kind }) => kind === 'Workspace').map(({ key }) => key);
  const restricted = truth.edges.filter(({ kind, from }) => kind === 'RESTRICTS' && from === lost.from).map(({ to }) => to);
  // A credential that only runs show has the account of one of them; what acts as a user lies nowhere: the workspace stands for it.
  const shownBy = truth.edges.filter(
    ({ kind, from }) => kind === 'RAN' && [lost.from, lost.to].some((end) => refPath(end) === refPath(from)),
  );
  const own = lost.kind === 'ACTS_AS' ? roots : [lost.from, lost.to, ...restricted];
  const ends = [...own, ...shownBy.map(({ to }) => to)];
  return gaps.some(
    ({ hides, scope }) => (COVERED_BY[lost.kind]?.includes(hides) ?? false) && ends.some((end) => isAround(truth, scope, end)),
  );
}

describe('a generated workspace', () => {
  it.each(SEEDS)('of seed %i is read exactly as it is', async (seed) => {
    const workspace = generateWorkspace(new Dice(seededSource(seed)));
    expect(differenceOf(contentsOf(await ingest(workspace)), contentsOf(truthOf(workspace)))).toEqual({ missing: [], tooMuch: [] });
  });

  it.each(SEEDS)('of seed %i that does not show what its pipelines do has gaps for that', async (seed) => {
    const dice = new Dice(seededSource(seed));
    const workspace = generateWorkspace(dice);
    const truth = truthOf(workspace);
    const refused = dice.shuffled(REFUSABLE_OF_PIPELINES).slice(0, 2);
    const found = await ingest(
      workspace,
      refused.map((at): Fault => ({ at: new RegExp(at), does: { answer: dice.pick([403, 402, 500]) } })),
    );
    const held = contentsOf(found);
    const all = contentsOf(truth);
    const lost = truth.edges.filter((edge) => !held.has(factId(edge)));
    expect(lost.filter((edge) => !isCovered(edge, found.gaps, truth)).map(factId), `refused: ${refused}`).toEqual([]);
    expect(
      found.edges
        .filter(({ kind }) => kind === 'USES' || kind === 'DEPLOYS_TO')
        .map(factId)
        .filter((id) => !all.has(id)),
      `refused: ${refused}`,
    ).toEqual([]);
  });

  it.each(SEEDS)('of seed %i of which endpoints refuse has gaps for what is lost, and no wrong verdict', async (seed) => {
    const dice = new Dice(seededSource(seed));
    const workspace = generateWorkspace(dice);
    const truth = truthOf(workspace);
    const faults = dice
      .shuffled(REFUSABLE)
      .slice(0, dice.between(1, 3))
      .map((at): Fault => ({ at: new RegExp(at), does: { answer: dice.pick([403, 404, 402]) } }));
    const found = await ingest(workspace, faults);
    const told = `refused: ${faults.map(({ at, does }) => `${at} ${JSON.stringify(does)}`).join(', ')}`;
    const held = contentsOf(found);
    const lost = truth.edges.filter((edge) => !held.has(factId(edge)));
    expect(lost.filter((edge) => !isCovered(edge, found.gaps, truth)).map(factId), told).toEqual([]);
    const [known, all] = [new Known(found), new Known(truth)];
    const wrong: string[] = [];
    let definite = 0;
    for (const question of questionsOf(workspace)) {
      // What the store knows nothing of cannot be asked about.
      if (!known.nodes.has(question.identity) || !known.nodes.has(question.target.key)) continue;
      const { verdict } = decide(known, question, 0);
      if (verdict === 'UNKNOWN') continue;
      definite++;
      const right = decide(all, question, 0).verdict;
      if (verdict !== right)
        wrong.push(`${question.identity} ${question.action} ${question.target.key} ${question.target.branch}: ${verdict}, is ${right}`);
    }
    expect(wrong, told).toEqual([]);
    // One that refuses must not blur everything.
    if (lost.length === 0) expect(definite).toBeGreaterThan(0);
  });
});
