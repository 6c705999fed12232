/**
 * The database process ends without a word, at moments that are spread over what goes to it and comes from it: nothing that was
 * acknowledged is lost, nothing half-applied is served, and the next run takes back what is half-way and completes.
 */
import { expect, it, onTestFinished } from 'vitest';
import type { Neo4jStoreOptions } from '../../graph/store/neo4j.ts';
import type { Store } from '../../graph/store/port.ts';
import { canMountDisk, mountSmallDisk } from '../support/small-disk.ts';
import { FAULT_MS, FaultSetting, MOMENTS, type Outcome, outcomeOf, PARTS, START_MS } from './fault-setting.ts';
import { CONNECTOR, committedIn, commitUpTo, expectAsCommitted, numberedPage, numberedRun, SMALL_STEPS, told } from './numbered-runs.ts';
import { describeOnPrivateNeo4j, privateServer } from './private-server.ts';
import type { Wire } from './wire.ts';

/** Room for a server and little more. */
const DISK_MB = 400;
/** A change in one transaction, and in many. */
const WAYS: readonly Partial<Neo4jStoreOptions>[] = [{}, { commitLimits: SMALL_STEPS }];
const wayAt = (moment: number) => WAYS[moment % 2] ?? {};

interface Moment {
  /** Of all that goes to the server in the commit. */
  readonly part: number;
  readonly options: Partial<Neo4jStoreOptions>;
  /** Does the same process go on afterwards? */
  readonly goesOn: boolean;
}

describeOnPrivateNeo4j('a database process that is killed', () => {
  const setting = FaultSetting.forSuite();

  /** Bytes of a commit of the run after so many. */
  async function bytesOfCommit(before: number, options: Partial<Neo4jStoreOptions>): Promise<number> {
    const wire = await setting.wire();
    const store = await setting.open(setting.freshTenant(), { address: wire.address, ...options });
    await commitUpTo(store, before);
    const run = await store.startRun(CONNECTOR);
    const bytes = wire.passed.up;
    await run.commit(numberedRun(before + 1));
    return wire.passed.up - bytes;
  }

  async function killAt<T>(wire: Wire, { way, bytes }: { way: 'up' | 'down'; bytes: number }, work: () => Promise<T>): Promise<Outcome<T>> {
    const outcome = outcomeOf(work());
    await Promise.race([wire.reached(way, bytes), outcome]);
    await setting.server.kill();
    return outcome;
  }

  /** Kills while the run after so many commits. */
  async function expectSurvivor(before: number, { part, options, goesOn }: Moment) {
    const bytes = await bytesOfCommit(before, options);
    const wire = await setting.wire();
    const tenant = setting.freshTenant();
    const store = await setting.open(tenant, { address: wire.address, ...options });
    await commitUpTo(store, before);
    const run = await store.startRun(CONNECTOR);
    await run.keepPage(numberedPage(before + 1));
    const outcome = await killAt(wire, { way: 'up', bytes: Math.floor(bytes * part) }, () => run.commit(numberedRun(before + 1)));
    await setting.server.restart();

    const reader = await setting.open(tenant, { readOnly: true });
    const found = (await expectAsCommitted(reader)).length - before;
    if ('value' in outcome) expect(found).toBe(1);
    else {
      expect(outcome.error.code).toBe('STORE_UNREACHABLE');
      // What was acknowledged is there; what was refused is not, unless nobody knew.
      if (outcome.error.details['isWritten'] !== null) expect(found).toBe(0);
    }
    if (found === 0) {
      const next = goesOn ? store : await reopened(store, { tenant, options });
      const again = await next.startRun(CONNECTOR);
      expect([again.id, (await Array.fromAsync(again.pages())).map(({ path }) => path)]).toEqual([run.id, [`/people/${before + 1}`]]);
      await again.commit(numberedRun(before + 1));
    }
    expect((await expectAsCommitted(reader)).length).toBe(before + 1);
    expect((await reader.readStatus()).isApplying).toBe(false);
    await setting.expectUndisturbedGraph(reader);
    return found;
  }

  async function reopened(store: Store, { tenant, options }: { tenant: string; options: Partial<Neo4jStoreOptions> }): Promise<Store> {
    await store.close();
    return setting.open(tenant, options);
  }

  it(`during a first load, at ${MOMENTS} moments`, { timeout: FAULT_MS * 2 }, async () => {
    for (const [moment, part] of PARTS.entries()) await expectSurvivor(0, { part, options: wayAt(moment + 1), goesOn: moment % 4 < 2 });
  });

  it(`during a change, at ${MOMENTS} moments`, { timeout: FAULT_MS * 2 }, async () => {
    const found: number[] = [];
    for (const [moment, part] of PARTS.entries())
      found.push(await expectSurvivor(3, { part, options: wayAt(moment), goesOn: moment % 4 >= 2 }));
    // Most moments are before its end.
    expect(found.filter((each) => each === 0).length).toBeGreaterThanOrEqual(found.length / 2);
  });

  it(`during a read, at ${MOMENTS} moments`, { timeout: FAULT_MS }, async () => {
    const wire = await setting.wire();
    const store = await setting.open(setting.freshTenant(), { address: wire.address });
    await commitUpTo(store, 4);
    const instants = (await committedIn(store)).map(({ at }) => at);
    const readAll = () => Array.fromAsync(instants, (at) => told(store, at));
    const before = wire.passed.down;
    const whole = await readAll();
    const bytes = wire.passed.down - before;
    for (const part of PARTS) {
      const outcome = await killAt(wire, { way: 'down', bytes: Math.floor(bytes * part) }, readAll);
      if ('value' in outcome) expect(outcome.value).toEqual(whole);
      else expect(outcome.error.code).toBe('STORE_UNREACHABLE');
      await setting.server.restart();
      expect(await readAll()).toEqual(whole);
    }
    expect(await expectAsCommitted(store)).toEqual([1, 2, 3, 4]);
  });
});

describeOnPrivateNeo4j('a database whose disk is full', () => {
  it.skipIf(!canMountDisk())(
    'refuses the run, keeps what was committed, and goes on when there is room (skipped without the right to mount)',
    async () => {
      const disk = mountSmallDisk(DISK_MB);
      onTestFinished(() => disk.remove());
      // Room for its logs is not taken ahead, so that it can run out of it.
      const server = await privateServer({ folder: disk.folder, settings: { 'db.tx_log.preallocate': 'false' } });
      const setting = FaultSetting.around(server);
      onTestFinished(() => setting.end());
      for (const options of WAYS) {
        const store = await setting.open(setting.freshTenant(), options);
        await commitUpTo(store, 2);
        const run = await store.startRun(CONNECTOR);
        await run.keepPage(numberedPage(3));
        disk.fill(60_000);
        const outcome = await outcomeOf(run.commit(numberedRun(3)));
        expect('error' in outcome && outcome.error.code).toBe('STORE_FULL');
        disk.empty();
        await setting.restart();
        expect(await expectAsCommitted(store)).toEqual([1, 2]);
        const again = await store.startRun(CONNECTOR);
        expect((await Array.fromAsync(again.pages())).length).toBe(1);
        await again.commit(numberedRun(3));
        expect(await expectAsCommitted(store)).toEqual([1, 2, 3]);
        await setting.expectUndisturbedGraph(store);
      }
    },
    START_MS * 2,
  );
});
