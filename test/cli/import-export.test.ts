/**
 * `export` and `import` as people and scripts use them, on the sample workspace: files, pipes, statuses, and the README's example.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SampleServer, startSampleServer } from '../../ingest/sample/server.ts';
import { runMain } from '../support/run-main.ts';
import { cloudEnv, runProgram, startProgram, temporaryFolder } from './spawned.ts';

const README = readFileSync(fileURLToPath(new URL('../../README.md', import.meta.url)), 'utf8');
const folder = temporaryFolder();
const at = (name: string) => join(folder.path, name);
const STORE = `sqlite:${at('store.sqlite')}`;
let sample: SampleServer;
let stores = 0;

const freshStore = () => `sqlite:${at(`fresh-${++stores}.sqlite`)}`;
const run = (...args: string[]) => runMain(args, { env: { GRANTPATH_STORE: STORE } });
const runIn = (store: string, ...args: string[]) => runMain(args, { env: { GRANTPATH_STORE: store } });
const spawned = (args: readonly string[], store = STORE) => startProgram(args, { cwd: folder.path, env: { GRANTPATH_STORE: store } });
const partials = () => readdirSync(folder.path).filter((name) => name.endsWith('.partial'));

beforeAll(async () => {
  sample = await startSampleServer();
  const { status } = await runMain(['ingest', 'bitbucket-cloud', '--workspace', 'acme'], {
    env: { ...cloudEnv(sample), GRANTPATH_STORE: STORE },
  });
  expect(status).toBe(0);
});
afterAll(async () => {
  await sample.close();
  folder.remove();
});

describe('export', () => {
  it('writes to standard output what it writes into a file', async () => {
    const told = await run('export', at('facts.jsonl'));
    expect([told.status, told.stderr]).toEqual([0, '']);
    expect(told.stdout).toMatch(/facts\.jsonl: \d+ nodes, \d+ edges, \d+ gaps; snapshot \S+ of /);
    const text = readFileSync(at('facts.jsonl'), 'utf8');
    expect((await run('export')).stdout).toBe(text);
    expect((await run('export', '-', '--json')).stdout).toBe(text);
    const piped = await spawned(['export']).finished;
    expect([piped.status, piped.stdout === text]).toEqual([0, true]);
    expect(partials()).toEqual([]);
  });

  it('says for tools what it wrote', async () => {
    const { stdout } = await run('export', at('facts.jsonl'), '--json');
    const { nodes, edges, gaps } = JSON.parse(stdout) as Record<string, number>;
    const lines = readFileSync(at('facts.jsonl'), 'utf8').trimEnd().split('\n');
    expect(Number(nodes) + Number(edges) + Number(gaps)).toBe(lines.length - 2);
    expect(lines.at(-1)).toBe(`{"type":"end","nodes":${nodes},"edges":${edges},"gaps":${gaps}}`);
  });

  it('replaces an older export and no other file', async () => {
    writeFileSync(at('notes.txt'), 'mine');
    for (const file of ['notes.txt', 'store.sqlite']) {
      const before = readFileSync(at(file));
      const { status, stderr } = await run('export', at(file));
      expect([status, stderr]).toEqual([2, expect.stringContaining('is another file: remove it, or name another')]);
      expect(readFileSync(at(file)).equals(before)).toBe(true);
    }
    writeFileSync(at('empty.jsonl'), '');
    expect((await run('export', at('empty.jsonl'))).status).toBe(0);
    expect((await run('export', at('no-such-folder/facts.jsonl'))).stderr).toContain('cannot be written');
    expect(partials()).toEqual([]);
  });

  it('needs a snapshot at the asked time', async () => {
    expect(await run('export', at('never.jsonl'), '--at', '2001-01-01')).toMatchObject({
      status: 4,
      stderr: expect.stringContaining('error STORE_EMPTY'),
    });
    expect((await runIn(freshStore(), 'export')).stderr).toContain('error STORE_EMPTY');
    expect(existsSync(at('never.jsonl'))).toBe(false);
  });

  it('leaves no half file when it is stopped, and shows how far it is on a terminal', async () => {
    const stop = AbortSignal.abort();
    // So many facts that there is more than one piece of work.
    const store = freshStore();
    const lines = Array.from({ length: 2_000 }, (_, index) => `user:u${index} HOLDS read ON repository:acme/r${index % 7}`);
    writeFileSync(at('many.facts'), lines.join('\n'));
    expect((await runIn(store, 'import', at('many.facts'))).status).toBe(0);
    const stopped = await runMain(['export', at('stopped.jsonl')], { env: { GRANTPATH_STORE: store }, stop });
    expect([stopped.status, stopped.stderr]).toEqual([4, 'stopped; the export is not whole\n']);
    expect([existsSync(at('stopped.jsonl')), partials()]).toEqual([false, []]);
    const shown = await runMain(['export', at('whole.jsonl')], { env: { GRANTPATH_STORE: store }, columns: 80 });
    expect(shown.stderr).toMatch(/exporting \S+: \d+ facts/);
  });
});

describe('import', () => {
  beforeAll(async () => {
    expect((await run('export', at('facts.jsonl'))).status).toBe(0);
  });

  it('of an export gives a store with the same answers and the same export', async () => {
    const store = freshStore();
    const told = await runIn(store, 'import', at('facts.jsonl'), '--json');
    expect([told.status, told.stderr.includes('error ')]).toEqual([0, false]);
    expect(JSON.parse(told.stdout)).toMatchObject({
      name: expect.stringMatching(/^bitbucket-cloud\//),
      connector: expect.stringMatching(/^import\/bitbucket-cloud\//),
      undeclared: [],
    });
    expect((await runIn(store, 'export')).stdout).toBe(readFileSync(at('facts.jsonl'), 'utf8'));
    for (const question of [
      ['check', 'user:marcus', 'branch.push', 'branch:acme/api#main'],
      ['check', 'user:evan', 'branch.push', 'branch:acme/api#main'],
      ['check', 'user:dmitri', 'repository.write', 'repository:acme/ledger'],
      ['who-can', 'repository.admin', 'repository:acme/api'],
      ['what-can', 'user:evan'],
    ]) {
      const [here, there] = [await run(...question), await runIn(store, ...question)];
      // Of an imported fact the endpoint tells more; widths of columns follow.
      const withoutSnapshot = (text: string) =>
        text.replace(/snapshot \S+ of \S+| of bitbucket-cloud\/\S+, run \S+, since [^,\s]+|^since \S+/gm, '').replace(/ {2,}/g, '  ');
      expect([there.status, withoutSnapshot(there.stdout)]).toEqual([here.status, withoutSnapshot(here.stdout)]);
    }
  });

  it('reads standard input, which needs a name where it says none', async () => {
    const store = freshStore();
    const feed = async (text: string, ...args: string[]) => {
      const process = spawned(['import', '-', ...args], store);
      process.child.stdin.end(text);
      return await process.finished;
    };
    const whole = await feed(readFileSync(at('facts.jsonl'), 'utf8'), '--name', 'piped');
    expect([whole.status, whole.stdout]).toEqual([0, expect.stringContaining('import piped: ')]);
    const nameless = await feed('user:ann MEMBER_OF group:acme/x', '--format', 'notation');
    expect([nameless.status, nameless.stderr]).toEqual([2, expect.stringContaining('needs a name: give one with --name')]);
    const named = await feed('user:evan MEMBER_OF group:acme/x', '--format', 'notation', '--name', 'hand');
    expect([named.status, named.stdout]).toEqual([
      0,
      expect.stringContaining('new nodes, as nothing in the store answers to: group:acme/x\n'),
    ]);
  });

  it('of a file that is wrong ends with 2, tells the lines and changes nothing', async () => {
    const store = freshStore();
    expect((await runIn(store, 'import', at('facts.jsonl'))).status).toBe(0);
    writeFileSync(
      at('wrong.jsonl'),
      readFileSync(at('facts.jsonl'), 'utf8')
        .replace('"kind":"User"', '"kind":"Robot"')
        .replace(/\{"type":"end".*\n$/, ''),
    );
    const { status, stdout, stderr } = await runIn(store, 'import', at('wrong.jsonl'), '--json');
    expect(status).toBe(2);
    expect(stderr).toMatch(
      /^error IMPORT: line \d+: unknown kind `Robot`.*; correct what the message names and import again; nothing was changed\n$/,
    );
    expect(JSON.parse(stdout)).toMatchObject({
      error: { code: 'IMPORT', details: { lines: expect.arrayContaining([expect.any(Number)]) } },
    });
    expect((await runIn(store, 'export')).stdout).toBe(readFileSync(at('facts.jsonl'), 'utf8'));
    for (const args of [
      ['--format', 'xml'],
      ['--at', '2026-01-01'],
      ['--name', 'two words'],
    ])
      expect((await runIn(store, 'import', at('facts.jsonl'), ...args)).stderr).toContain('error USAGE');
    expect((await runIn(store, 'import', at('not-there.jsonl'))).stderr).toContain('cannot be read');
  });

  it('stopped before it states anything changes nothing', async () => {
    const store = freshStore();
    const { status, stderr } = await runMain(['import', at('facts.jsonl')], { env: { GRANTPATH_STORE: store }, stop: AbortSignal.abort() });
    expect([status, stderr]).toEqual([4, 'stopped; nothing was changed\n']);
    expect((await runIn(store, 'export')).stderr).toContain('error STORE_EMPTY');
  });
});

describe("the README's example", () => {
  const section = README.slice(README.indexOf('## Import and export'), README.indexOf('\n## ', README.indexOf('## Import and export') + 1));
  const block = (language: string) => new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'm').exec(section)?.[1] ?? '';

  it('runs as it stands there, and prints what it says', async () => {
    mkdirSync(at('readme'));
    writeFileSync(at('readme/tokens.facts'), block('text'));
    const [, ...parts] = block('console').split(/^\$ npx grantpath /m);
    expect(parts.length).toBeGreaterThanOrEqual(3);
    const words = (text: string) => text.split(/\s+/).filter(Boolean).join(' ');
    for (const part of parts) {
      const [line = '', ...answer] = part.split('\n');
      const { status, stdout, stderr } = await runProgram(line.split(' '), { cwd: at('readme'), env: { GRANTPATH_STORE: STORE } });
      expect([0, 1], stderr).toContain(status);
      // Numbers and ids of snapshots are of the day.
      const shown = words(answer.join(' ')).split(/\s*\.\.\.\s*/);
      for (const told of shown) expect(words(stdout)).toContain(told);
    }
  });
});
