/**
 * Pages: every entry once, in order, of one snapshot; and what is refused.
 */
import { afterEach, describe, expect, it } from 'vitest';
import type { NodeKind } from '../../graph/model/node-kinds.ts';
import type { Page, PageRequest } from '../../queries/port.ts';
import { openStoreGrantpath } from '../../queries/store-grantpath.ts';
import { HOUR_MS, Opened } from './opened.ts';

const opened: Opened[] = [];

afterEach(async () => {
  for (const each of opened.splice(0)) await each.close();
});

const PEOPLE = ['ann', 'bob', 'cy', 'dee', 'eve', 'fay', 'gus'];

/** Seven writers of one repository, each alone and all in a group. */
function facts(people: readonly string[] = PEOPLE): string {
  return `
    workspace:acme CONTAINS project:acme/WEB
    project:acme/WEB CONTAINS repository:acme/api
    project:acme/WEB CONTAINS repository:acme/site
    workspace:acme CONTAINS group:acme/dev
    group:acme/dev HOLDS read ON project:acme/WEB
    repository:acme/site HIDES user-grants BECAUSE denied
    repository:acme/site HIDES rules BECAUSE denied
    group:acme/dev HIDES group-members BECAUSE failed
    ${people.map((name) => `user:${name} HOLDS write ON repository:acme/api\nuser:${name} MEMBER_OF group:acme/dev`).join('\n')}
  `;
}

async function setting() {
  const here = await Opened.make();
  opened.push(here);
  await here.commit(facts());
  return { here, grantpath: await here.open() };
}

async function readAll<T>(
  read: (request: PageRequest) => Promise<Page<T>>,
  first: number,
  between: (page: Page<T>) => Promise<void> = async () => {},
): Promise<{ nodes: T[]; pages: Page<T>[] }> {
  const pages: Page<T>[] = [];
  for (let after: string | null = null; ; ) {
    const page: Page<T> = await read({ first, after });
    pages.push(page);
    await between(page);
    if (!page.hasNextPage) break;
    after = page.edges.at(-1)?.cursor ?? null;
  }
  return { nodes: pages.flatMap(({ edges }) => edges.map(({ node }) => node)), pages };
}

const codeOf = async (work: Promise<unknown>) =>
  work.then(
    () => 'no error',
    (error: { code?: string }) => error.code,
  );

