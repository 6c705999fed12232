/** The schedule of a server: its turns on a clock that takes no time, then in a real process beside the server. */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, describe, expect, it } from 'vitest';
import { runSchedule, type TurnResult } from '../../cli/ingest-schedule.ts';
import { CodedError } from '../../graph/errors.ts';
import { openStore } from '../../graph/store/open.ts';
import { startSampleServer } from '../../ingest/sample/server.ts';
import { FakeClock } from '../ingest/support.ts';
import { runMain } from '../support/run-main.ts';
import { cloudEnv, type Spawned, startProgram, temporaryFolder } from './spawned.ts';

const ends: (() => unknown)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const HOUR = 3_600_000;
const COMMITTED: readonly TurnResult[] = [{ workspace: 'acme', committed: { snapshot: 'run-1', facts: 3 } }];

/** Runs the turns one after the other, and stops in the last one's sleep. Gives when each began, in hours, and the log. */
async function turnsOf(
  turns: ((clock: FakeClock, stop: AbortController) => Promise<readonly TurnResult[]> | readonly TurnResult[])[],
  everyMs = 6 * HOUR,
) {
  const clock = new FakeClock();
  const start = clock.at;
  const stop = new AbortController();
  const begun: number[] = [];
  const lines: { level: string; message: string; [field: string]: unknown }[] = [];
  const write = (level: string) => (fields: object, message: string) => lines.push({ level, message, ...fields });
  let going = 0;
  await runSchedule({
    everyMs,
    clock: {
      now: () => clock.now(),
      sleep: (durationMs) => {
        if (begun.length === turns.length) stop.abort();
        return clock.sleep(durationMs);
      },
    },
    stop: stop.signal,
    log: { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') },
    ingest: async () => {
      expect(++going).toBe(1);
      begun.push((clock.at - start) / HOUR);
      try {
        return (await turns[begun.length - 1]?.(clock, stop)) ?? [];
      } finally {
        going--;
      }
    },
  });
  return { begun, lines };
}

const taking = (hours: number) => (clock: FakeClock) => {
  clock.at += hours * HOUR;
  return COMMITTED;
};

describe('a schedule', () => {
  it('begins at once, and then at the interval after the last one began', async () => {
    const { begun, lines } = await turnsOf([taking(1), taking(0.5), taking(0)]);
    expect(begun).toEqual([0, 6, 12]);
    expect(lines.filter(({ message }) => message === 'next scheduled ingest').map(({ next, last }) => [next, last])).toEqual([
      ['2026-01-31T18:00:00.000Z', 'committed'],
      ['2026-02-01T00:00:00.000Z', 'committed'],
      ['2026-02-01T06:00:00.000Z', 'committed'],
    ]);
    expect(lines).toContainEqual(
      expect.objectContaining({ workspace: 'acme', snapshot: 'run-1', facts: 3, message: 'scheduled ingest committed' }),
    );
  });

  it('never has two at a time: one that takes longer than the interval is followed at once', async () => {
    expect((await turnsOf([taking(10), taking(1), taking(0)])).begun).toEqual([0, 10, 16]);
  });

  it('goes on after a failure, and after another process was writing, which it says', async () => {
    const failing = (error: Error) => () => Promise.reject(error);
    const { begun, lines } = await turnsOf([
      failing(new CodedError('STORE_BUSY', 'process 7 is ingesting')),
      failing(new CodedError('UPSTREAM_AUTH', 'the upstream refuses the credential')),
      failing(new Error('a defect')),
      () => [...COMMITTED, { workspace: 'beta', error: { code: 'UPSTREAM_MISSING', message: 'workspace `beta` is not there' } }],
    ]);
    expect(begun).toEqual([0, 6, 12, 18]);
    expect(lines.filter(({ level }) => level !== 'info')).toEqual([
      { level: 'warn', code: 'STORE_BUSY', message: 'process 7 is ingesting: tried again at the next turn' },
      { level: 'error', code: 'UPSTREAM_AUTH', message: 'the upstream refuses the credential' },
      { level: 'error', code: 'INTERNAL', message: 'a defect' },
      { level: 'error', workspace: 'beta', code: 'UPSTREAM_MISSING', message: 'workspace `beta` is not there' },
    ]);
    expect(lines.flatMap(({ last }) => (last === undefined ? [] : [last]))).toEqual(['busy', 'failed', 'failed', 'committed in part']);
  });

  it('that is told to stop in a turn says so, and begins no other', async () => {
    const { begun, lines } = await turnsOf([
      (_, stop) => {
        stop.abort();
        throw stop.signal.reason;
      },
      taking(0),
    ]);
    expect([begun, lines.at(-1)?.message]).toEqual([[0], expect.stringContaining('what was read is kept')]);
  });
});

describe('serve --ingest-every', () => {
  async function serveIn(faults: Parameters<typeof startSampleServer>[0] = {}) {
    const folder = temporaryFolder();
    ends.push(() => folder.remove());
    const sample = await startSampleServer(faults);
    ends.push(() => sample.close());
    const path = join(folder.path, 'store.sqlite');
    const start = async (...options: string[]): Promise<{ served: Spawned; url: string }> => {
      const env = { ...cloudEnv(sample), GRANTPATH_STORE: `sqlite:${path}` };
      const args = ['serve', '--port', '0', '--json', '--ingest-every', '5m', '--workspace', 'acme', ...options];
      const served = startProgram(args, { cwd: folder.path, env });
      ends.push(async () => {
        served.child.kill('SIGKILL');
        await served.finished;
      });
      const [line] = await served.printed(/.+\n/);
      return { served, url: (JSON.parse(line) as { url: string }).url };
    };
    return { sample, path, start };
  }

  const logged = async (served: Spawned, pattern: RegExp) => {
    while (!pattern.test(served.stderr)) await new Promise((resolve) => served.child.stderr.once('data', resolve));
  };
  const statusOf = async (url: string) => (await fetch(url)).status;

  it('ingests beside the server, which becomes ready by it, and ends in order', async () => {
    const { sample, path, start } = await serveIn();
    const { served, url } = await start('--max-age', '1h');
    const ready = url.replace('/graphql', '/readyz');
    while ((await statusOf(ready)) !== 200);
    await logged(served, /next scheduled ingest/);
    expect(served.stderr).toContain('"last":"committed"');
    served.child.kill('SIGTERM');
    expect((await served.finished).status).toBe(0);
    expect(served.stderr).not.toContain(sample.credentials.clientSecret);
    const store = await openStore(`sqlite:${path}`);
    ends.push(() => store.close());
    expect((await store.readSnapshots()).length).toBe(1);
  });

  it('says that another process writes, serves on, and writes nothing', async () => {
    const { path, start } = await serveIn();
    const store = await openStore(`sqlite:${path}`);
    ends.push(() => store.close());
    await store.startRun('elsewhere');
    const { served, url } = await start();
    await logged(served, /"last":"busy"/);
    expect(served.stderr).toContain('STORE_BUSY');
    expect([await statusOf(url.replace('/graphql', '/healthz')), await statusOf(url.replace('/graphql', '/readyz'))]).toEqual([200, 503]);
    served.child.kill('SIGTERM');
    expect((await served.finished).status).toBe(0);
  });

  it('told to stop in the middle of a run keeps what was read, and the next one goes on from there', async () => {
    const { sample, path, start } = await serveIn({ faults: [{ at: /branch-restrictions/, after: 3, does: { delayMs: 60_000 } }] });
    const { served } = await start();
    while (sample.calls.filter((call) => call.includes('branch-restrictions')).length < 5)
      await new Promise((resolve) => setTimeout(resolve, 20));
    served.child.kill('SIGTERM');
    expect((await served.finished).status).toBe(0);
    expect(served.stderr).toContain('what was read is kept');
    const database = new DatabaseSync(path);
    const [row] = database.prepare('SELECT count(*) AS pages FROM page JOIN run ON run.id = page.run WHERE committed_at IS NULL').all();
    database.close();
    expect(Number(row?.['pages'])).toBeGreaterThan(10);
    sample.faults.length = 0;
    const again = await start();
    await logged(again.served, /"last":"committed"/);
    expect(sample.calls.filter((call) => call.includes('/2.0/workspaces/acme/members')).length).toBe(1);
  });

  it.each<[string[], RegExp]>([
    [['--ingest-every', '4m'], /--ingest-every is a time from 5m to 30d .*; got `4m`/],
    [['--ingest-every', '6'], /--ingest-every is a time/],
    [['--ingest-every', '6h', '--max-age', 'old'], /--max-age is a time from 0 to 30d/],
    [['--ingest-every', '6h', '--calls-per-hour', '0'], /--calls-per-hour/],
    [['--workspace', 'acme'], /of use only with --ingest-every/],
  ])('refuses %j before it serves', async (options, message) => {
    const env = { BITBUCKET_CLOUD_EMAIL: 'a@b.c', BITBUCKET_CLOUD_API_TOKEN: 'hush' };
    const { status, stdout, stderr } = await runMain(['serve', '--port', '0', ...options], { env });
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
  });

  it('needs a credential before it serves', async () => {
    const { status, stderr } = await runMain(['serve', '--port', '0', '--ingest-every', '6h']);
    expect([status, stderr]).toEqual([2, expect.stringContaining('error CONFIG: a credential must be set')]);
  });
});
