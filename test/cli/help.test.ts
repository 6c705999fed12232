/**
 * Help: every command has it, it has examples, and the examples run.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SETTINGS } from '../../config.ts';
import { type SampleServer, startSampleServer } from '../../ingest/sample/server.ts';
import { COMMANDS } from '../../main.ts';
import { runMain } from '../support/run-main.ts';
import { cloudEnv, runProgram, startProgram, temporaryFolder } from './spawned.ts';

const folder = temporaryFolder();
let sample: SampleServer;

const ADMINS = `query Admins($resource: Ref! = "repository:acme/api") {
  whoCan(action: REPOSITORY_ADMIN, resource: $resource) { edges { node { ref } } }
}`;

beforeAll(async () => {
  sample = await startSampleServer();
  writeFileSync(join(folder.path, 'admins.graphql'), ADMINS);
  writeFileSync(join(folder.path, 'tokens.facts'), 'token:acme#ci ACTS_AS user:evan\n');
  const { status } = await runProgram(['ingest', 'bitbucket-cloud', '--workspace', 'acme'], { cwd: folder.path, env: cloudEnv(sample) });
  expect(status).toBe(0);
});

afterAll(async () => {
  await sample.close();
  folder.remove();
});

/** The command lines under `Examples:`, without the program's name. */
async function examplesOf(name: string): Promise<string[]> {
  const { status, stdout, stderr } = await runMain([...name.split(' ').filter(Boolean), '--help']);
  expect([status, stderr]).toEqual([0, '']);
  const lines = (stdout.split('Examples:\n')[1] ?? '').split('\n').filter((line) => line.startsWith('  $ '));
  return lines.map((line) => line.slice('  $ grantpath '.length));
}

/** A command line as a shell splits it, as far as examples need it. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '');
}

const lists = await Promise.all(COMMANDS.map(async ({ name }) => ({ name, examples: await examplesOf(name) })));

describe('help', () => {
  it('of every command has examples of it', () => {
    for (const { name, examples } of lists) {
      expect(examples.length, name).toBeGreaterThan(0);
      for (const example of examples) expect(example).toMatch(new RegExp(`^${name}\\b`));
    }
  });

  it('of the program lists the commands, an example of each, the environment and the statuses', async () => {
    const { stdout } = await runMain(['--help']);
    for (const { name } of COMMANDS) expect(stdout).toContain(`\n  ${name.split(' ')[0]}`);
    for (const { name, default: standard } of SETTINGS) {
      expect(stdout).toContain(name);
      if (standard !== null) expect(stdout).toContain(`(default ${standard})`);
    }
    expect((await examplesOf('')).length).toBe(COMMANDS.length);
    expect((await examplesOf('ingest')).length).toBeGreaterThan(0);
    expect(stdout).toMatch(/ {2}3 {2}UNKNOWN/);
    expect((await runMain(['help', 'check'])).stdout).toBe((await runMain(['check', '--help'])).stdout);
  });

  const runnable = lists.flatMap(({ name, examples }) => examples.map((example) => ({ name, example })));
  it.each(runnable)('example: $example', async ({ example }) => {
    const options = { cwd: folder.path, env: { ...cloudEnv(sample), GRANTPATH_PORT: '0' } };
    const words = wordsOf(example);
    if (!/^(serve|demo)\b/.test(example) || words.includes('--no-serve')) {
      const { status, stdout, stderr } = await runProgram(words, options);
      // These examples run on SQLite: what asks in Cypher says that it needs Neo4j.
      if (words.includes('--cypher')) expect([status, stderr]).toEqual([2, expect.stringContaining('a store in Neo4j')]);
      else expect([0, 1, 3], stderr).toContain(status);
      if (words.includes('--json')) expect(() => JSON.parse(stdout) as unknown).not.toThrow();
      return;
    }
    const served = startProgram(words, options);
    const [, url = ''] = await served.printed(/(http:\/\/\S+\/graphql)/);
    expect((await fetch(url.replace('/graphql', '/readyz'))).status).toBe(200);
    served.child.kill('SIGTERM');
    expect((await served.finished).status).toBe(0);
  });
});
