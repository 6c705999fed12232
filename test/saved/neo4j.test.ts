/**
 * Saved questions on a real Neo4j: Cypher, GraphQL and the definitional engine give the same rows, tenant by tenant, and a check
 * costs few look-ups.
 */
import type { ProfiledPlan } from 'neo4j-driver';
import { expect, it } from 'vitest';
import { askByGraphql } from '../../api/saved.ts';
import type { World } from '../../graph/fact.ts';
import { parseWorld } from '../../graph/notation.ts';
import { Known } from '../../graph/spec/known.ts';
import { openNeo4jStore } from '../../graph/store/neo4j.ts';
import { type Neo4jQuestions, openNeo4jQuestions } from '../../graph/store/neo4j-questions.ts';
import { openStore } from '../../graph/store/open.ts';
import { readCloudConfig } from '../../ingest/bitbucket-cloud/config.ts';
import { syncBitbucketCloud } from '../../ingest/sync.ts';
import { askByCypher } from '../../queries/ask-cypher.ts';
import type { Grantpath } from '../../queries/port.ts';
import { actionParameters } from '../../queries/saved-action.ts';
import type { SavedQuestion } from '../../queries/saved-question.ts';
import { SAVED_QUESTIONS } from '../../queries/saved-questions.ts';
import { openStoreGrantpath } from '../../queries/store-grantpath.ts';
import { RECORDED, replay } from '../ingest/replay.ts';
import { worldIn } from '../ingest/sample.ts';
import { FakeClock } from '../ingest/support.ts';
import { describeOnNeo4j, openDriver, withTenant } from '../neo4j/shared-server.ts';
import { readKnative, readKubernetes, readRust, worldOf } from '../orgs/organisation.ts';
import { commitWorld } from '../support/commit-world.ts';
import { hasSharedData } from '../support/shared-data.ts';
import { casesOf, withBranches } from './cases.ts';
import type { Values } from './expected-lists.ts';
import { type AskedWorld, differences, NAMED_WORLDS, newComparison, randomWorld } from './rows.ts';

const LONG = process.env['GRANTPATH_TEST_LONG'] === '1';
const RANDOM_WORLDS = LONG ? 300 : 25;
/** Values of parameters of one question in one world. */
const CASES_MAX = LONG ? 3 : 1;
const AT_ONCE = 4;
/** GraphQL is held to the definitional engine on worlds; on thousands of people and repositories that would take hours. */
const ORGANISATIONS = (hasSharedData('orgs') ? [...readKubernetes(), ...readKnative(), ...readRust()] : [])
  .sort((a, b) => a.grants.length - b.grants.length)
  // All of them take minutes: the long run has them.
  .slice(0, LONG ? undefined : 4);

