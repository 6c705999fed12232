/** Whoever writes dies, stands still, is cut off, meets another writer or has a clock that goes backwards. */
import { spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { failureOf } from '../store/commit-facts.ts';
import { FAULT_MS, FaultSetting, MOMENTS, outcomeOf, PARTS } from './fault-setting.ts';
import {
  CONNECTOR,
  committedIn,
  commitUpTo,
  expectAsCommitted,
  numberedPage,
  numberedRun,
  numbersOf,
  SMALL_STEPS,
  told,
} from './numbered-runs.ts';
import { describeOnPrivateNeo4j } from './private-server.ts';

const TIMEOUT = { timeout: 120_000 };
const LOOK_MS = 20;
/** Many transactions for each change. */
const LARGE = { commitLimits: SMALL_STEPS };

describeOnPrivateNeo4j('whoever writes to Neo4j', () => {
  const setting = FaultSetting.forSuite();

  it(`is killed during a large change, at ${MOMENTS} moments, and another one takes over`, { timeout: FAULT_MS }, async () => {
    const measured = await setting.wire();
    const other = setting.freshTenant();
    await commitUpTo(await setting.open(other), 2);
    const whole = setting.child('large', { tenant: other, connector: CONNECTOR, address: measured.address });
    await whole.line('started');
    const before = measured.passed.up;
    await whole.line('committed');
    const bytes = measured.passed.up - before;

    for (const part of PARTS) {
      const tenant = setting.freshTenant();
      const store = await setting.open(tenant);
      await commitUpTo(store, 2);
      const untouched = await told(store, Number.MAX_SAFE_INTEGER);
      const wire = await setting.wire();
      const child = setting.child('large', { tenant, connector: CONNECTOR, address: wire.address });
      const [, id] = (await child.line('started')).split(' ');
      await Promise.race([wire.reached('up', Math.floor(bytes * part)), child.line('committed')]);
      await child.kill();
      const isAcknowledged = child.lines.some((line) => line.startsWith('committed'));

      const { isApplying, newest } = await store.readStatus();
      const isDone = newest?.report['number'] === 3;
      if (isAcknowledged) expect(isDone).toBe(true);
      if (!isDone) {
        expect(await told(store, Number.MAX_SAFE_INTEGER)).toEqual(untouched);
        if (part > 0.2 && part < 0.8) expect(isApplying).toBe(true);
        const run = await store.startRun(CONNECTOR);
        expect([run.id, (await Array.fromAsync(run.pages())).map(({ body }) => body)]).toEqual([id, [{ number: 3 }]]);
        await run.commit(numberedRun(3));
      }
      expect(await expectAsCommitted(store)).toEqual([1, 2, 3]);
      expect((await store.readStatus()).isApplying).toBe(false);
      await setting.expectUndisturbedGraph(store);
    }
  });

  it('of two processes one is busy or waits: their runs do not mix', { timeout: 240_000 }, async () => {
    const tenant = setting.freshTenant();
    const store = await setting.open(tenant);
    const connectors = [CONNECTOR, 'test/other'];
    const children = connectors.map((connector) => setting.child('loop', { tenant, connector }));
    const count = (index: number, word: string) => children[index]?.lines.filter((line) => line.startsWith(word)).length ?? 0;
    const enough = () => connectors.every((_, index) => count(index, 'committed') >= 3 && count(index, 'refused') >= 1);
    while (!enough()) {
      expect(children.map((child) => child.process.exitCode)).toEqual([null, null]);
      await sleep(LOOK_MS);
    }
    for (const child of children) await child.kill();
    const refusals = children.flatMap(({ lines }) => lines.filter((line) => line.startsWith('refused')));
    expect(new Set(refusals)).toEqual(new Set(['refused STORE_BUSY']));
    await expectAsCommitted(store);
    const committed = await committedIn(store);
    for (const [index, connector] of connectors.entries()) {
      const numbers = numbersOf(committed, connector);
      expect(numbers).toEqual(numbers.map((_, at) => at + 1));
      // Each kill may hit the moment between a commit and its word.
      expect([0, 1]).toContain(numbers.length - count(index, 'committed'));
    }
  });

  it('keeps everybody out while it lives, and not when it is dead', TIMEOUT, async () => {
    const tenant = setting.freshTenant();
    const store = await setting.open(tenant);
    const child = setting.child('hold', { tenant, connector: CONNECTOR });
    const [, id] = (await child.line('started')).split(' ');
    for (const connector of [CONNECTOR, 'test/other']) {
      const busy = await failureOf(() => store.startRun(connector));
      expect([busy.code, busy.details]).toEqual(['STORE_BUSY', { holder: child.process.pid }]);
      expect(busy.message).toMatch(new RegExp(`^process ${child.process.pid} on \`.+\` is ingesting into \`bolt://`));
    }
    await child.kill();
    const run = await store.startRun(CONNECTOR);
    expect([run.id, (await Array.fromAsync(run.pages())).length]).toEqual([id, 1]);
    await run.commit(numberedRun(1));
    expect(await expectAsCommitted(store)).toEqual([1]);
  });

  it('and stood still for too long has lost the store to another one, and nothing of it gets in', TIMEOUT, async () => {
    const tenant = setting.freshTenant();
    const store = await setting.open(tenant);
    const child = setting.child('hold', { tenant, connector: CONNECTOR });
    const [, id] = (await child.line('started')).split(' ');
    child.process.kill('SIGSTOP');
    // As it is on another machine, whose processes nobody here can ask: only time tells.
    const elsewhere = JSON.stringify({ pid: child.process.pid, host: 'elsewhere', space: 'elsewhere' });
    const set = (age: number) =>
      setting.cypher('MATCH (s:GrantpathStore {tenant: $tenant}) SET s.holderProcess = $elsewhere, s.heartbeatAt = timestamp() - $age', {
        tenant,
        elsewhere,
        age,
      });
    await set(5_000);
    const busy = await failureOf(() => store.startRun(CONNECTOR));
    expect([busy.code, busy.message]).toEqual(['STORE_BUSY', expect.stringContaining('on `elsewhere` is ingesting')]);
    await set(16_000);
    const run = await store.startRun(CONNECTOR);
    expect(run.id).toBe(id);
    child.process.kill('SIGCONT');
    child.go();
    await child.line('refused STORE_BUSY');
    expect((await child.end()).status).toBe(0);
    await run.commit(numberedRun(1));
    expect(await expectAsCommitted(store)).toEqual([1]);
    await setting.expectUndisturbedGraph(store);
  });

  it('starts anew after it lost the store though it lives', TIMEOUT, async () => {
    const tenant = setting.freshTenant();
    const [store, other] = [await setting.open(tenant), await setting.open(tenant)];
    const run = await store.startRun(CONNECTOR);
    // It lives and goes on renewing, but is taken for a process that is dead.
    const dead = String(spawnSync(process.execPath, ['--version']).pid);
    const cypher =
      'MATCH (s:GrantpathStore {tenant: $tenant}) SET s.holderProcess = replace(s.holderProcess, $pid, $dead) RETURN s.holderProcess AS process';
    const [row] = await setting.cypher(cypher, { tenant, pid: `"pid":${process.pid},`, dead: `"pid":${dead},` });
    expect(row?.['process']).toContain(`"pid":${dead},`);
    const taken = await other.startRun(CONNECTOR);
    await taken.commit(numberedRun(1));
    for (const late of [() => run.keepPage(numberedPage(2)), () => run.commit(numberedRun(2)), () => run.abandon()])
      expect((await failureOf(late)).code).toBe('STORE_BUSY');
    const next = await store.startRun(CONNECTOR);
    expect(next.id).not.toBe(run.id);
    await next.commit(numberedRun(2));
    expect(await expectAsCommitted(store)).toEqual([1, 2]);
  });

  it(`is cut off at ${MOMENTS * 2} moments of a commit: it is done, or the same run does it again`, { timeout: FAULT_MS }, async () => {
    for (const options of [{}, LARGE]) {
      const wire = await setting.wire();
      const tenant = setting.freshTenant();
      const store = await setting.open(tenant, { address: wire.address, ...options });
      await commitUpTo(store, 2);
      let done = 2;
      for (const part of PARTS) {
        const before = wire.passed.up;
        await commitUpTo(store, ++done);
        // The next one has nearly the same to say.
        const bytes = (wire.passed.up - before) * 0.9;
        const run = await store.startRun(CONNECTOR);
        const cut = wire.cutAfter('up', Math.floor(bytes * part));
        const outcome = await outcomeOf(run.commit(numberedRun(++done)));
        await cut;
        if ('error' in outcome) {
          expect(outcome.error.code).toBe('STORE_UNREACHABLE');
          await (await store.startRun(CONNECTOR)).commit(numberedRun(done));
        }
        expect((await expectAsCommitted(store)).length).toBe(done);
      }
      await setting.expectUndisturbedGraph(store);
    }
  });

  it('reads through a wire that is cut in the middle of an answer, and gets all of it', TIMEOUT, async () => {
    const wire = await setting.wire();
    const store = await setting.open(setting.freshTenant(), { address: wire.address });
    await commitUpTo(store, 2);
    const before = wire.passed.down;
    const whole = await told(store, Number.MAX_SAFE_INTEGER);
    const bytes = wire.passed.down - before;
    for (const part of [0.2, 0.5, 0.8]) {
      const cut = wire.cutAfter('down', Math.floor(bytes * part));
      expect(await told(store, Number.MAX_SAFE_INTEGER)).toEqual(whole);
      await cut;
    }
  });

  it('has a clock that goes backwards: instants do not, whole or in many transactions', TIMEOUT, async () => {
    for (const options of [{}, LARGE]) {
      let now = 10_000;
      const store = await setting.open(setting.freshTenant(), { now: () => now, ...options });
      for (let number = 1; number <= 4; number++) {
        await commitUpTo(store, number);
        now -= 2_500.5;
      }
      expect((await committedIn(store)).map(({ at }) => at)).toEqual([10_000, 10_001, 10_002, 10_003]);
      expect(await expectAsCommitted(store)).toEqual([1, 2, 3, 4]);
    }
  });
});