describe('pages', () => {
  it('of who can hold every entry once, in the order of one long page, whatever their size', async () => {
    const { grantpath } = await setting();
    const read = (request: PageRequest) => grantpath.whoCan('repository.write', 'repository:acme/api', request);
    const whole = await read({ first: 1000 });
    expect(whole.edges.map(({ node }) => node.identity.ref)).toEqual(PEOPLE.map((name) => `user:${name}`));
    for (const first of [1, 2, 3, 7]) {
      const { nodes, pages } = await readAll(read, first);
      expect(nodes.map(({ identity }) => identity.ref)).toEqual(whole.edges.map(({ node }) => node.identity.ref));
      expect(pages.length).toBe(Math.ceil(7 / first));
      for (const page of pages) expect(await page.totalCount()).toBe(7);
    }
  });

  it('of what can, of find, of gaps, of edges and of paths do so too', async () => {
    const { grantpath } = await setting();
    const reads: Record<string, (request: PageRequest) => Promise<Page<unknown>>> = {
      whatCan: (request) => grantpath.whatCan('user:ann', null, request),
      find: (request) => grantpath.find('acme', request),
      findKind: (request) => grantpath.find('', { ...request, kinds: ['User'] }),
      gaps: (request) => grantpath.gaps(request),
      edges: (request) => grantpath.edgesOf('group:acme/dev', 'to', request),
      edgesOfKind: (request) => grantpath.edgesOf('user:ann', 'from', { ...request, kinds: ['HOLDS'] }),
      edgesOfWord: (request) => grantpath.edgesOf('workspace:acme', 'from', { ...request, otherWords: ['project'] }),
      paths: (request) => grantpath.paths('user:ann', 'repository:acme/api', null, request),
      snapshots: (request) => grantpath.snapshots(request),
    };
    const sizes: Record<string, number> = {};
    for (const [name, read] of Object.entries(reads)) {
      const whole = await read({ first: 1000 });
      const { nodes } = await readAll(read, 1);
      expect(JSON.stringify(nodes), name).toBe(JSON.stringify(whole.edges.map(({ node }) => node)));
      expect(await whole.totalCount(), name).toBe(name === 'paths' ? null : whole.edges.length);
      sizes[name] = nodes.length;
    }
    expect(sizes).toEqual({ whatCan: 3, find: 5, findKind: 7, gaps: 3, edges: 8, edgesOfKind: 1, edgesOfWord: 1, paths: 2, snapshots: 1 });
  });

  it('of snapshots count them all', async () => {
    const { here, grantpath } = await setting();
    await here.commit(facts(), 'test/second');
    await here.commit(facts(), 'test/third');
    const page = await grantpath.snapshots({ first: 1 });
    expect([page.edges[0]?.node.connector, page.hasNextPage, await page.totalCount()]).toEqual(['test/third', true, 3]);
  });

  it('of edges read of the store what they show, and all only to count', async () => {
    const { here } = await setting();
    const read: number[] = [];
    const readEdgesOf = here.store.readEdgesOf.bind(here.store);
    here.store.readEdgesOf = (query) => {
      read.push(query.first);
      return readEdgesOf(query);
    };
    const grantpath = await openStoreGrantpath({ store: here.store, pollMs: 0, now: here.clock.now });
    const page = await grantpath.edgesOf('group:acme/dev', 'to', { first: 2 });
    const next = await grantpath.edgesOf('group:acme/dev', 'to', { first: 2, after: page.edges.at(-1)?.cursor ?? '' });
    expect([page.edges.length, next.edges.length, read]).toEqual([2, 2, [3, 3]]);
    expect([await page.totalCount(), read.length]).toEqual([8, 3]);
  });

  it('stay with their snapshot when another is committed between them', async () => {
    const { here, grantpath } = await setting();
    const first = await grantpath.whoCan('repository.write', 'repository:acme/api', { first: 3 });
    here.clock.at += HOUR_MS;
    await here.commit(facts(['zoe']));
    const fresh = await here.open();
    for (const asked of [grantpath, fresh]) {
      const second = await asked.whoCan('repository.write', 'repository:acme/api', { first: 3, after: first.edges[2]?.cursor ?? '' });
      expect(second.edges.map(({ node }) => node.identity.ref)).toEqual(['user:dee', 'user:eve', 'user:fay']);
      expect(second.snapshot).toEqual(first.snapshot);
    }
    expect((await fresh.whoCan('repository.write', 'repository:acme/api')).edges.map(({ node }) => node.identity.ref)).toEqual([
      'user:zoe',
    ]);
    const found = await grantpath.find('', { kinds: ['User'], first: 2 });
    const rest = await fresh.find('', { kinds: ['User'], first: 100, after: found.edges[1]?.cursor ?? '' });
    expect(rest.edges.map(({ node }) => node.ref)).toEqual(PEOPLE.slice(2).map((name) => `user:${name}`));
  });

  it('stay with the instant at which expiry was evaluated', async () => {
    const { here } = await setting();
    await here.commit(`${facts()}
      token:acme/api#a IS AccessToken expiresAt=2026-03-01T12:30:00Z
      token:acme/api#b IS AccessToken expiresAt=2026-03-01T12:30:00Z
      token:acme/api#a HOLDS write ON repository:acme/api
      token:acme/api#b HOLDS write ON repository:acme/api
      token:acme/api#a HAS_SCOPE scope:repository:write
      token:acme/api#b HAS_SCOPE scope:repository:write`);
    const grantpath = await here.open();
    const kinds = ['AccessToken'] as const;
    const first = await grantpath.whoCan('repository.write', 'repository:acme/api', { kinds, first: 1 });
    here.clock.at += HOUR_MS;
    const second = await grantpath.whoCan('repository.write', 'repository:acme/api', {
      kinds,
      first: 1,
      after: first.edges[0]?.cursor ?? '',
    });
    expect([first, second].map(({ edges }) => edges.map(({ node }) => node.identity.ref))).toEqual([
      ['token:acme/api#a'],
      ['token:acme/api#b'],
    ]);
    expect(await (await grantpath.whoCan('repository.write', 'repository:acme/api', { kinds })).totalCount()).toBe(0);
  });

  it('of snapshots go back in time, newest first, and do not shift when one is committed', async () => {
    const { here } = await setting();
    for (let hour = 0; hour < 4; hour++) {
      here.clock.at += HOUR_MS;
      await here.commit(facts(PEOPLE.slice(hour)));
    }
    const grantpath = await here.open();
    const whole = await grantpath.snapshots();
    expect(whole.edges.map(({ node }) => node.at)).toEqual(
      [4, 3, 2, 1, 0].map((hour) => Date.parse('2026-03-01T12:00:00Z') + hour * HOUR_MS),
    );
    const { nodes } = await readAll(
      (request) => grantpath.snapshots(request),
      2,
      async () => {
        here.clock.at += HOUR_MS;
        await here.commit(facts());
      },
    );
    expect(nodes.map(({ id }) => id)).toEqual(whole.edges.map(({ node }) => node.id));
  });
});

