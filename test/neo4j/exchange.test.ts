/** From SQLite to Neo4j and back by export and import: the file is the same, byte for byte, and so is what the stores hold. */
import { expect, it, onTestFinished } from 'vitest';
import { contentText } from '../../graph/fact.ts';
import { openNeo4jStore } from '../../graph/store/neo4j.ts';
import { openStore } from '../../graph/store/open.ts';
import type { SnapshotInfo, Store } from '../../graph/store/port.ts';
import { readCloudConfig } from '../../ingest/bitbucket-cloud/config.ts';
import { syncBitbucketCloud } from '../../ingest/sync.ts';
import { exportText, freshPath, importText } from '../exchange/files.ts';
import { RECORDED, replay } from '../ingest/replay.ts';
import { openSample } from '../ingest/sample.ts';
import { FakeClock } from '../ingest/support.ts';
import { commitWorld } from '../support/commit-world.ts';
import { Dice, seededSource } from '../twin/dice.ts';
import { generateWorld } from '../twin/generate-world.ts';
import { describeOnNeo4j, freshTenant } from './shared-server.ts';

const LONG = process.env['GRANTPATH_TEST_LONG'] === '1';
const SEEDS = Array.from({ length: LONG ? 20 : 2 }, (_, at) => 20261124 + at);
/** Words without a row are what no connector states and no import takes. */
const WITHOUT_ROW: ReadonlySet<string> = new Set(['triage', 'mystery_kind']);
const TIMEOUT = { timeout: 240_000 };

describeOnNeo4j('export and import between SQLite and Neo4j', (server) => {
  const closing = (store: Store): Store => {
    onTestFinished(() => store.close());
    return store;
  };
  const openNeo4j = async () => closing(await openNeo4jStore({ ...server, tenant: freshTenant() }));
  const openSqlite = async () => closing(await openStore(`sqlite:${freshPath('.sqlite')}`));

  async function contentOf(store: Store): Promise<string[]> {
    const { at } = (await store.readSnapshotAt()) as SnapshotInfo;
    return (await Array.fromAsync(store.scanFacts(at))).map(({ fact, stale }) => `${contentText(fact)} ${stale}`);
  }

  /** There and back: returns how many lines the file has. */
  async function expectRoundTrip(origin: Store): Promise<number> {
    const [text, facts] = [await exportText(origin), await contentOf(origin)];
    const [there, back] = [await openNeo4j(), await openSqlite()];
    await importText(there, text, 'copy');
    expect(await contentOf(there)).toEqual(facts);
    expect(await exportText(there)).toBe(text);
    await importText(back, await exportText(there), 'another-name');
    expect(await contentOf(back)).toEqual(facts);
    expect(await exportText(back)).toBe(text);
    return text.split('\n').length;
  }

  it('of the sample workspace, with a listing that was refused the second time', TIMEOUT, async () => {
    const sample = await openSample();
    onTestFinished(() => sample.close());
    await sample.sync();
    sample.server.faults.push({ at: /members/, does: { answer: 403 } });
    sample.clock.at += 3_600_000;
    await sample.sync();
    expect(await exportText(sample.store)).toContain('"stale":true');
    expect(await expectRoundTrip(sample.store)).toBeGreaterThan(700);
  });

  it.skipIf(!RECORDED)('of a recorded workspace (skipped when ../shared/data/recordings is absent)', TIMEOUT, async () => {
    const upstream = await replay('fetch-repo-');
    onTestFinished(() => upstream.close());
    const config = readCloudConfig({
      BITBUCKET_CLOUD_URL: `${upstream.url}/api`,
      BITBUCKET_CLOUD_AUTH_URL: `${upstream.url}/site/oauth2/access_token`,
      BITBUCKET_CLOUD_CLIENT_ID: 'id',
      BITBUCKET_CLOUD_CLIENT_SECRET: 'secret',
    });
    const origin = await openSqlite();
    await syncBitbucketCloud({ store: origin, config, workspaces: ['ExampleJ1Workspace'], clock: new FakeClock() });
    expect(await expectRoundTrip(origin)).toBeGreaterThan(20);
  });

  it.each(SEEDS)('of the random world of seed %i', TIMEOUT, async (seed) => {
    const world = generateWorld(new Dice(seededSource(seed)));
    const origin = await openSqlite();
    await commitWorld(origin, { ...world, edges: world.edges.filter(({ word }) => !WITHOUT_ROW.has(word)) });
    expect(await expectRoundTrip(origin)).toBeGreaterThan(20);
  });
});