describeOnNeo4j('saved questions in Cypher', ({ agent: _, ...server }) => {
  const seen = newComparison();
  const onTenant = (asked: AskedWorld, work: (opened: { grantpath: Grantpath; questions: Neo4jQuestions }) => Promise<void>) =>
    withTenant(async (tenant) => {
      const store = await openNeo4jStore({ ...server, tenant, now: () => 1000 });
      await commitWorld(store, asked.world);
      const grantpath = await openStoreGrantpath({ store, pollMs: 0 });
      const questions = await openNeo4jQuestions({ ...server, tenant });
      try {
        await work({ grantpath, questions });
      } finally {
        await questions.close();
        await grantpath.close();
      }
    });
  const compare = (asked: AskedWorld) =>
    onTenant(asked, async ({ grantpath, questions }) => {
      const found = await differences(
        asked,
        {
          GraphQL: (question, values) => askByGraphql(grantpath, question, values),
          Cypher: (question, values) => askByCypher({ grantpath, questions }, question, values),
        },
        { grantpath, most: CASES_MAX, seen },
      );
      expect(found).toEqual([]);
    });

  /** Side by side: most of the time one waits for the server. */
  const compareAll = async (worlds: readonly AskedWorld[]) => {
    const left = [...worlds];
    const take = async () => {
      for (let world = left.shift(); world !== undefined; world = left.shift()) await compare(world);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, take));
  };

  it('give the rows of GraphQL and of the definitional engine on every world', { timeout: 900_000 }, async () => {
    await compareAll(NAMED_WORLDS);
  });

  it(`and on ${RANDOM_WORLDS} random ones`, { timeout: LONG ? 3_600_000 : 900_000 }, async () => {
    await compareAll(Array.from({ length: RANDOM_WORLDS }, (_, seed) => randomWorld(seed)));
  });

  it.skipIf(!RECORDED)('and on a recorded workspace (skipped when ../shared/data/recordings is absent)', { timeout: 300_000 }, async () => {
    await compare({ title: 'recorded workspace', world: await recordedWorld() });
  });

  it.skipIf(ORGANISATIONS.length === 0)(
    `Cypher gives the rows of GraphQL on ${ORGANISATIONS.length} real organisations (skipped when ../shared/data/orgs is absent)`,
    { timeout: 1_200_000 },
    async () => {
      const large = newComparison();
      for (const organisation of ORGANISATIONS) {
        const asked: AskedWorld = { title: organisation.name, world: withBranches(worldOf(organisation), () => ['main']) };
        await onTenant(asked, async ({ grantpath, questions }) => {
          const forms = { Cypher: (question: SavedQuestion, values: Values) => askByCypher({ grantpath, questions }, question, values) };
          const standard = (question: SavedQuestion, values: Values) => askByGraphql(grantpath, question, values);
          expect(await differences(asked, forms, { grantpath, most: CASES_MAX, seen: large, standard })).toEqual([]);
        });
      }
      expect(large.beyond).toBeLessThan(large.asked / 20);
    },
  );

  it('and the comparison is not of nothing', () => {
    const empty = SAVED_QUESTIONS.filter(({ name }) => (seen.rows.get(name) ?? 0) === 0).map(({ name }) => name);
    expect(empty).toEqual([]);
    expect(seen.beyond).toBeLessThan(seen.asked / 100);
  });

  it(`answer a check with at most ${HITS_MAX} look-ups`, { timeout: 300_000 }, async () => {
    const driver = openDriver(server);
    const { cypher } = SAVED_QUESTIONS.find(({ name }) => name === 'check') as SavedQuestion;
    try {
      await withTenant(async (tenant) => {
        const store = await openNeo4jStore({ ...server, tenant });
        await commitWorld(store, parseWorld(denseFacts()));
        await store.close();
        for (const [identity, action, expected] of CHECKS) {
          const parameters = { tenant, identity, resource: 'repository:acme/r7', ...actionParameters('action', action) };
          const session = driver.session();
          const { records, summary } = await session.run(`PROFILE ${cypher}`, parameters);
          await session.close();
          expect(records[0]?.get('allowed'), `${identity} ${action}`).toBe(expected);
          expect(hitsOf(summary.profile as ProfiledPlan), `${identity} ${action}`).toBeLessThanOrEqual(HITS_MAX);
        }
      });
    } finally {
      await driver.close();
    }
  });

  it('are answered where groups are members of each other: ways through them are too many to be walked', { timeout: 300_000 }, async () => {
    const asked: AskedWorld = { title: 'entangled groups', world: parseWorld(entangledFacts()) };
    await onTenant(asked, async ({ grantpath, questions }) => {
      const known = new Known(asked.world);
      for (const question of SAVED_QUESTIONS)
        for (const values of casesOf(question, known, 1)) await askByCypher({ grantpath, questions }, question, values);
      const removal = SAVED_QUESTIONS.find(({ name }) => name === 'group-removal') as SavedQuestion;
      const rows = await askByCypher({ grantpath, questions }, removal, { group: 'group:acme/g0' });
      expect(rows).toEqual([
        ['user:ann', 'admin', 'repository:acme/api'],
        ['user:ann', 'read', 'repository:acme/api'],
        ['user:bob', 'admin', 'repository:acme/api'],
      ]);
    });
  });

  it('never see another tenant with the same keys', { timeout: 300_000 }, async () => {
    const full = randomWorld(9);
    // The same nodes, and nobody holds anything.
    const bare: AskedWorld = { title: 'the same keys', world: { ...full.world, edges: [], gaps: [] } };
    await onTenant(full, async (rich) => {
      await onTenant(bare, async (poor) => {
        const known = new Known(full.world);
        for (const question of SAVED_QUESTIONS) {
          for (const values of casesOf(question, known, 1)) {
            const before = await askByCypher(rich, question, values);
            const other = await askByCypher(poor, question, values);
            const expected = await askByGraphql(poor.grantpath, question, values).catch((error: unknown) => error);
            if (Array.isArray(expected)) expect(other, question.name).toEqual(expected);
            expect(await askByCypher(rich, question, values), question.name).toEqual(before);
          }
        }
      });
    });
  });
});

