import { describe, expect, it } from 'vitest';
import type { KeptPage } from '../../graph/store/port.ts';
import { chainOf, keptPath } from '../../ingest/bitbucket-cloud/listing.ts';
import { Budget } from '../../ingest/budget.ts';
import { parseBaseAddress, relativeLink } from '../../ingest/origin.ts';
import { readPages } from '../../ingest/paging.ts';
import { runPool } from '../../ingest/pool.ts';
import { createProgress, duration } from '../../ingest/progress.ts';
import { backoffMs, RETRY_POLICY, retryAfterMs } from '../../ingest/retry.ts';
import { KEEP, keepShape } from '../../ingest/shape.ts';
import { codeOf, FakeClock } from './support.ts';

describe('paging', () => {
  const collect = async (links: Record<string, string | null>) => {
    const seen: string[] = [];
    for await (const { path } of readPages('/1', async (path) => ({ path, next: links[path] ?? null }))) seen.push(path);
    return seen;
  };

  it('follows opaque links to the end', async () => {
    expect(await collect({ '/1': '/x?ctx=9', '/x?ctx=9': '/3' })).toEqual(['/1', '/x?ctx=9', '/3']);
  });

  it('stops at a link that was followed before', async () => {
    expect(await codeOf(collect({ '/1': '/2', '/2': '/1' }))).toBe('UPSTREAM_SHAPE');
  });
});

describe('pages of a listing', () => {
  const kept = (sequence: number, path: string, next: string | null) =>
    ({ sequence, path, next, scope: 's', endpoint: 'e', status: 200, fetchedAt: 0, body: null }) satisfies KeptPage;

  it('are kept by their position, whatever their links say', () => {
    expect([1, 2, 3].map((position) => keptPath('/2.0/a?pagelen=100', position))).toEqual(['/2.0/a?pagelen=100', '/2.0/a#2', '/2.0/a#3']);
  });

  it('follow each other as they were read: what an earlier attempt left behind does not belong to them', () => {
    const [first, second] = [kept(5, '/a?x', '/a#2'), kept(6, '/a#2', null)];
    expect(chainOf([second, first])).toEqual([first, second]);
    expect(chainOf([kept(4, '/a#2', null), first])).toEqual([first]);
    expect(chainOf([kept(5, '/a?x', null), kept(3, '/a#2', null)]).length).toBe(1);
    expect(chainOf([second])).toEqual([]);
  });
});

describe('links', () => {
  const base = parseBaseAddress('https://api.bitbucket.org/mirror/', 'X');

  it.each([
    ['https://api.bitbucket.org/mirror/2.0/a?page=2#top', '/mirror/2.0/a?page=2'],
    ['https://user:word@api.bitbucket.org/2.0/a', '/2.0/a'],
    ['?page=3', '/mirror/2.0/a?page=3'],
  ])('%s stays on the origin', (link, path) => {
    expect(relativeLink(link, base, '/mirror/2.0/a?page=2')).toBe(path);
  });

  it.each([
    'https://evil.example/2.0/a',
    '//evil.example/a',
    'http://api.bitbucket.org/2.0/a',
    'https://api.bitbucket.org:444/',
    'javascript:alert(1)',
  ])('%s is refused', (link) => {
    expect(() => relativeLink(link, base, '/mirror/2.0/a')).toThrow(expect.objectContaining({ code: 'UPSTREAM_ORIGIN' }));
  });
});

describe('the allow-list', () => {
  const shape = { name: KEEP, inner: { id: KEEP }, list: [{ id: KEEP }] } as const;

  it('keeps named scalars and nothing else', () => {
    const body = { name: 'n', secret: 's', inner: { id: 1, secret: 's' }, list: [{ id: 2, secret: 's' }, 's', null] };
    expect(keepShape(body, shape)).toEqual({ name: 'n', inner: { id: 1 }, list: [{ id: 2 }, null, null] });
  });

  it('lets nothing hide in the place of a scalar, a list or an object', () => {
    expect(keepShape({ name: { secret: 's' }, inner: 'secret', list: { secret: 's' } }, shape)).toEqual({});
    expect(keepShape('secret', shape)).toBeUndefined();
    expect(keepShape(JSON.parse('{"__proto__": {"name": "n"}}'), shape)).toEqual({});
  });
});

describe('retries', () => {
  it('double up to a cap, half of it random', () => {
    expect([1, 2, 3, 10].map((attempt) => backoffMs(attempt, RETRY_POLICY, 1))).toEqual([500, 1000, 2000, 30_000]);
    expect(backoffMs(3, RETRY_POLICY, 0)).toBe(1000);
  });

  it('read Retry-After', () => {
    const now = Date.parse('2026-01-31T12:00:00Z');
    const waitMs = (retryAfter: string, date?: string) => retryAfterMs({ retryAfter, date }, now);
    expect(waitMs('7')).toBe(7000);
    expect(waitMs('Sat, 31 Jan 2026 12:01:00 GMT')).toBe(60_000);
    expect(waitMs('Sat, 31 Jan 2026 11:00:00 GMT')).toBe(0);
    expect(waitMs('soon')).toBeNull();
    // The clock here is hours behind the server's, or ahead of it: its own date tells.
    expect(waitMs('Sat, 31 Jan 2026 17:01:00 GMT', 'Sat, 31 Jan 2026 17:00:00 GMT')).toBe(60_000);
    expect(waitMs('Sat, 31 Jan 2026 09:01:00 GMT', 'Sat, 31 Jan 2026 09:00:00 GMT')).toBe(60_000);
    expect(waitMs('Sat, 31 Jan 2026 12:01:00 GMT', 'no date')).toBe(60_000);
    expect(waitMs('7', 'Sat, 31 Jan 2026 17:00:00 GMT')).toBe(7000);
  });
});

