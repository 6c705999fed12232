/**
 * What is renamed, moved, deleted and made again between two runs: the store says what is true after each, keys stay what they
 * are, the past keeps its names, and nobody keeps a grant that is gone. Compared with a store that never saw the time before.
 */
import { describe, expect, it, onTestFinished } from 'vitest';
import { openStore } from '../../graph/store/open.ts';
import type { Store } from '../../graph/store/port.ts';
import { type SyncOptions, syncBitbucketCloud } from '../../ingest/sync.ts';
import type { Grantpath } from '../../queries/port.ts';
import { openStoreGrantpath } from '../../queries/store-grantpath.ts';
import { type Answers, acmeAnswers, acmeConfig, PROJECT_PATH, REPO_PATH, serveAcme } from './acme.ts';
import { account, group } from './pages.ts';
import { factsOf } from './sample.ts';
import { FakeClock, json } from './support.ts';

interface Project {
  readonly uuid: string;
  readonly key: string;
  readonly users: Readonly<Record<string, string>>;
}
interface Repository {
  readonly uuid: string;
  readonly slug: string;
  readonly project: string;
  readonly users: Readonly<Record<string, string>>;
  readonly groups: Readonly<Record<string, string>>;
}

/** What a test changes between two runs. */
interface Site {
  slug: string;
  /** Members by the name that their uuid is made of; their nickname. */
  people: Record<string, string>;
  groups: Record<string, readonly string[]>;
  projects: readonly Project[];
  repositories: readonly Repository[];
}

const WEB: Project = { uuid: '{web}', key: 'WEB', users: { dot: 'write' } };
const PAY: Project = { uuid: '{pay}', key: 'PAY', users: { eve: 'write' } };
const API: Repository = { uuid: '{api}', slug: 'api', project: 'WEB', users: { bob: 'write' }, groups: { developers: 'read' } };

const site = (): Site => ({
  slug: 'acme',
  people: { ann: 'ann', bob: 'bob', cid: 'cid', dot: 'dot', eve: 'eve' },
  groups: { developers: ['cid'] },
  projects: [WEB, PAY],
  repositories: [API, { ...API, uuid: '{docs}', slug: 'docs', users: {}, groups: {} }],
});

/** The bodies of all paths. What a workspace of the other tests has not is empty here too. */
function answersOf({ slug, people, groups, projects, repositories }: Site): Answers {
  const person = (name: string) => account(name, { nickname: people[name] ?? name });
  const projectOf = (key: string) => projects.find((each) => each.key === key);
  const shown = ({ uuid, slug: name, project }: Repository) => ({
    uuid,
    full_name: `${slug}/${name}`,
    name,
    is_private: true,
    mainbranch: { type: 'branch', name: 'main' },
    project: { uuid: projectOf(project)?.uuid, key: project, name: project },
  });
  const users = (grants: Readonly<Record<string, string>>) =>
    Object.entries(grants).map(([name, permission]) => ({ permission, user: person(name) }));
  const own: Record<string, unknown[] | object> = {
    '/2.0/user/workspaces': [{ administrator: true, workspace: { slug, uuid: '{acme}' } }],
    [`/2.0/workspaces/${slug}`]: { type: 'workspace', uuid: '{acme}', slug, name: 'Acme' },
    [`/2.0/workspaces/${slug}/members`]: Object.keys(people).map((name) => ({ user: person(name) })),
    [`/2.0/workspaces/${slug}/permissions`]: Object.keys(people).map((name) => ({
      permission: name === 'ann' ? 'owner' : 'member',
      user: person(name),
    })),
    [`/2.0/workspaces/${slug}/permissions/repositories`]: [],
    [`/2.0/workspaces/${slug}/projects`]: projects.map(({ uuid, key }) => ({ uuid, key, name: key, is_private: true })),
    [`/2.0/repositories/${slug}`]: repositories.map(shown),
  };
  for (const { key, users: granted } of projects) {
    own[`/2.0/workspaces/${slug}/projects/${key}/permissions-config/users`] = users(granted);
    own[`/2.0/workspaces/${slug}/projects/${key}/permissions-config/groups`] = [];
  }
  for (const { uuid, users: granted, groups: held } of repositories) {
    own[`/2.0/repositories/${slug}/${uuid}/permissions-config/users`] = users(granted);
    own[`/2.0/repositories/${slug}/${uuid}/permissions-config/groups`] = Object.entries(held).map(([name, permission]) => ({
      permission,
      group: group(name),
    }));
    own[`/2.0/repositories/${slug}/${uuid}/branch-restrictions`] = [];
  }
  const answers: Answers = new Map();
  const rename = (path: string) => path.replace(/^(\/[12]\.0\/\w+)\/acme(?=\/|$)/, `$1/${slug}`);
  for (const [path, answer] of acmeAnswers()) {
    const copies = path.startsWith(REPO_PATH)
      ? repositories.map(({ uuid }) => path.replace('{api}', uuid))
      : path.startsWith(PROJECT_PATH)
        ? projects.map(({ key }) => path.replace('/WEB', `/${key}`))
        : [path];
    for (const copy of copies) answers.set(rename(copy), answer);
  }
  answers.set(`/1.0/groups/${slug}`, (_, response) =>
    json(
      response,
      Object.entries(groups).map(([name, members]) => ({ slug: name, name: name.toUpperCase(), members: members.map(person) })),
    ),
  );
  for (const [path, answer] of Object.entries(own)) answers.set(path, answer);
  return answers;
}