/** Eight groups that are all members of each other. Ann is in the first alone, bob in the last, which reads. */
function entangledFacts(): string {
  const groups = Array.from({ length: 8 }, (_, index) => `group:acme/g${index}`);
  const woven = groups.slice(1).flatMap((from) => groups.slice(1).flatMap((to) => (from === to ? [] : [`${from} MEMBER_OF ${to}`])));
  return [
    'workspace:acme CONTAINS project:acme/WEB',
    'project:acme/WEB CONTAINS repository:acme/api',
    ...groups.map((group) => `workspace:acme CONTAINS ${group}`),
    ...woven,
    'group:acme/g1 MEMBER_OF group:acme/g0',
    'group:acme/g0 MEMBER_OF group:acme/g1',
    'user:ann MEMBER_OF group:acme/g0',
    'user:bob MEMBER_OF group:acme/g7',
    'group:acme/g0 HOLDS admin ON repository:acme/api',
    'group:acme/g7 HOLDS read ON repository:acme/api',
  ].join('\n');
}

/** What the connector makes of a recorded workspace. */
async function recordedWorld(): Promise<World> {
  const upstream = await replay('fetch-repo-');
  const store = await openStore('sqlite::memory:');
  try {
    const config = readCloudConfig({
      BITBUCKET_CLOUD_URL: `${upstream.url}/api`,
      BITBUCKET_CLOUD_AUTH_URL: `${upstream.url}/site/oauth2/access_token`,
      BITBUCKET_CLOUD_CLIENT_ID: 'id',
      BITBUCKET_CLOUD_CLIENT_SECRET: 'secret',
    });
    await syncBitbucketCloud({ store, config, workspaces: ['ExampleJ1Workspace'], clock: new FakeClock() });
    return await worldIn(store);
  } finally {
    await store.close();
    await upstream.close();
  }
}

const HITS_MAX = 400;
const CHECKS = [
  ['user:u8', 'repository.read', true],
  ['user:u3', 'repository.read', false],
  ['user:u3', 'repository.admin', false],
  ['user:u41', 'repository.admin', true],
  ['user:stranger', 'repository.read', false],
  ['token:u41#all', 'repository.admin', false],
  ['token:u41#all', 'repository.write', true],
] as const;

/** A hundred repositories, each held by fifteen people and by groups of which everybody is in four. */
function denseFacts(): string {
  const times = <T>(count: number, line: (at: number) => T) => Array.from({ length: count }, (_, at) => line(at));
  return [
    'workspace:acme CONTAINS project:acme/WEB',
    'user:stranger IS User',
    'token:u41#all IS ApiToken',
    'token:u41#all ACTS_AS user:u41',
    'token:u41#all HAS_SCOPE scope:write:repository:bitbucket',
    ...times(100, (at) => `project:acme/WEB CONTAINS repository:acme/r${at}`),
    ...times(100, (user) => times(4, (at) => `user:u${user} MEMBER_OF group:acme/g${(user + at * 3) % 30}`)).flat(),
    ...times(100, (repository) =>
      times(15, (at) => `user:u${(repository + at) % 100} HOLDS read ON repository:acme/r${repository}`),
    ).flat(),
    ...times(100, (repository) =>
      times(3, (at) => `group:acme/g${(repository * 7 + at) % 30} HOLDS write ON repository:acme/r${repository}`),
    ).flat(),
    'user:u41 HOLDS admin ON project:acme/WEB',
    'group:acme/g1 HOLDS read ON project:acme/WEB',
  ].join('\n');
}

function hitsOf({ dbHits, children }: ProfiledPlan): number {
  return children.reduce((sum, child) => sum + hitsOf(child), dbHits);
}