describe('the budget', () => {
  it('counts seeded calls and forgets those older than an hour', () => {
    const clock = new FakeClock();
    const budget = new Budget({ limit: 3 }, clock);
    budget.seed([clock.at - 3_700_000, clock.at - 3_500_000, clock.at - 10]);
    expect(budget.left).toBe(1);
    expect(budget.freeAt).toBe(0);
    budget.spend();
    expect([budget.left, budget.freeAt]).toEqual([0, clock.at + 100_000]);
    expect(() => budget.spend()).toThrow('invariant');
    clock.at += 200_000;
    expect(budget.left).toBe(1);
  });

  it('must be positive', () => {
    expect(() => new Budget({ limit: 0 }, new FakeClock())).toThrow(expect.objectContaining({ code: 'CONFIG' }));
  });
});

describe('the pool', () => {
  it('starts nothing after a failure and waits for what has begun', async () => {
    const started: number[] = [];
    let ended = 0;
    const work = async (item: number) => {
      started.push(item);
      await new Promise((go) => setTimeout(go, item === 1 ? 1 : 10));
      if (item === 1) throw new Error('one');
      ended++;
    };
    await expect(runPool([1, 2, 3, 4, 5], 2, work)).rejects.toThrow('one');
    expect(started).toEqual([1, 2]);
    expect(ended).toBe(1);
  });
});

describe('progress', () => {
  const state = {
    workspace: 'acme',
    phase: 'repositories',
    done: 1,
    total: 10,
    calls: 5,
    budgetLeft: 990,
    buckets: [
      { bucket: 'repositories', limit: 1000, windowMs: 3_600_000, calls: 5, left: 990 },
      { bucket: 'webhooks', limit: 1000, windowMs: 3_600_000, calls: 0, left: 997 },
    ],
    callsPerHour: 1000,
    whenSpent: 'stop',
  } as const;

  it('redraws one line on a terminal', () => {
    const clock = new FakeClock();
    let text = '';
    const stream = { isTTY: true, columns: 200, write: (piece: string) => (text += piece) };
    const progress = createProgress({ stream, clock, log: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} } });
    progress.show(state);
    clock.at += 10;
    progress.show({ ...state, done: 2 });
    clock.at += 990;
    progress.show({ ...state, done: 5, calls: 9 });
    progress.end();
    expect(text).not.toContain('2/10');
    expect(text).toContain('acme [##########..........] 5/10 repositories, 9 calls, 240/min, budget 990, webhooks 997, 1 s left');
    expect(text).not.toContain('\n');
  });

  it('writes log lines elsewhere: one for each phase, and one now and then', () => {
    const clock = new FakeClock();
    const lines: unknown[] = [];
    const log = { debug: () => {}, info: (fields: unknown) => lines.push(fields), warn: () => {}, error: () => {} };
    const progress = createProgress({ stream: { write: () => {} }, clock, log });
    progress.show(state);
    progress.show({ ...state, done: 2 });
    progress.show({ ...state, phase: 'grants' });
    clock.at += 6_000;
    progress.show({ ...state, phase: 'grants', done: 3, calls: 7 });
    expect(lines.length).toBe(3);
    expect(lines[2]).toMatchObject({ phase: 'grants', done: 3, callsPerMinute: 20, budgetLeft: 990, leftMs: 21_000, beyondBudget: 0 });
    expect(lines[2]).toMatchObject({ budgets: ['repositories 990 of 1000', 'webhooks 997 of 1000'] });
  });

  /** What the log says at the last of these, ten seconds apart each. */
  const paceOf = (...states: Partial<typeof state | Record<string, unknown>>[]) => {
    const clock = new FakeClock();
    const lines: Record<string, unknown>[] = [];
    const log = { debug: () => {}, info: (fields: Record<string, unknown>) => lines.push(fields), warn: () => {}, error: () => {} };
    const progress = createProgress({ stream: { write: () => {} }, clock, log });
    for (const each of states) {
      progress.show({ ...state, ...each });
      clock.at += 10_000;
    }
    return lines.at(-1);
  };

  it('tells the rate of the last minutes, not of the whole run', () => {
    const slow = Array.from({ length: 60 }, (_, index) => ({ calls: index }));
    expect(paceOf(...slow)).toMatchObject({ callsPerMinute: 6 });
    const fast = Array.from({ length: 40 }, (_, index) => ({ calls: 60 + index * 10 }));
    expect(paceOf(...slow, ...fast)).toMatchObject({ callsPerMinute: 60 });
  });

  it('tells the time by the budget where a run waits for it, and what a run that does not leaves over', () => {
    const many = [{ total: 3001 }, { total: 3001, calls: 105, budgetLeft: 1000 }];
    expect(paceOf(...many)).toMatchObject({ callsPerMinute: 600, leftMs: 100_000, beyondBudget: 2000 });
    expect(paceOf(...many.map((each) => ({ ...each, whenSpent: 'wait' })))).toMatchObject({ leftMs: 2 * 3_600_000, beyondBudget: 0 });
    expect(paceOf(...many.map((each) => ({ ...each, whenSpent: 'wait', callsPerHour: 4000 })))).toMatchObject({ leftMs: 1_800_000 });
    expect(paceOf({ total: 3001 })).toMatchObject({ leftMs: null });
  });

  it.each([
    [20_000, '20 s'],
    [180_000, '3 min'],
    [3_900_000, '1 h 5 min'],
  ])('names %i ms', (durationMs, text) => {
    expect(duration(durationMs)).toBe(text);
  });
});
