/**
 * Generated workspaces with an organisation beside them: the directory in the place of 1.0 gives what is true there, exactly; runs
 * with the audit log hold the truth of a workspace that changes, and cost little where it does not.
 */
import { describe, expect, it } from 'vitest';
import { contentText, factId, type World } from '../../graph/fact.ts';
import type { SampleEvent } from '../../ingest/sample/organisation.ts';
import type { SampleWorkspace } from '../../ingest/sample/workspace.ts';
import { openOrganised } from '../ingest/organisation.ts';
import { worldIn } from '../ingest/sample.ts';
import { Dice, seededSource } from '../twin/dice.ts';
import { generateWorkspace } from './generate-workspace.ts';
import { measureIncremental } from './incremental.ts';
import { PAGE_LENGTH } from './run-truth.ts';
import { truthOf } from './truth.ts';

const LONG = process.env['GRANTPATH_TEST_LONG'] === '1';
const SEEDS = Array.from({ length: LONG ? 30 : 6 }, (_, at) => 20261124 + at);
const DAY_MS = 24 * 3_600_000;

const contentsOf = ({ nodes, edges, gaps }: World) =>
  new Map(
    [...nodes, ...edges, ...gaps].map((fact) => [factId(fact), `${contentText(fact)}${'stale' in fact && fact.stale ? ' stale' : ''}`]),
  );

/** As an organisation has them: no two groups of one name. */
function generate(dice: Dice): SampleWorkspace {
  const workspace = generateWorkspace(dice);
  workspace.groups = workspace.groups.map((group, at) => ({ ...group, name: `${group.name} ${at}` }));
  return workspace;
}

/** Changes one thing that the log documents, and gives its event. */
function change(dice: Dice, workspace: SampleWorkspace, at: number): SampleEvent[] {
  const repository = dice.pick(workspace.repositories);
  const project = dice.pick(workspace.projects);
  const { nickname } = dice.pick(workspace.users);
  const of = (action: string): SampleEvent => ({ at, action: `bitbucket_cloud_repository_actions_${action}`, repository: repository.slug });
  return dice.pick([
    () => {
      repository.grants = [...repository.grants.filter(({ user }) => user !== nickname), { user: nickname, level: 'admin' }];
      return [of('updated_repository_member')];
    },
    () => {
      const gone = repository.grants.find(({ user }) => user !== undefined);
      repository.grants = repository.grants.filter((grant) => grant !== gone);
      return gone === undefined ? [] : [of('removed_repository_member')];
    },
    () => {
      repository.rules = repository.rules.slice(1);
      return [of('updated_repository_branch_restriction')];
    },
    () => {
      project.grants = [...project.grants.filter(({ user }) => user !== nickname), { user: nickname, level: 'write' }];
      return [{ at, action: 'bitbucket_cloud_project_actions_updated_project_member', project: project.key }];
    },
    () => {
      const user = dice.pick(workspace.users);
      user.active = !user.active;
      return [{ at, action: `atlassian_accounts_${user.active ? 're' : 'de'}activated_account` }];
    },
  ])();
}

describe('a generated workspace whose groups 1.0 does not show', () => {
  it.each(SEEDS)('of seed %i is read from the directory exactly as it is', async (seed) => {
    const workspace = generate(new Dice(seededSource(seed)));
    const organised = await openOrganised({ workspace, pageLengthMax: 2, itemsPerPage: PAGE_LENGTH });
    try {
      organised.sample.server.faults.push({ at: /1\.0\/groups/, does: { answer: 403 } });
      await organised.sync();
      const world = await worldIn(organised.sample.store);
      const members = world.edges.filter(({ kind }) => kind === 'MEMBER_OF');
      // The same facts as of 1.0, and how sure they are.
      expect(members.map(({ props }) => props)).toEqual(members.map(() => ({ confidence: 'inferred' })));
      const edges = world.edges.map((edge) => (edge.kind === 'MEMBER_OF' ? { ...edge, props: {} } : edge));
      expect(contentsOf({ ...world, edges })).toEqual(contentsOf(truthOf(workspace)));
    } finally {
      await organised.close();
    }
  });
});

describe('a generated workspace that changes while the audit log tells it', () => {
  it.each(SEEDS)('of seed %i is held as it is by every run, though few readings are made again', async (seed) => {
    const dice = new Dice(seededSource(seed));
    const workspace = generate(dice);
    const organised = await openOrganised({ workspace, pageLengthMax: 3, itemsPerPage: PAGE_LENGTH });
    try {
      await organised.sync();
      for (let runs = 0; runs < 3; runs++) {
        organised.sample.clock.at += 20 * DAY_MS;
        for (let changes = dice.between(0, 3); changes > 0; changes--)
          organised.organisation.events.push(...change(dice, workspace, organised.sample.clock.at - dice.between(1, 10) * DAY_MS));
        const { report } = await organised.sync();
        expect(contentsOf(await worldIn(organised.sample.store))).toEqual(contentsOf(truthOf(workspace)));
        expect(report.incremental.proved).toBeGreaterThan(0);
      }
    } finally {
      await organised.close();
    }
  });
});

describe('an unchanged workspace', () => {
  it(
    `of ${LONG ? '200' : '40'} repositories is read again with under 15 % of the calls where the log proves grants, rules and keys`,
    async () => {
      const figures = await measureIncremental({ repositories: LONG ? 200 : 40 });
      if (LONG) process.stdout.write(`incremental: ${JSON.stringify(figures)}\n`);
      const { first, plain, withLog, withLogAndAge, withLogLater, ageLater } = figures;
      expect(withLogAndAge.share).toBeLessThan(0.15);
      expect(withLogAndAge.proved).toBe(withLog.proved);
      expect(withLogAndAge.young).toBeGreaterThan(0);
      // Without an age only what the log tells of is spared, and without a log nothing.
      expect(withLog.share).toBeGreaterThan(0.4);
      expect(withLog.share).toBeLessThan(0.85);
      expect(withLog.young).toBe(0);
      expect(withLogLater).toMatchObject({ calls: withLog.calls, proved: withLog.proved, young: 0 });
      expect([plain.calls, ageLater.calls]).toEqual([first.calls, first.calls]);
      // The log itself is cheap.
      expect(withLogAndAge.organisationCalls).toBeLessThan(5);
    },
    LONG ? 900_000 : 60_000,
  );
});
