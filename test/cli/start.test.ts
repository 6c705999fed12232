/**
 * `npm start` as a newcomer runs it, and the same with a Node that is too old in front.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { SAMPLE_QUESTIONS } from '../../ingest/sample/questions.ts';
import { PROGRAM, runProgram, Spawned, temporaryFolder } from './spawned.ts';

const START = fileURLToPath(new URL('../../bin/start.js', import.meta.url));
const ends: (() => unknown)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

function start(args: readonly string[], env: Record<string, string> = {}): { started: Spawned; folder: string } {
  const folder = temporaryFolder();
  ends.push(() => folder.remove());
  const started = new Spawned(process.execPath, args, { cwd: folder.path, env: { GRANTPATH_PORT: '0', ...env } });
  ends.push(async () => {
    started.child.kill('SIGKILL');
    await started.finished;
  });
  return { started, folder: folder.path };
}

describe('npm start', () => {
  it('reads the sample by the real connector, answers three questions, and serves GraphQL with GraphiQL', async () => {
    const { started, folder } = start([START]);
    const [, url = ''] = await started.printed(/GraphQL and GraphiQL: (http:\/\/\S+\/graphql)/);
    expect(started.stdout).toMatch(
      /^read workspace:acme by \d{2,} calls: \d{3,} facts, 3 gaps; Bitbucket's own list: agree \d+, differ 1,/,
    );
    expect(SAMPLE_QUESTIONS.map(({ verdict }) => verdict)).toEqual(['ALLOW', 'DENY', 'UNKNOWN']);
    for (const { text, verdict, identity, action, resource } of SAMPLE_QUESTIONS)
      expect(started.stdout).toContain(`Question: ${text}\n${verdict}  ${identity} ${action} ${resource}\n`);
    expect(started.stdout).toMatch(/\nProof\nFrom/);
    expect(existsSync(join(folder, '.grantpath', 'demo.sqlite'))).toBe(true);

    const page = await fetch(url, { headers: { accept: 'text/html' } });
    const html = await page.text();
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(html).toMatch(/<html/i);
    expect(html).not.toMatch(/<(script|link|img)[^>]+(src|href)=["']?(https?:)?\/\//i);
    expect((await fetch(url.replace('/graphql', '/readyz'))).status).toBe(200);
    const query = encodeURIComponent('{ check(identity: "user:evan", action: BRANCH_PUSH, resource: "branch:acme/api#main") { verdict } }');
    expect(await (await fetch(`${url}?query=${query}`)).json()).toEqual({ data: { check: { verdict: 'DENY' } } });
    started.child.kill('SIGTERM');
    expect((await started.finished).status).toBe(0);
  });

  it('says it again from the same store, and tells tools in JSON', async () => {
    const folder = temporaryFolder();
    ends.push(() => folder.remove());
    for (let round = 0; round < 2; round++) {
      const { status, stdout } = await runProgram(['demo', '--no-serve', '--json'], { cwd: folder.path });
      expect(status).toBe(0);
      expect((JSON.parse(stdout) as { answers: { verdict: string }[] }).answers.map(({ verdict }) => verdict)).toEqual([
        'ALLOW',
        'DENY',
        'UNKNOWN',
      ]);
    }
    const { stdout } = await runProgram(
      ['check', 'user:marcus', 'branch.push', 'branch:acme/api#main', '--store', 'sqlite:.grantpath/demo.sqlite'],
      { cwd: folder.path },
    );
    expect(stdout).toMatch(/^ALLOW/);
  });

  it('uses the store that is set', async () => {
    const folder = temporaryFolder();
    ends.push(() => folder.remove());
    const env = { GRANTPATH_STORE: `sqlite:${join(folder.path, 'mine.sqlite')}` };
    expect((await runProgram(['demo', '--no-serve'], { cwd: folder.path, env })).status).toBe(0);
    expect([existsSync(join(folder.path, 'mine.sqlite')), existsSync(join(folder.path, '.grantpath'))]).toEqual([true, false]);
  });
});

/** A module that makes this Node say that it is an old one, as far as the entry scripts look; children are told nothing. */
function pretendOldNode(folder: string): string {
  const file = join(folder, 'old.mjs');
  writeFileSync(file, "Object.defineProperty(process.versions, 'node', { value: '20.20.2' });\n");
  return file;
}

describe('an old Node', () => {
  const pinned = fileURLToPath(new URL(`../../node_modules/node-${process.platform}-${process.arch}/bin/node`, import.meta.url));

  it('hands over to the pinned one where it is installed, and says what is needed where it is not', async () => {
    const folder = temporaryFolder();
    ends.push(() => folder.remove());
    const old = pretendOldNode(folder.path);
    const spawned = new Spawned(process.execPath, ['--import', old, PROGRAM, 'check', 'a', 'b', 'c'], { cwd: folder.path });
    const { status, stderr } = await spawned.finished;
    if (existsSync(pinned)) expect([status, stderr]).toEqual([2, expect.stringMatching(/^error ACTION_UNKNOWN: /)]);
    else
      expect([status, stderr]).toEqual([
        2,
        expect.stringMatching(/^error NODE_VERSION: grantpath needs Node 24\.12 or newer, this is 20\.20\.2;/),
      ]);
  });

  it('hands signals on, and ends as the other ended', async () => {
    const old = temporaryFolder();
    ends.push(() => old.remove());
    const { started } = start(['--import', pretendOldNode(old.path), START]);
    await started.printed(/GraphQL and GraphiQL: /);
    started.child.kill('SIGTERM');
    expect((await started.finished).status).toBe(0);
  });
});