describe('a cursor', () => {
  it('is refused by another question, another time, another store, and where it is none', async () => {
    const { here, grantpath } = await setting();
    const page = await grantpath.whoCan('repository.write', 'repository:acme/api', { first: 1 });
    const after = page.edges[0]?.cursor ?? '';
    expect(await codeOf(grantpath.whoCan('repository.write', 'repository:acme/api', { after }))).toBe('no error');
    expect(await codeOf(grantpath.whoCan('repository.read', 'repository:acme/api', { after }))).toBe('CURSOR');
    expect(await codeOf(grantpath.whoCan('repository.write', 'repository:acme/api', { after, kinds: ['User'] }))).toBe('CURSOR');
    expect(await codeOf(grantpath.whoCan('repository.write', 'repository:acme/api', { after, includeUnknown: true }))).toBe('CURSOR');
    expect(await codeOf(grantpath.whoCan('repository.write', 'repository:acme/api', { after, at: here.clock.at }))).toBe('CURSOR');
    expect(await codeOf(grantpath.whatCan('user:ann', null, { after }))).toBe('CURSOR');
    expect(await codeOf(grantpath.gaps({ after: 'xyz' }))).toBe('CURSOR');
    expect(await codeOf(grantpath.gaps({ after: 'x'.repeat(10_000_000) }))).toBe('CURSOR');
    const other = await setting();
    await other.here.commit(facts());
    expect(await codeOf(other.grantpath.whoCan('repository.write', 'repository:acme/api', { after }))).toBe('CURSOR');
  });

  it('that was forged reads no state that never was', async () => {
    const { grantpath } = await setting();
    const page = await grantpath.whoCan('repository.write', 'repository:acme/api', { first: 1 });
    const parts = JSON.parse(Buffer.from(page.edges[0]?.cursor ?? '', 'base64url').toString()) as unknown[];
    const forged = (index: number, value: unknown) => Buffer.from(JSON.stringify(parts.with(index, value))).toString('base64url');
    for (const [index, value] of [
      [2, 'another-run'],
      [3, 1],
      [3, 1e300],
      [5, 'user:ann'],
      [5, ['a', 'b']],
      [5, -1],
    ] as const) {
      expect(await codeOf(grantpath.whoCan('repository.write', 'repository:acme/api', { after: forged(index, value) })), `${index}`).toBe(
        'CURSOR',
      );
    }
    const beyond = await grantpath.whoCan('repository.write', 'repository:acme/api', { after: forged(5, 10_000) });
    expect([beyond.edges.length, beyond.hasNextPage]).toEqual([0, false]);
  });
});

