/**
 * The library entry: what its documentation shows, and what it refuses.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfig, SETTINGS } from '../config.ts';
import { parseWorld } from '../graph/notation.ts';
import { check, checks, type Grantpath, open, whatCan, whoCan } from '../index.ts';
import { readCloudConfig } from '../ingest/bitbucket-cloud/config.ts';
import { temporaryFolder } from './cli/spawned.ts';
import { runMain } from './support/run-main.ts';
import { type WorldStore, writeWorldStore } from './support/world-store.ts';

let written: WorldStore;

beforeAll(async () => {
  written = await writeWorldStore(
    parseWorld(`
      workspace:acme CONTAINS project:acme/WEB
      project:acme/WEB CONTAINS repository:acme/api
      workspace:acme CONTAINS group:acme/developers
      user:evan MEMBER_OF group:acme/developers
      group:acme/developers HOLDS write ON project:acme/WEB`),
  );
});

afterAll(() => written.remove());

describe('the library', () => {
  it('opens a store, answers with proof, lists and closes, as its documentation shows', async () => {
    const grantpath: Grantpath = await open({ store: written.url });
    const answer = await grantpath.check({ identity: 'user:evan', action: 'branch.push', resource: 'branch:acme/api#main' });
    expect([answer.verdict, (await answer.proofs(3)).length]).toEqual(['ALLOW', 1]);
    expect(await answer.reason()).toMatch(/^user:evan holds write on project:acme\/WEB through group:acme\/developers/);
    const writers = await grantpath.whoCan('repository.write', 'repository:acme/api', { first: 50 });
    expect(writers.edges.map(({ node }) => node.identity.ref)).toEqual(['group:acme/developers', 'user:evan']);
    await grantpath.close();
    // The example of the file's header names what is there.
    const header = readFileSync(new URL('../index.ts', import.meta.url), 'utf8');
    for (const used of [
      'open({ store:',
      'grantpath.check({',
      'await answer.reason()',
      'await answer.proofs(',
      'grantpath.whoCan(',
      'node.identity.ref',
      'grantpath.close()',
    ])
      expect(header).toContain(used);
  });

  it('has its questions as functions too', async () => {
    const grantpath = await open({ store: written.url });
    const question = { identity: 'user:evan', action: 'repository.write', resource: 'repository:acme/api' } as const;
    expect((await check(grantpath, question)).verdict).toBe('ALLOW');
    expect((await checks(grantpath, [question, question])).length).toBe(2);
    expect(await (await whoCan(grantpath, 'repository.write', 'repository:acme/api')).totalCount()).toBe(2);
    expect(await (await whatCan(grantpath, 'user:evan')).totalCount()).toBe(2);
    await grantpath.close();
  });

  it('makes a store only when it is told to', async () => {
    const folder = temporaryFolder();
    const path = join(folder.path, 'deep', 'store.sqlite');
    await expect(open({ store: `sqlite:${path}` })).rejects.toMatchObject({ code: 'STORE_EMPTY' });
    expect(existsSync(path)).toBe(false);
    const grantpath = await open({ store: `sqlite:${path}`, create: true });
    expect(grantpath.ready()).toBe(false);
    await expect(grantpath.whatCan('user:evan')).rejects.toMatchObject({
      code: 'STORE_EMPTY',
      remedy: expect.stringContaining('grantpath ingest') as string,
    });
    await grantpath.close();
    folder.remove();
  });

  it('refuses an address that no store answers to, and the store of another tenant', async () => {
    await expect(open({ store: 'redis://x' })).rejects.toMatchObject({ code: 'CONFIG' });
    await expect(open({ store: written.url, tenant: 'other' })).rejects.toMatchObject({ code: 'CONFIG' });
  });
});

describe('the environment', () => {
  it('has the defaults of its table', () => {
    expect(readConfig({})).toEqual({
      store: 'sqlite:.grantpath/store.sqlite',
      neo4j: {},
      tenant: 'default',
      host: '127.0.0.1',
      port: 4000,
    });
    expect(
      readConfig({
        GRANTPATH_STORE: ' sqlite:x ',
        GRANTPATH_PORT: '0',
        GRANTPATH_HOST: '::1',
        GRANTPATH_PUBLIC_URL: 'https://pdp.example.com/',
      }),
    ).toMatchObject({
      publicUrl: 'https://pdp.example.com',
      store: 'sqlite:x',
      port: 0,
      host: '::1',
    });
    const standard = (name: string) => SETTINGS.find((row) => row.name === name)?.default;
    const { base, auth } = readCloudConfig({ BITBUCKET_CLOUD_EMAIL: 'a@b.c', BITBUCKET_CLOUD_API_TOKEN: 'x' });
    expect([base.origin + base.prefix, auth.origin + auth.prefix]).toEqual([
      standard('BITBUCKET_CLOUD_URL'),
      standard('BITBUCKET_CLOUD_AUTH_URL'),
    ]);
  });

  it('is refused by name where it cannot be used', () => {
    for (const [name, value] of [
      ['GRANTPATH_PORT', '65536'],
      ['GRANTPATH_PORT', '40 00'],
      ['GRANTPATH_PORT', '-1'],
      ['GRANTPATH_HOST', 'http://x'],
      ['GRANTPATH_TENANT', 'a/b'],
      ['GRANTPATH_PUBLIC_URL', 'pdp.example.com'],
      ['GRANTPATH_PUBLIC_URL', 'https://user:secret@pdp.example.com'],
      ['GRANTPATH_PUBLIC_URL', 'https://pdp.example.com/?tenant=1'],
    ] as const)
      expect(() => readConfig({ [name]: value }), value).toThrow(
        expect.objectContaining({ code: 'CONFIG', details: { option: name } }) as Error,
      );
  });

  it('has how Neo4j is entered: without a user there is no authentication, and a password stays as it is', () => {
    const GRANTPATH_STORE = 'neo4j+s://db.example.com:7687';
    expect(readConfig({ GRANTPATH_STORE, NEO4J_USER: ' ', NEO4J_PASSWORD: '', NEO4J_DATABASE: '' }).neo4j).toEqual({});
    expect(readConfig({ GRANTPATH_STORE, NEO4J_USER: 'reader', NEO4J_PASSWORD: ' a b ', NEO4J_DATABASE: 'acme' })).toMatchObject({
      store: GRANTPATH_STORE,
      neo4j: { user: 'reader', password: ' a b ', database: 'acme' },
    });
  });

  it('leaves an address to the store that answers to it, however it was named', () => {
    for (const address of ['neo4j://db', 'neo4j+s://db.example.com:7687', 'bolt+ssc://[::1]:7687', 'sqlite:a@b.sqlite', 'redis://x']) {
      expect(readConfig({ GRANTPATH_STORE: address }).store).toBe(address);
      expect(readConfig({ GRANTPATH_STORE: 'sqlite:x' }, { address, option: '--store' }).store).toBe(address);
    }
  });

  it.each([
    'neo4j://reader:hunter2@db:7687',
    'neo4j+s://reader:hun#ter2@db',
    'bolt://:hunter2@db',
    'BOLT+SSC://reader:hunter2@db',
    'bolt:reader:hunter2@db',
  ])('refuses %s, which has a password in it, by name, and repeats nothing of it', async (address) => {
    const message = expect.stringMatching(/^[^@]*set NEO4J_USER and NEO4J_PASSWORD instead$/) as string;
    for (const [read, option] of [
      [() => readConfig({ GRANTPATH_STORE: address }), 'GRANTPATH_STORE'],
      [() => readConfig({}, { address, option: '--store' }), '--store'],
    ] as const)
      expect(read).toThrow(expect.objectContaining({ code: 'CONFIG', details: { option }, message }) as Error);
    await expect(open({ store: address })).rejects.toMatchObject({ code: 'CONFIG', message });
    const asked = await runMain(['check', 'user:a', 'repository.read', 'repository:a/b', '--store', address, '--json']);
    expect([asked.status, asked.stdout.includes('--store must be')]).toEqual([2, true]);
    expect(`${asked.stdout}${asked.stderr}`).not.toMatch(/ter2/);
  });

  it('lists each variable once, and marks secrets', () => {
    expect(new Set(SETTINGS.map(({ name }) => name)).size).toBe(SETTINGS.length);
    expect(SETTINGS.filter(({ secret }) => secret).map(({ name }) => name)).toEqual([
      'NEO4J_PASSWORD',
      'BITBUCKET_CLOUD_CLIENT_SECRET',
      'BITBUCKET_CLOUD_API_TOKEN',
      'ATLASSIAN_ORG_API_KEY',
    ]);
    for (const row of SETTINGS) if (row.secret) expect(row.default).toBeNull();
  });
});
