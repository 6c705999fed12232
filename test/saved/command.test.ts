/**
 * `grantpath query` with saved questions, on the sample workspace: the list, both forms, and what is wrong with a call.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SampleServer, startSampleServer } from '../../ingest/sample/server.ts';
import { SAVED_QUESTIONS } from '../../queries/saved-questions.ts';
import { cloudEnv } from '../cli/spawned.ts';
import { describeOnNeo4j, openDriver, withTenant } from '../neo4j/shared-server.ts';
import { runMain } from '../support/run-main.ts';

const folder = mkdtempSync(join(tmpdir(), 'grantpath-saved-'));
const env = { GRANTPATH_STORE: `sqlite:${join(folder, 'store.sqlite')}` };
let sample: SampleServer;

const run = (...args: string[]) => runMain(['query', ...args], { env });
const examplesOf = ({ parameters }: (typeof SAVED_QUESTIONS)[number]) => parameters.map(({ name, example }) => `${name}=${example}`);

beforeAll(async () => {
  sample = await startSampleServer();
  const { status, stderr } = await ingest(env);
  expect([status, stderr]).toEqual([0, expect.stringContaining('run committed')]);
}, 120_000);

afterAll(async () => {
  await sample.close();
  rmSync(folder, { recursive: true, force: true });
});

function ingest(store: Readonly<Record<string, string>>) {
  return runMain(['ingest', 'bitbucket-cloud', '--workspace', 'acme'], { env: { ...cloudEnv(sample), ...store } });
}

describe('grantpath query', () => {
  it('lists the saved questions, for people and for tools', async () => {
    const people = await run('--list');
    expect([people.status, people.stderr]).toEqual([0, '']);
    for (const { name, text } of SAVED_QUESTIONS) expect(people.stdout).toContain(`${name.padEnd(25)}  ${text}`);
    const tools = JSON.parse((await run('--list', '--json')).stdout) as { name: string }[];
    expect(tools.map(({ name }) => name)).toEqual(SAVED_QUESTIONS.map(({ name }) => name));
  });

  it('shows the text of either form', async () => {
    expect((await run('who-can-push', '--show')).stdout).toMatch(/^# Who can push to this branch\?\nquery WhoCanPush\(/);
    expect((await run('who-can-push', '--show', '--cypher')).stdout).toMatch(
      /^\/\/ Who can push to this branch\?\nMATCH \(b:Branch \{tenant: \$tenant/,
    );
  });

  it('answers with a table, and with JSON by the names of columns', async () => {
    const { status, stdout } = await run('who-can-push', 'branch=branch:acme/api#main');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^identity\n(?:\S+\n)*user:marcus\n(?:\S+\n)*\d+ rows\n$/);
    expect(stdout).not.toContain('user:evan');
    const json = JSON.parse((await run('wide-groups', 'people=3', '--json')).stdout);
    expect(json).toMatchObject({ question: 'wide-groups', form: 'graphql', columns: ['group', 'people'] });
    expect(json.rows).toContainEqual({ group: 'group:acme/developers', people: 9 });
  });

  it.each(SAVED_QUESTIONS)('answers $name with its example', async (question) => {
    const { status, stderr, stdout } = await run(question.name, ...examplesOf(question), '--json');
    expect([status, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout).columns).toEqual(question.columns.map(({ name }) => name));
  });

  it.each([
    [['who-can-psh'], 2, /^error USAGE: a saved question is one that `grantpath query --list` shows, got `who-can-psh`; perhaps /],
    [[], 2, /^error USAGE: a query is the name of a saved question or a file, got none/],
    [['who-can-push'], 2, /^error USAGE: `who-can-push` needs `branch` \(the branch\), like `branch=branch:acme\/api#main`: got none/],
    [['who-can-push', 'main'], 2, /^error USAGE: a parameter is NAME=VALUE, got `main`/],
    [['who-can-push', 'branch=a', 'branch=b'], 2, /^error USAGE: a parameter is given once, got `branch` twice/],
    [['who-can-push', 'branch=branch:acme/api#main', 'tenant=other'], 2, /^error USAGE: `who-can-push` takes `branch`, got `tenant`/],
    [['who-can-push', 'branch=branch:acme/nope#main'], 2, /^error REFERENCE_UNKNOWN: /],
    [['who-can-push', "branch=branch:acme/api'}) DETACH DELETE n //#main"], 2, /^error REFERENCE_UNKNOWN: /],
    [
      ['who-can', 'action=repository.fly', 'resource=repository:acme/api'],
      2,
      /^error ACTION_UNKNOWN: an action of a saved question is one of /,
    ],
    [['who-can', 'action=project.admin', 'resource=repository:acme/api'], 2, /^error ACTION_UNKNOWN: /],
    [['who-can-push', 'branch=branch:acme/api#main', '--cypher'], 2, /^error CONFIG: Cypher is asked of a store in Neo4j, got `sqlite:`/],
    [['who-can-push', 'branch=branch:acme/api#main', '--at', '2026-01-01T00:00:00Z'], 2, /^error USAGE: a query says its own times/],
    [['none.graphql', '--cypher'], 2, /^error USAGE: --cypher and --show are for saved questions, got a document/],
  ])('tells what is wrong with %j', async (args, status, message) => {
    const ran = await run(...args);
    expect([ran.status, ran.stdout]).toEqual([status, '']);
    expect(ran.stderr).toMatch(message);
  });
});

describeOnNeo4j('grantpath query of a store in Neo4j', (server) => {
  const onSample = (work: (neo4j: Readonly<Record<string, string>>, tenant: string) => Promise<void>) =>
    withTenant(async (tenant) => {
      const { user, password } = server;
      const login = user === undefined ? {} : { NEO4J_USER: user, NEO4J_PASSWORD: password ?? '' };
      const neo4j = { GRANTPATH_STORE: server.address, GRANTPATH_TENANT: tenant, ...login };
      expect((await ingest(neo4j)).status).toBe(0);
      await work(neo4j, tenant);
    });

  it('answers every question in both forms alike', { timeout: 600_000 }, async () => {
    await onSample(async (neo4j) => {
      for (const question of SAVED_QUESTIONS) {
        const ask = async (...more: string[]) =>
          runMain(['query', question.name, ...examplesOf(question), '--json', ...more], { env: neo4j });
        const [graphql, cypher] = [await ask(), await ask('--cypher')];
        expect([graphql.status, cypher.status, cypher.stderr], question.name).toEqual([0, 0, '']);
        expect(JSON.parse(cypher.stdout).rows, question.name).toEqual(JSON.parse(graphql.stdout).rows);
      }
    });
  });

  it('refuses Cypher while a large change is being applied, and in references', { timeout: 300_000 }, async () => {
    await onSample(async (neo4j, tenant) => {
      const driver = openDriver();
      const ask = (branch: string) => runMain(['query', 'who-can-push', `branch=${branch}`, '--cypher'], { env: neo4j });
      try {
        const count = async () =>
          (await driver.executeQuery('MATCH (n:Node {tenant: $tenant}) RETURN count(n) AS n', { tenant })).records[0]?.get('n');
        const before = await count();
        const hostile = await ask("branch:acme/api'}) DETACH DELETE n //#main");
        expect([hostile.status, hostile.stderr]).toEqual([2, expect.stringMatching(/^error REFERENCE_UNKNOWN/)]);
        expect((await ask('branch:acme/api#nobody-saw-it')).stderr).toMatch(
          /^error USAGE: in Cypher `branch` is a branch that was observed/,
        );
        await driver.executeQuery('MATCH (s:GrantpathStore {tenant: $tenant}) SET s.applying = s.lastAt + 1', { tenant });
        const busy = await ask('branch:acme/api#main');
        expect([busy.status, busy.stdout, busy.stderr]).toEqual([4, '', expect.stringMatching(/^error STORE_BUSY: /)]);
        await driver.executeQuery('MATCH (s:GrantpathStore {tenant: $tenant}) REMOVE s.applying', { tenant });
        expect((await ask('branch:acme/api#main')).status).toBe(0);
        expect(await count()).toBe(before);
      } finally {
        await driver.close();
      }
    });
  });
});
