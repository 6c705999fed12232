/**
 * Each command in a real process on the sample workspace: tables for people, JSON for tools, exit statuses.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SampleServer, startSampleServer } from '../../ingest/sample/server.ts';
import { cloudEnv, runProgram, startProgram, temporaryFolder } from './spawned.ts';

const folder = temporaryFolder();
let sample: SampleServer;

const run = (...args: string[]) => runProgram(args, { cwd: folder.path });
const ingest = (...args: string[]) =>
  runProgram(['ingest', 'bitbucket-cloud', '--workspace', 'acme', '--calls-per-hour', '5000', ...args], {
    cwd: folder.path,
    env: cloudEnv(sample),
  });

beforeAll(async () => {
  sample = await startSampleServer();
  const { status, stderr } = await ingest();
  expect([status, stderr]).toEqual([0, expect.stringContaining('run committed')]);
});

afterAll(async () => {
  await sample.close();
  folder.remove();
});

describe('check', () => {
  it('exits with 0 for ALLOW and shows the proof with where each fact was seen', async () => {
    const { status, stdout, stderr } = await run('check', 'user:marcus', 'branch.push', 'branch:acme/api#main');
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^ALLOW {2}user:marcus branch\.push branch:acme\/api#main\n/);
    expect(stdout).toMatch(/user:marcus +MEMBER_OF +group:acme\/release-managers +\/1\.0\/groups\/\{workspace\}, 2\d{3}-/);
    expect(stdout).toMatch(/EXEMPTS +group:acme\/release-managers/);
  });

  it('exits with 1 for DENY and names the decisive restriction', async () => {
    const { status, stdout } = await run('check', 'user:evan', 'branch.push', 'branch:acme/api#main');
    expect(status).toBe(1);
    expect(stdout).toMatch(/^DENY {2}.*\ndenied by restriction:acme\/api#\d+ \(push on `main`\): user:evan is not among those exempt\n/);
  });

  it('exits with 3 for UNKNOWN and names the gap', async () => {
    const { status, stdout } = await run('check', 'user:dmitri', 'repository.write', 'repository:acme/ledger');
    expect(status).toBe(3);
    expect(stdout).toMatch(/^UNKNOWN {2}.*\nnot known: grants of groups on repository:acme\/ledger could not be read \(denied\)\n/);
    expect(stdout).toContain('What is not known');
  });

  it('prints the same as JSON', async () => {
    const { status, stdout } = await run('check', 'user:evan', 'branch.push', 'branch:acme/api#main', '--json');
    expect(status).toBe(1);
    const answer = JSON.parse(stdout) as { snapshot: { at: string } };
    expect(answer).toMatchObject({
      identity: 'user:evan',
      action: 'branch.push',
      verdict: 'DENY',
      proofs: [],
      denials: [{ kind: 'rule' }],
      gaps: [],
    });
    expect(new Date(answer.snapshot.at).toISOString()).toBe(answer.snapshot.at);
    const allowed = await run('--json', 'check', 'user:marcus', 'branch.push', 'branch:acme/api#main', '--proofs', '5');
    expect(JSON.parse(allowed.stdout)).toMatchObject({
      verdict: 'ALLOW',
      proofs: [
        {
          steps: [
            { edge: 'MEMBER_OF', rule: null, source: { endpoint: '/1.0/groups/{workspace}' } },
            {},
            {},
            { edge: 'ON', fact: null, source: null },
            {},
            {},
          ],
        },
      ],
    });
  });

  it('asks of a time: before anything was read it is not known', async () => {
    const { status, stdout } = await run('check', 'user:evan', 'repository.read', 'repository:acme/api', '--at', '2020-01-01', '--json');
    expect(status).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({
      verdict: 'UNKNOWN',
      gaps: [{ reason: 'before-first-run', scope: 'workspace:acme' }],
      snapshot: { id: 'none' },
    });
  });
});

describe('who-can', () => {
  it('lists identities with permission and first proof, and says whether the list is whole', async () => {
    const { status, stdout } = await run('who-can', 'repository.admin', 'repository:acme/api');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^Kind +Identity +Name +Verdict +Permission +First proof\n/);
    expect(stdout).toMatch(/User +user:evan +Evan Lindqvist +ALLOW +admin +user:evan HOLDS admin ON repository:acme\/api\n/);
    expect(stdout).not.toContain('incomplete');
  });

  it('agrees with check for every entry, page by page', async () => {
    const seen: string[] = [];
    for (let after: string[] = []; ; ) {
      const { stdout } = await run(
        'who-can',
        'repository.write',
        'repository:acme/ledger',
        '--include-unknown',
        '--kind',
        'User',
        '--first',
        '10',
        '--json',
        ...after,
      );
      const page = JSON.parse(stdout) as {
        edges: { node: { ref: string }; verdict: string }[];
        pageInfo: { hasNextPage: boolean; endCursor: string };
        complete: boolean;
        totalCount: number;
      };
      expect(page.complete).toBe(false);
      seen.push(...page.edges.map(({ node, verdict }) => `${node.ref} ${verdict}`));
      if (!page.pageInfo.hasNextPage) {
        expect(seen.length).toBe(page.totalCount);
        break;
      }
      after = ['--after', page.pageInfo.endCursor];
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toContain('user:dmitri UNKNOWN');
    for (const [identity = '', verdict = ''] of seen.slice(0, 3).map((line) => line.split(' '))) {
      const { status } = await run('check', identity, 'repository.write', 'repository:acme/ledger');
      expect(status).toBe({ ALLOW: 0, UNKNOWN: 3 }[verdict]);
    }
  });
});

describe('what-can and paths', () => {
  it('lists resources with what may be done there', async () => {
    const { status, stdout } = await run('what-can', 'user:evan');
    expect(status).toBe(0);
    expect(stdout).toMatch(/Repository +repository:acme\/api +ALLOW +admin +repository\.read repository\.write/);
    const one = JSON.parse((await run('what-can', 'user:evan', 'repository.admin', '--json')).stdout) as object;
    expect(one).toMatchObject({
      identity: 'user:evan',
      action: 'repository.admin',
      edges: [{ node: { ref: 'repository:acme/api' }, permission: 'admin' }],
    });
  });

  it('shows every way, shortest first', async () => {
    const { status, stdout } = await run('paths', 'user:marcus', 'repository:acme/api');
    expect(status).toBe(0);
    expect(stdout).toMatch(/Path 1: repository\.write\n/);
    const ways = JSON.parse((await run('paths', 'user:marcus', 'branch:acme/api#main', 'branch.push', '--json')).stdout) as {
      edges: { node: { steps: unknown[] } }[];
    };
    expect(ways).toMatchObject({ from: 'user:marcus', totalCount: null, edges: [{ node: { action: 'branch.push' } }] });
  });
});

describe('query', () => {
  const DOCUMENT = `query Who($resource: Ref!) {
    whoCan(action: REPOSITORY_ADMIN, resource: $resource, first: 2) { totalCount complete edges { permission node { ref kind } } }
  }
  query Coverage { coverage { endpoint facts } }`;

  it('answers a document as the server would, as tables and as JSON', async () => {
    const file = join(folder.path, 'who.graphql');
    writeFileSync(file, DOCUMENT);
    const variables = ['--operation', 'Who', '--variables', '{"resource":"repository:acme/api"}'];
    const json = await run('query', file, ...variables, '--json');
    expect([json.status, json.stderr]).toEqual([0, '']);
    expect(JSON.parse(json.stdout)).toMatchObject({
      data: { whoCan: { totalCount: 5, complete: true, edges: [{ permission: 'admin' }, {}] } },
    });
    const table = await run('query', file, ...variables);
    expect(table.stdout).toMatch(/whoCan\npermission +node\.ref +node\.kind\nadmin +group:acme\/administrators +GROUP\n/);
    expect(table.stdout).toContain('whoCan.totalCount: 5\n');
    const rows = await run('query', file, '--operation', 'Coverage');
    expect(rows.stdout).toMatch(/\/2\.0\/repositories\/\{workspace\} +\d+\n/);
  });

  it('gives the errors of the document with code and status', async () => {
    const file = join(folder.path, 'bad.graphql');
    writeFileSync(file, '{ check(identity: "user:nobody", action: REPOSITORY_READ, resource: "repository:acme/api") { verdict } }');
    const { status, stdout, stderr } = await run('query', file, '--json');
    expect(status).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ errors: [{ extensions: { code: 'REFERENCE_UNKNOWN' } }] });
    expect(stderr).toMatch(/^error REFERENCE_UNKNOWN: .*`user:nobody`/);
    writeFileSync(file, '{ nothing }');
    expect((await run('query', file)).status).toBe(2);
    expect((await run('query', join(folder.path, 'none.graphql'))).stderr).toMatch(/^error USAGE: a query is read from a file/);
    expect((await run('query', file, '--variables', '[1]')).stderr).toMatch(/^error USAGE: --variables is a JSON object/);
  });
});

describe('ingest', () => {
  it('prints its report as tables, and logs as it goes', async () => {
    const { status, stdout, stderr } = await ingest();
    expect(status).toBe(0);
    expect(stdout).toMatch(/^workspace:acme: snapshot [0-9a-f-]{36} of 2/);
    expect(stdout).toMatch(/calls +\d{2,}\n/);
    expect(stdout).toMatch(/\nagree \d{3}, differ 1, not comparable [1-9]\d*\n$/);
    expect(stdout).toMatch(/permissions-config\/groups +\d+ +1 +0 +\d+\n/);
    expect(stdout).toMatch(/repository:acme\/ledger +group-grants +denied/);
    expect(stdout).toMatch(
      /write +read +Bitbucket lists write for user:nadia on repository:acme\/reports, the grants give read +user:nadia HOLDS read ON repository:acme\/reports +20\d\d-/,
    );
    const lines = stderr
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { msg: string });
    expect(lines.map(({ msg }) => msg)).toEqual(expect.arrayContaining(['run started', 'reading', 'run committed']));
    for (const secret of [sample.credentials.clientSecret, sample.credentials.apiToken]) expect(stdout + stderr).not.toContain(secret);
  });

  it('prints it as JSON, with the same counts', async () => {
    const { status, stdout } = await ingest('--json');
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      runs: [
        { workspace: 'acme', report: { differ: 1, gapCount: 3, stopped: null, disagreements: [{ reported: 'write', computed: 'read' }] } },
      ],
    });
  });

  it('that runs out of its budget commits what it has, and the next one goes on', async () => {
    const cwd = temporaryFolder();
    const options = { cwd: cwd.path, env: cloudEnv(sample) };
    const words = ['ingest', 'bitbucket-cloud', '--workspace', 'acme', '--json'];
    const first = await runProgram([...words, '--calls-per-hour', '20'], options);
    expect([first.status, JSON.parse(first.stdout)]).toMatchObject([0, { runs: [{ report: { stopped: 'budget' } }] }]);
    const partly = await runProgram(['what-can', 'user:evan', '--json'], options);
    expect(JSON.parse(partly.stdout)).toMatchObject({
      complete: false,
      gaps: expect.arrayContaining([expect.objectContaining({ reason: 'budget' })]) as unknown,
    });
    const second = await runProgram(words, options);
    expect(JSON.parse(second.stdout)).toMatchObject({ runs: [{ report: { stopped: null, gapCount: 3 } }] });
    expect((await runProgram(['check', 'user:evan', 'repository.read', 'repository:acme/api'], options)).status).toBe(0);
    cwd.remove();
  });

  it('that is told to stop keeps what it read, exits with 4, and the next one goes on from there', async () => {
    const cwd = temporaryFolder();
    const options = { cwd: cwd.path, env: cloudEnv(sample) };
    const before = sample.calls.length;
    sample.faults.push({ at: /permissions-config/, after: 5, does: { delayMs: 3000 } });
    const running = startProgram(['ingest', 'bitbucket-cloud', '--workspace', 'acme', '--json'], options);
    while (sample.calls.length < before + 20) await new Promise((resolve) => setImmediate(resolve));
    running.child.kill('SIGINT');
    const { status, stderr } = await running.finished;
    sample.faults.pop();
    expect([status, stderr.trim().split('\n').at(-1)]).toEqual([4, 'stopped; what was read is kept, and the next run goes on from there']);
    expect((await runProgram(['check', 'user:evan', 'repository.read', 'repository:acme/api'], options)).stderr).toMatch(
      /^error STORE_EMPTY/,
    );
    const next = await runProgram(['ingest', 'bitbucket-cloud', '--workspace', 'acme', '--json'], options);
    const { runs } = JSON.parse(next.stdout) as { runs: [{ report: { resumedPages: number; gapCount: number } }] };
    expect([next.status, runs[0].report.gapCount]).toEqual([0, 3]);
    expect(runs[0].report.resumedPages).toBeGreaterThan(0);
    cwd.remove();
  });
});

describe('the program', () => {
  it('ends quietly when nobody reads on', async () => {
    const spawned = startProgram(['what-can', 'user:evan', '--json'], { cwd: folder.path });
    spawned.child.stdout.destroy();
    expect(await spawned.finished).toMatchObject({ status: 0, stderr: '' });
  });

  it('prints its version', async () => {
    expect(await run('--version')).toMatchObject({ status: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) as string });
  });
});