describe('limits', () => {
  it('of pages and of texts are told', async () => {
    const { grantpath } = await setting();
    for (const first of [-1, 1001, 1.5, Number.NaN]) expect(await codeOf(grantpath.gaps({ first }))).toBe('LIMIT');
    expect((await grantpath.gaps({ first: 0 })).edges).toEqual([]);
    expect(await codeOf(grantpath.find('x'.repeat(200_000)))).toBe('LIMIT');
  });

  it('a signal that has fired stops a list', async () => {
    const { grantpath } = await setting();
    const signal = AbortSignal.abort(Object.assign(new Error('stopped'), { code: 'TIMEOUT' }));
    expect(await codeOf(grantpath.whoCan('repository.write', 'repository:acme/api', { signal }))).toBe('TIMEOUT');
    expect(await codeOf(grantpath.find('', { signal }))).toBe('TIMEOUT');
  });
});

describe('completeness', () => {
  it('of a list names the gaps that could lengthen it, and no others', async () => {
    const { grantpath } = await setting();
    const hides = async (page: Page<unknown>) => (await page.gaps()).map((gap) => gap.hides);
    const links = (key: string, end: 'from' | 'to', kind: 'HOLDS' | 'MEMBER_OF' | 'RESTRICTS') =>
      grantpath.edgesOf(key, end, { kinds: [kind] });
    expect(await hides(await links('repository:acme/site', 'to', 'HOLDS'))).toEqual(['rules', 'user-grants']);
    expect(await hides(await links('repository:acme/api', 'to', 'HOLDS'))).toEqual([]);
    expect(await hides(await links('user:ann', 'from', 'HOLDS'))).toEqual(['user-grants']);
    expect(await hides(await links('group:acme/dev', 'from', 'HOLDS'))).toEqual([]);
    expect(await hides(await links('group:acme/dev', 'to', 'MEMBER_OF'))).toEqual(['group-members']);
    expect((await links('repository:acme/api', 'to', 'HOLDS')).complete).toBe(true);
    expect((await links('user:ann', 'from', 'HOLDS')).complete).toBe(false);
    expect((await grantpath.find('')).complete).toBe(true);
  });

  it('does not hang on what the list could not hold: unread variables shorten lists of variables alone', async () => {
    const here = await Opened.make();
    opened.push(here);
    await here.commit(`
      workspace:acme CONTAINS repository:acme/api
      user:ann HOLDS admin ON repository:acme/api
      repository:acme/api HIDES variables BECAUSE denied
      repository:acme/api HIDES deploy-keys BECAUSE denied`);
    const grantpath = await here.open();
    const found = async (...kinds: NodeKind[]) => (await grantpath.find('', kinds.length === 0 ? {} : { kinds })).complete;
    expect(await Promise.all([found(), found('Variable'), found('Runner'), found('DeployKey'), found('User')])).toEqual([
      false,
      false,
      true,
      false,
      true,
    ]);
    const links = async (end: 'from' | 'to', kind: 'HOLDS' | 'CONTAINS') =>
      (await (await grantpath.edgesOf('repository:acme/api', end, { kinds: [kind] })).gaps()).map(({ hides }) => hides);
    expect(await links('to', 'HOLDS')).toEqual(['deploy-keys']);
    expect(await links('from', 'CONTAINS')).toEqual(['deploy-keys', 'variables']);
    const who = async (action: 'repository.read' | 'repository.admin', kinds?: NodeKind[]) =>
      (await grantpath.whoCan(action, 'repository:acme/api', kinds === undefined ? {} : { kinds })).complete;
    expect(await Promise.all([who('repository.read'), who('repository.read', ['User']), who('repository.admin')])).toEqual([
      false,
      true,
      true,
    ]);
  });
});
