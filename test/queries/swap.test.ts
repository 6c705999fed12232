/**
 * Commits of another process: they are noticed, the answers change, and no question is dropped meanwhile.
 */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, expect, it } from 'vitest';
import { COMPILED_CACHE } from '../../queries/compiled.ts';
import { Opened, until } from './opened.ts';

const opened: Opened[] = [];
const run = promisify(execFile);
const COMMITTER = fileURLToPath(new URL('commit-process.ts', import.meta.url));

afterEach(async () => {
  for (const each of opened.splice(0)) await each.close();
});

const facts = (level: string) => `
  workspace:acme CONTAINS project:acme/WEB
  project:acme/WEB CONTAINS repository:acme/api
  user:ann HOLDS ${level} ON repository:acme/api
`;
const QUESTION = { identity: 'user:ann', action: 'repository.write', resource: 'repository:acme/api' } as const;

it('of another process are taken up while questions are answered without a break', async () => {
  const here = await Opened.make();
  opened.push(here);
  const before = await here.commit(facts('read'));
  const grantpath = await here.open({ pollMs: 10, inWorker: true });
  const seen: string[] = [];
  const held = await grantpath.check(QUESTION);
  const committed = run(process.execPath, [COMMITTER, here.url, facts('write'), 'test/acme']);
  const last = await until(
    async () => {
      const answer = await grantpath.check(QUESTION);
      seen.push(answer.verdict);
      return answer;
    },
    ({ verdict }) => verdict === 'ALLOW',
  );
  const { id } = JSON.parse((await committed).stdout) as { id: string };
  expect(last.snapshot.id).toBe(id);
  expect((await last.proofs(1))[0]?.text).toBe('user:ann HOLDS write ON repository:acme/api');
  // Every question was answered, by the one state or the other.
  expect(new Set(seen)).toEqual(new Set(['DENY', 'ALLOW']));
  expect(seen.indexOf('ALLOW')).toBe(seen.length - 1);
  // An answer that was given before stays what it was.
  expect([held.snapshot.id, held.verdict, (await held.denials())[0]?.held]).toEqual([before.id, 'DENY', 'read']);
  expect((await grantpath.check(QUESTION, { at: before.at })).verdict).toBe('DENY');
});

it('on an empty store make it ready', async () => {
  const here = await Opened.make();
  opened.push(here);
  const grantpath = await here.open({ pollMs: 10, inWorker: true });
  expect(grantpath.ready()).toBe(false);
  const committed = run(process.execPath, [COMMITTER, here.url, facts('write'), 'test/acme']);
  await until(async () => grantpath.ready(), Boolean);
  expect((await grantpath.check(QUESTION)).verdict).toBe('ALLOW');
  await committed;
});

it('the compiled snapshot is kept for the next start, and one that is damaged or of another commit is made anew', async () => {
  const here = await Opened.make();
  opened.push(here);
  await here.commit(facts('write'));
  const verdict = async () => {
    const grantpath = await here.open();
    const answer = await grantpath.check(QUESTION);
    await grantpath.close();
    return answer.verdict;
  };
  expect(await here.store.readCache(COMPILED_CACHE)).toBeNull();
  expect(await verdict()).toBe('ALLOW');
  const kept = await here.store.readCache(COMPILED_CACHE);
  expect(kept?.byteLength).toBeGreaterThan(64);
  const whole = kept?.slice() as Uint8Array;
  const flipped = whole.slice();
  flipped[flipped.length - 100] = (flipped.at(-100) as number) ^ 0xff;
  const damaged = [whole.slice(0, 1000), new Uint8Array(0), Buffer.from('another file altogether'), flipped];
  for (const bytes of damaged) {
    await here.store.writeCache(COMPILED_CACHE, bytes);
    expect(await verdict()).toBe('ALLOW');
    expect(Buffer.compare(Buffer.from((await here.store.readCache(COMPILED_CACHE)) ?? []), Buffer.from(whole))).toBe(0);
  }
  here.clock.at += 1000;
  await here.commit(facts('read'));
  expect(await verdict()).toBe('DENY');
});

it('the compiled snapshot is kept after what is asked at once, and not over a newer one', async () => {
  const here = await Opened.make();
  opened.push(here);
  await here.commit(facts('write'));
  const kept = () => here.store.readCache(COMPILED_CACHE);
  const first = await here.open({ keepAfterMs: 1 });
  expect((await first.check(QUESTION)).verdict).toBe('ALLOW');
  expect(await kept()).toBeNull();
  await until(kept, Boolean);
  const before = Buffer.from((await kept()) ?? []);
  here.clock.at += 1000;
  await here.commit(facts('read'));
  const second = await here.open();
  expect((await second.check(QUESTION)).verdict).toBe('DENY');
  here.clock.at += 1000;
  await here.commit(facts('write'));
  await second.close();
  expect(Buffer.compare(Buffer.from((await kept()) ?? []), before)).toBe(0);
});
