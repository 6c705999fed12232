/** A clock that is wrong, or is put right between two runs: nothing is held for new that is old, and time never goes backwards in the store. */
import { describe, expect, it } from 'vitest';
import { Budget } from '../../ingest/budget.ts';
import { factsOf, gapsOf, smallSamples } from './sample.ts';
import { FakeClock } from './support.ts';

const open = smallSamples();
const HOUR_MS = 3_600_000;
const GAP = 'repository:acme/ledger HIDES group-grants denied';

describe('a clock that jumps between runs', () => {
  it.each([
    ['back by hours', -7],
    ['back by a year', -8760],
    ['ahead by hours', 9],
  ])('%s: snapshots still follow each other, and each has the truth of its run', async (_, hours) => {
    const sample = await open();
    const first = await sample.sync();
    const before = await factsOf(sample.store);
    sample.clock.at += hours * HOUR_MS;
    sample.server.workspace.repositories = sample.server.workspace.repositories.filter(({ slug }) => slug !== 'docs');
    const second = await sample.sync();
    sample.clock.at += 60_000;
    const third = await sample.sync();
    const instants = [first, second, third].map(({ snapshot }) => snapshot.at);
    expect(instants).toEqual([...new Set(instants)].sort((a, b) => a - b));
    expect(await sample.store.readSnapshotAt()).toMatchObject({ id: third.snapshot.id });
    expect(await factsOf(sample.store, first.snapshot.at)).toEqual(before);
    const after = await factsOf(sample.store, second.snapshot.at);
    expect([...before.keys()].filter((id) => /IS Repository/.test(id) && !after.has(id)).length).toBe(1);
    expect(await factsOf(sample.store)).toEqual(after);
    expect(await gapsOf(sample.store)).toEqual([GAP]);
  });

  it('back: a reading that lies ahead of the clock is not kept as a young one', async () => {
    const sample = await open();
    await sample.sync();
    sample.clock.at -= 24 * HOUR_MS;
    const { report } = await sample.sync({ maxAgeMs: 30 * HOUR_MS });
    expect(report.coverage.reduce((sum, { kept }) => sum + kept, 0)).toBe(0);
    // Those of this run are of this clock.
    sample.clock.at += HOUR_MS;
    const next = await sample.sync({ maxAgeMs: 30 * HOUR_MS });
    expect(next.report.coverage.reduce((sum, { kept }) => sum + kept, 0)).toBeGreaterThan(10);
  });

  it.each([-1, 1])('by more than a run may rest (%i): what was interrupted is read anew', async (direction) => {
    const sample = await open();
    sample.server.faults.push(
      { at: /branch-restrictions/, does: { answer: 401 } },
      { at: /workspaces\/acme$/, after: 1, does: { answer: 401 } },
    );
    await expect(sample.sync({ limits: { concurrency: 1 } })).rejects.toMatchObject({ code: 'UPSTREAM_AUTH' });
    sample.server.faults.length = 0;
    sample.clock.at += direction * 7 * HOUR_MS;
    expect((await sample.sync()).report.resumedPages).toBe(0);
  });
});

describe('a clock that is hours off that of the upstream', () => {
  const at = /^\/2\.0\/workspaces\/acme\/members/;

  it.each([5, -5])('by %i h waits as long as the upstream means by a date', async (hours) => {
    const sample = await open();
    const upstream = sample.clock.at + hours * HOUR_MS;
    const headers = { date: new Date(upstream).toUTCString(), 'retry-after': new Date(upstream + 30_000).toUTCString() };
    sample.server.faults.push({ at, times: 1, does: { answer: 429, headers } });
    const { report } = await sample.sync();
    expect(report).toMatchObject({ retries: 1, waitedMs: 30_000, stopped: null });
  });

  it('renews tokens by how long they last, not by when they were given', async () => {
    for (const hours of [-30, 30]) {
      const sample = await open({ tokens: { expiresInSeconds: 7200 } });
      sample.clock.at += hours * HOUR_MS;
      await sample.sync();
      expect(sample.server.tokensGiven()).toBe(1);
    }
  });
});

describe('a clock that is put back within a run', () => {
  it('makes the budget wait an hour at most, and never overdraws it', () => {
    const clock = new FakeClock();
    const budget = new Budget({ limit: 2 }, clock);
    budget.spend();
    budget.spend();
    clock.at -= 10 * HOUR_MS;
    expect(budget.left).toBe(0);
    expect(budget.freeAt - clock.at).toBe(HOUR_MS);
    clock.at += HOUR_MS;
    expect(budget.left).toBe(2);
  });

  it('costs no token its use: one that the upstream refuses is renewed', async () => {
    const sample = await open({ tokens: { callsMax: 20 } });
    sample.server.faults.push({
      at: /workspaces\/acme\/members/,
      times: 1,
      does: {
        rewrite: (body) => {
          sample.clock.at -= 50 * HOUR_MS;
          return body;
        },
      },
    });
    const { report } = await sample.sync();
    expect(report).toMatchObject({ stopped: null, gapCount: 1 });
    expect(sample.server.tokensGiven()).toBeGreaterThan(1);
  });
});
