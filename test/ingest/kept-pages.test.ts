/** Pages are kept before they are understood: facts are made of them again, without the network. */
import { DatabaseSync } from 'node:sqlite';
import { inflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { contentText, factId } from '../../graph/fact.ts';
import type { KeptPage, Run, Store } from '../../graph/store/port.ts';
import { rebuildFacts } from '../../ingest/bitbucket-cloud/facts.ts';
import { syncBitbucketCloud } from '../../ingest/sync.ts';
import { worldOf } from './compare.ts';
import { configOf, factsOf, openSample, type Sample } from './sample.ts';

/** Syncs and gives back what the run kept. */
async function pagesOfSync(sample: Sample): Promise<KeptPage[]> {
  const runs: Run[] = [];
  const store = new Proxy(sample.store, {
    get: (target, name) => {
      const value = Reflect.get(target, name, target) as unknown;
      if (name === 'startRun')
        return async (connector: string) => {
          const run = await target.startRun(connector);
          runs.push(run);
          return run;
        };
      return typeof value === 'function' ? value.bind(target) : value;
    },
  }) as Store;
  await syncBitbucketCloud({ store, config: configOf(sample.server), workspaces: ['acme'], clock: sample.clock });
  return (await Array.fromAsync(runs, (run) => Array.fromAsync(run.pages()))).flat();
}

function contents(pages: Iterable<KeptPage>): Map<string, string> {
  const { nodes, edges, gaps } = worldOf(rebuildFacts(pages).facts.map(({ fact }) => fact));
  return new Map([...nodes, ...edges, ...gaps].map((fact) => [factId(fact), contentText(fact)]));
}

describe('kept pages', () => {
  it('give the facts of the run again, in any order and without the upstream', async () => {
    const sample = await openSample({ pageLengthMax: 7 });
    try {
      const pages = await pagesOfSync(sample);
      await sample.server.close();
      const stored = new Map([...(await factsOf(sample.store))].sort());
      expect(new Map([...contents(pages)].sort())).toEqual(stored);
      expect(new Map([...contents(pages.toReversed())].sort())).toEqual(stored);
      expect(pages.length).toBe(sample.server.calls.filter((call) => call.startsWith('GET')).length);
    } finally {
      await sample.close();
    }
  });

  it('are compressed, and hold nothing that no decoder reads', async () => {
    const sample = await openSample();
    try {
      await sample.sync();
      const database = new DatabaseSync(sample.path, { readOnly: true });
      const rows = database.prepare('SELECT body FROM page').all() as { body: Uint8Array }[];
      database.close();
      const bodies = rows.map(({ body }) => inflateRawSync(body).toString('utf8'));
      const packed = rows.reduce((sum, { body }) => sum + body.length, 0);
      const plain = bodies.reduce((sum, body) => sum + body.length, 0);
      expect(plain / packed).toBeGreaterThan(3);
      expect(bodies.join('')).toContain('Marcus Bell');
      expect(bodies.join('')).not.toMatch(/"(links|href|avatar|description|username|comment|resource_uri)":/);
    } finally {
      await sample.close();
    }
  });
});
