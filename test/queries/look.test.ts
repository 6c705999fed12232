/**
 * Looking for what other processes commit, in a store that takes its time or fails: one look at a time, and what is at hand goes on
 * being served.
 */
import { afterEach, expect, it } from 'vitest';
import { CodedError } from '../../graph/errors.ts';
import { openStore } from '../../graph/store/open.ts';
import { Snapshots } from '../../queries/snapshots.ts';
import { openStoreGrantpath } from '../../queries/store-grantpath.ts';
import { Opened } from './opened.ts';
import { watch } from './watched-store.ts';

const opened: Opened[] = [];

afterEach(async () => {
  for (const each of opened.splice(0)) await each.close();
});

const facts = (level: string) => `
  workspace:acme CONTAINS repository:acme/api
  user:ann HOLDS ${level} ON repository:acme/api
`;

/** Holds calls until it is let go. */
function gate() {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { passed: () => promise, letGo: resolve };
}

async function setting() {
  const here = await Opened.make();
  opened.push(here);
  const first = await here.commit(facts('read'));
  const store = await openStore(here.url, { now: here.clock.now });
  const errors: unknown[] = [];
  const watched = watch(store);
  const snapshots = new Snapshots({ store: watched.store, pollMs: 0, onError: (error) => errors.push(error) });
  const commit = async () => {
    here.clock.at += 1000;
    return here.commit(facts('write'));
  };
  const close = async () => {
    await snapshots.close();
    await store.close();
  };
  return { first, watched, snapshots, errors, commit, close };
}

it('looks that overlap are one', async () => {
  const { watched, snapshots, commit, close, errors } = await setting();
  await snapshots.start();
  const second = await commit();
  watched.calls.length = 0;
  const { passed, letGo } = gate();
  watched.before = passed;
  const looks = [snapshots.look(), snapshots.look(), snapshots.look()];
  expect(watched.calls).toEqual(['readVersion']);
  letGo();
  await Promise.all(looks);
  expect(watched.calls.filter((method) => method === 'readVersion' || method === 'scanEdgeColumns')).toEqual([
    'readVersion',
    'scanEdgeColumns',
  ]);
  expect(snapshots.current?.info.id).toBe(second.id);
  await close();
  expect(errors).toEqual([]);
});

it.each(['readVersion', 'readSnapshotAt', 'scanNodeColumns', 'readGaps'])(
  'a look that fails at %s is told and goes on serving, and the next one swaps',
  async (method) => {
    const { first, watched, snapshots, commit, close, errors } = await setting();
    await snapshots.start();
    const second = await commit();
    const failure = new CodedError('STORE_UNREADABLE', 'the store is away');
    watched.before = async (called) => {
      if (called === method) throw failure;
    };
    await snapshots.look();
    expect([errors, snapshots.current?.info.id]).toEqual([[failure], first.id]);
    watched.before = async () => {};
    await snapshots.look();
    expect([errors.length, snapshots.current?.info.id]).toEqual([1, second.id]);
    await close();
  },
);

it('closing waits for a look under way, which is no failure then', async () => {
  const { watched, snapshots, commit, close, errors } = await setting();
  await snapshots.start();
  await commit();
  const { passed, letGo } = gate();
  watched.before = passed;
  const look = snapshots.look();
  let closed = false;
  const closing = snapshots.close().then(() => {
    closed = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  expect(closed).toBe(false);
  letGo();
  await Promise.all([look, closing]);
  expect(errors).toEqual([]);
  await close();
});

it('opening waits for the newest snapshot, and fails with the store', async () => {
  const { watched } = await setting();
  const { passed, letGo } = gate();
  watched.before = passed;
  let isOpen = false;
  const opening = openStoreGrantpath({ store: watched.store, pollMs: 0 }).finally(() => {
    isOpen = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  expect(isOpen).toBe(false);
  letGo();
  const grantpath = await opening;
  expect(grantpath.ready()).toBe(true);
  await grantpath.close();
  await expect(openStoreGrantpath({ store: watched.store, pollMs: 0 })).rejects.toMatchObject({ code: 'STORE_UNREADABLE' });
});
