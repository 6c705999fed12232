/** The sample server, a real store in a folder of its own, and the connector between them. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { contentText, factId, type World } from '../../graph/fact.ts';
import { openStore } from '../../graph/store/open.ts';
import type { Store } from '../../graph/store/port.ts';
import { type CloudConfig, readCloudConfig } from '../../ingest/bitbucket-cloud/config.ts';
import { type SampleServer, type SampleServerOptions, startSampleServer } from '../../ingest/sample/server.ts';
import { copySampleWorkspace, type SampleWorkspace } from '../../ingest/sample/workspace.ts';
import { type SyncOptions, type SyncResult, syncBitbucketCloud } from '../../ingest/sync.ts';
import { FakeClock } from './support.ts';

export interface Sample {
  readonly server: SampleServer;
  readonly store: Store;
  readonly path: string;
  readonly clock: FakeClock;
  /** Reads the workspace; waits take no time. Throws what the sync throws. */
  sync(options?: Partial<SyncOptions>): Promise<SyncResult & { error?: never }>;
  close(): Promise<void>;
}

export type SampleSetting = SampleServerOptions & {
  readonly credential?: 'client-credentials' | 'api-token';
  /** Keeps the store in memory: for tests of many runs. */
  readonly inMemory?: boolean;
};

export async function openSample(setting: SampleSetting = {}): Promise<Sample> {
  const server = await startSampleServer(setting);
  const folder = mkdtempSync(join(tmpdir(), 'grantpath-sample-'));
  const path = setting.inMemory === true ? ':memory:' : join(folder, 'store.sqlite');
  const clock = new FakeClock();
  clock.at = Date.now();
  const store = await openStore(`sqlite:${path}`, { now: () => clock.at });
  return {
    server,
    store,
    path,
    clock,
    sync: async (options = {}) => {
      const config = configOf(server, setting.credential);
      const [result] = await syncBitbucketCloud({ store, config, workspaces: ['acme'], clock, ...options });
      if (result === undefined || 'error' in result) throw result?.error ?? new Error('no result');
      return result;
    },
    close: async () => {
      await store.close();
      await server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Small samples in memory that are closed after each test of the file. */
export function smallSamples(): (setting?: SampleSetting) => Promise<Sample> {
  const opened: Sample[] = [];
  afterEach(async () => {
    for (const sample of opened.splice(0)) await sample.close();
  });
  return async (setting = {}) => {
    const sample = await openSample({ workspace: smallWorkspace(), inMemory: true, ...setting });
    opened.push(sample);
    return sample;
  };
}

/** Three repositories of the sample with their projects, one of them public, one with the gap: enough for tests of many runs. */
export function smallWorkspace(): SampleWorkspace {
  const workspace = copySampleWorkspace();
  workspace.repositories = workspace.repositories.filter(({ slug }) => ['api', 'ledger', 'docs'].includes(slug));
  workspace.projects = workspace.projects.filter(({ key }) => ['WEB', 'PAY', 'OPEN'].includes(key));
  // Only a grant or a rule shows what a group confers on the workspace.
  workspace.projects.find(({ key }) => key === 'WEB')?.grants.push({ group: 'administrators', level: 'admin' });
  workspace.lagging = [];
  return workspace;
}

/** The settings as a user would write them into the environment. */
export function environmentOf(
  server: SampleServer,
  credential: SampleSetting['credential'] = 'client-credentials',
): Record<string, string> {
  const { url, authUrl, credentials } = server;
  return {
    BITBUCKET_CLOUD_URL: url,
    BITBUCKET_CLOUD_AUTH_URL: authUrl,
    ...(credential === 'api-token'
      ? { BITBUCKET_CLOUD_EMAIL: credentials.email, BITBUCKET_CLOUD_API_TOKEN: credentials.apiToken }
      : { BITBUCKET_CLOUD_CLIENT_ID: credentials.clientId, BITBUCKET_CLOUD_CLIENT_SECRET: credentials.clientSecret }),
  };
}

export function configOf(server: SampleServer, credential?: SampleSetting['credential']): CloudConfig {
  return readCloudConfig(environmentOf(server, credential));
}

/** Everything that a snapshot holds, the newest if left out: content by id, stale facts marked. */
export async function factsOf(store: Store, at?: number): Promise<Map<string, string>> {
  const occurrences = await Array.fromAsync(store.scanFacts(at ?? (await newestAt(store))));
  return new Map(occurrences.map(({ fact, stale }) => [factId(fact), `${contentText(fact)}${stale ? ' stale' : ''}`]));
}

/** 0 before the first snapshot. */
async function newestAt(store: Store): Promise<number> {
  return (await store.readSnapshotAt())?.at ?? 0;
}

/** Ids of the facts of the newest snapshot that look as given. */
export async function idsOf(store: Store, pattern: RegExp): Promise<string[]> {
  return [...(await factsOf(store)).keys()].filter((id) => pattern.test(id)).sort();
}

/** Gaps of the newest snapshot in references, `SCOPE HIDES WHAT REASON`. */
export async function gapsOf(store: Store): Promise<string[]> {
  const at = await newestAt(store);
  const gaps = (await store.readGaps(at)).map(({ fact }) => fact);
  const scopes = await store.readNodes([...new Set(gaps.map(({ scope }) => scope))], at);
  const nodes = new Map(scopes.map((node) => [node.key, node.ref]));
  return gaps.map(({ scope, hides, reason }) => `${nodes.get(scope) ?? scope} HIDES ${hides} ${reason}`).sort();
}

/** The newest snapshot as a world. */
export async function worldIn(store: Store): Promise<World> {
  const all = await Array.fromAsync(store.scanFacts(await newestAt(store)));
  return {
    nodes: all.flatMap(({ fact }) => (fact.type === 'node' ? [fact] : [])),
    edges: all.flatMap(({ fact, stale }) => (fact.type === 'edge' ? [{ ...fact, stale }] : [])),
    gaps: all.flatMap(({ fact }) => (fact.type === 'gap' ? [fact] : [])),
  };
}

/** The key of the node that a reference names alone. */
export async function keyOf(store: Store, ref: string): Promise<string> {
  const [node, ...others] = (await store.readNodesByRefs([ref], await newestAt(store))).get(ref) ?? [];
  if (node === undefined || others.length > 0) throw new Error(`${ref} names ${others.length + (node === undefined ? 0 : 1)} nodes`);
  return node.key;
}