interface Here {
  readonly site: Site;
  readonly store: Store;
  readonly clock: FakeClock;
  /** Reads the workspace as the site is now, an hour after the last time; the instant of its snapshot. */
  read(options?: Partial<SyncOptions>): Promise<number>;
  ask(): Promise<Grantpath>;
  /** Facts that differ from those of a store that reads the site as it is now for the first time. */
  strange(): Promise<string[]>;
}

async function openHere(): Promise<Here> {
  const here = site();
  const answers: Answers = new Map();
  const upstream = await serveAcme(answers);
  const clock = new FakeClock();
  clock.at = Date.now();
  const store = await openStore('sqlite::memory:', { now: () => clock.at });
  onTestFinished(async () => {
    await store.close();
    await upstream.close();
  });
  const readInto = async (into: Store, options: Partial<SyncOptions> = {}) => {
    answers.clear();
    for (const [path, answer] of answersOf(here)) answers.set(path, answer);
    const config = acmeConfig(upstream);
    const [result] = await syncBitbucketCloud({ store: into, config, workspaces: [here.slug], clock, ...options });
    if (result === undefined || 'error' in result) throw result?.error ?? new Error('no result');
    return result.snapshot.at;
  };
  return {
    site: here,
    store,
    clock,
    read: async (options) => {
      clock.at += 3_600_000;
      return await readInto(store, options);
    },
    ask: async () => {
      const grantpath = await openStoreGrantpath({ store, pollMs: 0, now: () => clock.at });
      return grantpath;
    },
    strange: async () => {
      const fresh = await openStore('sqlite::memory:', { now: () => clock.at });
      try {
        await readInto(fresh);
        const [found, truth] = [await factsOf(store), await factsOf(fresh)];
        const ids = [...new Set([...found.keys(), ...truth.keys()])];
        return ids.filter((id) => found.get(id) !== truth.get(id)).sort();
      } finally {
        await fresh.close();
      }
    },
  };
}

const verdict = async (grantpath: Grantpath, identity: string, resource: string, at?: number) =>
  (await grantpath.check({ identity, action: 'repository.write', resource }, { at })).verdict;
const changesOf = async (grantpath: Grantpath, from: number, to: number) => {
  const SIGN = { appeared: '+', vanished: '-', changed: '~' } as const;
  return (await grantpath.changes(from, to)).edges.map(({ node }) => `${SIGN[node.turn]} ${node.text}`);
};

describe('between two runs', () => {
  it('nothing: nothing changes', async () => {
    const { read, ask, strange } = await openHere();
    const [before, after] = [await read(), await read()];
    expect(await strange()).toEqual([]);
    expect(await changesOf(await ask(), before, after)).toEqual([]);
  });

  it('a workspace is renamed: it is the same one under its new name, asked for by slug or by uuid, and the past keeps the old', async () => {
    const { site: here, store, read, ask, strange } = await openHere();
    const before = await read();
    here.slug = 'zenith';
    const after = await read();
    expect(await strange()).toEqual([]);
    const grantpath = await ask();
    expect(await verdict(grantpath, 'user:bob', 'repository:zenith/api')).toBe('ALLOW');
    expect(await verdict(grantpath, 'user:bob', 'repository:acme/api', before)).toBe('ALLOW');
    // Keys are of uuids: they name the same through all of it.
    expect(await verdict(grantpath, 'user:{bob}', 'repository:{api}')).toBe('ALLOW');
    await expect(verdict(grantpath, 'user:bob', 'repository:acme/api')).rejects.toMatchObject({
      code: 'REFERENCE_UNKNOWN',
      message: expect.stringContaining('`repository:zenith/api`'),
    });
    const told = await changesOf(grantpath, before, after);
    expect(told).toContain('~ workspace:zenith IS Workspace: ref workspace:acme -> workspace:zenith');
    expect(told.filter((text) => !text.startsWith('~'))).toEqual([]);
    expect((await store.readSnapshots()).map(({ connector }) => connector)).toEqual(['bitbucket-cloud/{acme}', 'bitbucket-cloud/{acme}']);
  });

  it('a workspace is renamed: the old slug is an error that names the new one, and nothing is written', async () => {
    const { site: here, store, read } = await openHere();
    const before = await read();
    here.slug = 'zenith';
    await expect(read({ workspaces: ['acme'] })).rejects.toMatchObject({
      code: 'UPSTREAM_MISSING',
      message: expect.stringContaining('it sees `zenith`'),
    });
    expect((await store.readSnapshotAt())?.at).toBe(before);
  });

  it('a repository is renamed, and moved to another project: what it inherits follows, at once', async () => {
    const { site: here, read, ask, strange } = await openHere();
    const before = await read();
    here.repositories = here.repositories.map((each) => (each.uuid === '{api}' ? { ...each, slug: 'engine', project: 'PAY' } : each));
    const after = await read();
    expect(await strange()).toEqual([]);
    const grantpath = await ask();
    const now = (who: string) => verdict(grantpath, `user:${who}`, 'repository:acme/engine');
    expect([await now('bob'), await now('dot'), await now('eve')]).toEqual(['ALLOW', 'DENY', 'ALLOW']);
    expect(await verdict(grantpath, 'user:dot', 'repository:acme/api', before)).toBe('ALLOW');
    expect(await changesOf(grantpath, before, after)).toEqual(
      expect.arrayContaining([
        '+ project:acme/PAY CONTAINS repository:acme/engine',
        '- project:acme/WEB CONTAINS repository:acme/api',
        expect.stringMatching(/^~ repository:acme\/engine IS Repository: .*ref repository:acme\/api -> repository:acme\/engine/),
      ]),
    );
    await expect(verdict(grantpath, 'user:bob', 'repository:acme/api')).rejects.toMatchObject({ code: 'REFERENCE_UNKNOWN' });
  });

  it('a repository is deleted, or transferred to another workspace: nobody holds anything on it', async () => {
    const { site: here, read, ask, strange } = await openHere();
    const before = await read();
    here.repositories = here.repositories.filter(({ uuid }) => uuid !== '{api}');
    const after = await read();
    expect(await strange()).toEqual([]);
    const grantpath = await ask();
    await expect(verdict(grantpath, 'user:bob', 'repository:acme/api')).rejects.toMatchObject({ code: 'REFERENCE_UNKNOWN' });
    expect(await changesOf(grantpath, before, after)).toContain('- user:bob HOLDS write ON repository:acme/api');
    expect((await grantpath.whatCan('user:bob', 'repository.write')).edges).toEqual([]);
  });

  it('a repository is deleted and made again under its slug: another one, with no grant of the old', async () => {
    const { site: here, read, ask, strange } = await openHere();
    const before = await read();
    here.repositories = here.repositories.map((each) =>
      each.uuid === '{api}' ? { ...each, uuid: '{api2}', users: { cid: 'write' }, groups: {} } : each,
    );
    const after = await read();
    expect(await strange()).toEqual([]);
    const grantpath = await ask();
    const asked = (who: string, at?: number) => verdict(grantpath, `user:${who}`, 'repository:acme/api', at);
    expect([await asked('bob'), await asked('cid')]).toEqual(['DENY', 'ALLOW']);
    expect([await asked('bob', before), await asked('cid', before)]).toEqual(['ALLOW', 'DENY']);
    const told = await changesOf(grantpath, before, after);
    expect(told).toEqual(
      expect.arrayContaining(['- user:bob HOLDS write ON repository:acme/api', '+ user:cid HOLDS write ON repository:acme/api']),
    );
  });

  it('two repositories exchange their slugs: each keeps its own grants', async () => {
    const { site: here, read, ask, strange } = await openHere();
    await read();
    const OTHER: Readonly<Record<string, string>> = { api: 'docs', docs: 'api' };
    here.repositories = here.repositories.map((each) => ({ ...each, slug: OTHER[each.slug] ?? '' }));
    await read();
    expect(await strange()).toEqual([]);
    const grantpath = await ask();
    expect(await verdict(grantpath, 'user:bob', 'repository:acme/docs')).toBe('ALLOW');
    expect(await verdict(grantpath, 'user:bob', 'repository:acme/api')).toBe('DENY');
  });

  it("a project's key changes: the same project under its new name", async () => {
    const { site: here, read, ask, strange } = await openHere();
    const before = await read();
    here.projects = [{ ...WEB, key: 'SITE' }, PAY];
    here.repositories = here.repositories.map((each) => ({ ...each, project: 'SITE' }));
    const after = await read();
    expect(await strange()).toEqual([]);
    const grantpath = await ask();
    expect(await verdict(grantpath, 'user:dot', 'repository:acme/api')).toBe('ALLOW');
    expect(await changesOf(grantpath, before, after)).toContainEqual(
      expect.stringMatching(/^~ project:acme\/SITE IS Project: .*ref project:acme\/WEB -> project:acme\/SITE/),
    );
  });

  it('a nickname changes: the same person, whom the account id and the uuid name all the time', async () => {
    const { site: here, read, ask, strange } = await openHere();
    const before = await read();
    here.people['bob'] = 'robert';
    const after = await read();
    expect(await strange()).toEqual([]);
    const grantpath = await ask();
    for (const name of ['robert', '{bob}', 'id-bob']) expect(await verdict(grantpath, `user:${name}`, 'repository:acme/api')).toBe('ALLOW');
    expect(await verdict(grantpath, 'user:bob', 'repository:acme/api', before)).toBe('ALLOW');
    await expect(verdict(grantpath, 'user:bob', 'repository:acme/api')).rejects.toMatchObject({ code: 'REFERENCE_UNKNOWN' });
    expect(await changesOf(grantpath, before, after)).toEqual(['~ user:robert IS User: ref user:bob -> user:robert']);
  });

  it('a nickname is taken by another: the reference means who has it now, and who had it then', async () => {
    const { site: here, read, ask } = await openHere();
    const before = await read();
    Object.assign(here.people, { bob: 'robert', cid: 'bob' });
    await read();
    const grantpath = await ask();
    expect(await verdict(grantpath, 'user:bob', 'repository:acme/api')).toBe('DENY');
    expect(await verdict(grantpath, 'user:bob', 'repository:acme/api', before)).toBe('ALLOW');
  });

  it('a group is renamed, which 1.0 tells by its slug alone: another group, whose members and grants are those of the old', async () => {
    const { site: here, read, ask, strange } = await openHere();
    const before = await read();
    here.groups = { engineers: ['cid'] };
    here.repositories = here.repositories.map((each) => (each.uuid === '{api}' ? { ...each, groups: { engineers: 'read' } } : each));
    const after = await read();
    expect(await strange()).toEqual([]);
    const grantpath = await ask();
    const reads = { identity: 'user:cid', action: 'repository.read', resource: 'repository:acme/api' } as const;
    expect([(await grantpath.check(reads)).verdict, (await grantpath.check(reads, { at: before })).verdict]).toEqual(['ALLOW', 'ALLOW']);
    expect(await changesOf(grantpath, before, after)).toEqual(
      expect.arrayContaining([
        '+ user:cid MEMBER_OF group:acme/engineers',
        '- user:cid MEMBER_OF group:acme/developers',
        '- group:acme/developers HOLDS read ON repository:acme/api',
        '+ group:acme/engineers HOLDS read ON repository:acme/api',
      ]),
    );
    await expect(grantpath.check({ ...reads, identity: 'group:acme/developers' })).rejects.toMatchObject({ code: 'REFERENCE_UNKNOWN' });
  });

  it('readings that are young enough are kept by what they are of, not by its name', async () => {
    const { site: here, read, ask } = await openHere();
    await read();
    here.slug = 'zenith';
    here.people['bob'] = 'robert';
    here.repositories = here.repositories.map((each) =>
      each.uuid === '{api}' ? { ...each, slug: 'engine', project: 'PAY' } : { ...each, uuid: '{docs2}' },
    );
    await read({ maxAgeMs: 24 * 3_600_000 });
    const grantpath = await ask();
    expect(await verdict(grantpath, 'user:robert', 'repository:zenith/engine')).toBe('ALLOW');
    expect(await verdict(grantpath, 'user:dot', 'repository:zenith/engine')).toBe('DENY');
    expect(await verdict(grantpath, 'user:dot', 'repository:zenith/docs')).toBe('ALLOW');
  });
});
