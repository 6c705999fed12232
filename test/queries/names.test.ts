/**
 * References: what answers to one, what a printed one resolves to, and what is said where none or several answer.
 */
import { afterEach, describe, expect, it } from 'vitest';
import type { CodedError } from '../../graph/errors.ts';
import { encodeKeyPart, type NodeFact } from '../../graph/fact.ts';
import { keepShape } from '../../ingest/shape.ts';
import { NAME_CHARS_MAX, REF_CHARS_MAX } from '../../queries/reference.ts';
import { commitWorld } from '../support/commit-world.ts';
import { Opened } from './opened.ts';

const opened: Opened[] = [];

afterEach(async () => {
  for (const each of opened.splice(0)) await each.close();
});

const FACTS = `
  workspace:{w} IS Workspace ref=workspace:acme name=Acme
  project:{p} IS Project ref=project:acme/WEB
  repository:{r1} IS Repository ref=repository:acme/api name="The API"
  repository:{r2} IS Repository ref=repository:acme/site
  user:{u1} IS User ref=user:evan name="Evan Ölander" alias=user:557058:evan alias=user:{long-uuid-1}
  user:{u2} IS User ref=user:twin name="First twin"
  user:{u3} IS User ref=user:twin name="Second twin"
  workspace:{w} CONTAINS project:{p}
  project:{p} CONTAINS repository:{r1}
  project:{p} CONTAINS repository:{r2}
  repository:{r1} CONTAINS branch:{r1}#release/1.0
  branch:{r1}#release/1.0 IS Branch ref=branch:acme/api#release/1.0
  user:{u1} HOLDS write ON repository:{r1}
  user:{u2} HOLDS read ON repository:{r1}
  user:{u3} HOLDS admin ON repository:{r1}
`;

async function setting() {
  const here = await Opened.make();
  opened.push(here);
  await here.commit(FACTS);
  return here.open();
}

const ask = (identity: string, resource = 'repository:acme/api') => ({ identity, action: 'repository.write', resource }) as const;

describe('a reference', () => {
  it('may be the short one, an alias or the key', async () => {
    const grantpath = await setting();
    for (const ref of ['user:evan', 'user:557058:evan', 'user:{long-uuid-1}', 'user:{u1}']) {
      expect((await grantpath.node(ref)).named, ref).toEqual({ key: 'user:{u1}', ref: 'user:evan', kind: 'User', name: 'Evan Ölander' });
      expect((await grantpath.check(ask(ref))).verdict).toBe('ALLOW');
    }
    expect((await grantpath.check(ask('user:evan', 'repository:{r1}'))).verdict).toBe('ALLOW');
  });

  it('that several answer to lists them, and their own references are their keys', async () => {
    const grantpath = await setting();
    await expect(grantpath.check(ask('user:twin'))).rejects.toMatchObject({
      code: 'REFERENCE_AMBIGUOUS',
      details: { ref: 'user:twin', candidates: ['user:{u2}', 'user:{u3}'] },
    });
    expect((await grantpath.check(ask('user:{u2}'))).verdict).toBe('DENY');
    expect((await grantpath.check(ask('user:{u3}'))).verdict).toBe('ALLOW');
  });

  it('that nothing answers to lists the nearest names', async () => {
    const grantpath = await setting();
    const failure = await grantpath.check(ask('user:evn')).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'REFERENCE_UNKNOWN', details: { ref: 'user:evn' } });
    expect((failure as { details: { nearest: string[] } }).details.nearest[0]).toBe('user:evan');
    await expect(grantpath.check(ask('user:evan', 'repository:acme/appi'))).rejects.toMatchObject({
      code: 'REFERENCE_UNKNOWN',
      message: expect.stringContaining('`repository:acme/api`') as string,
    });
    await expect(grantpath.node('branch:acme/appi#main')).rejects.toMatchObject({
      details: { nearest: expect.arrayContaining(['branch:acme/api#main']) as string[] },
    });
  });

  it('that is near to nothing lists what there is: beside it, else of its kind; or says that there is none', async () => {
    const grantpath = await setting();
    const told = async (ref: string) => {
      const error = (await grantpath.node(ref).catch((each: unknown) => each)) as CodedError;
      expect([error.code, error.remedy], ref).toEqual(['REFERENCE_UNKNOWN', 'look for the name with `find`: an empty text lists all']);
      return [error.message.split('; ')[1], error.details['nearest']];
    };
    expect(await told('user:nobody-at-all')).toEqual(['some of its kind: `user:evan`, `user:twin`', ['user:evan', 'user:twin']]);
    expect(await told('repository:acme/something-else')).toEqual([
      'some in `repository:acme/`: `repository:acme/api`, `repository:acme/site`',
      ['repository:acme/api', 'repository:acme/site'],
    ]);
    expect(await told('branch:elsewhere/something-else#main')).toEqual([
      'some of its kind: `branch:acme/api#main`, `branch:acme/site#main`',
      ['branch:acme/api#main', 'branch:acme/site#main'],
    ]);
    expect(await told('everyone:')).toEqual(['it knows no `everyone:`', []]);
    expect(await told('consumer:elsewhere#something-else')).toEqual(['it knows no `consumer:`', []]);
  });

  it('of the wrong form is told how it is written', async () => {
    const grantpath = await setting();
    for (const ref of [
      'evan',
      'person:evan',
      'user:',
      'anonymous:x',
      'branch:acme/api',
      'branch:acme/api#',
      `user:${'x'.repeat(REF_CHARS_MAX)}`,
      '',
    ]) {
      await expect(grantpath.node(ref), ref.slice(0, 20)).rejects.toMatchObject({ code: 'REFERENCE_MALFORMED' });
    }
  });

  it('of a branch need not be of one that exists, and anonymous can always be asked', async () => {
    const grantpath = await setting();
    const push = (resource: string) => grantpath.check({ identity: 'user:evan', action: 'branch.push', resource });
    expect((await push('branch:acme/api#never-seen')).verdict).toBe('ALLOW');
    expect((await push('branch:{r1}#never-seen')).verdict).toBe('ALLOW');
    expect((await grantpath.node('branch:acme/api#never-seen')).named).toMatchObject({
      ref: 'branch:acme/api#never-seen',
      kind: 'Branch',
      name: 'never-seen',
    });
    expect((await grantpath.node('branch:acme/api#release/1.0')).named).toMatchObject({
      key: 'branch:{r1}#release/1.0',
      name: 'release/1.0',
    });
    expect((await grantpath.node('anonymous:')).named).toMatchObject({ key: 'anonymous:', kind: 'Anonymous' });
    expect((await grantpath.check(ask('anonymous:'))).verdict).toBe('DENY');
    expect(await (await grantpath.whatCan('anonymous:')).totalCount()).toBe(0);
  });
});

describe('every printed reference', () => {
  it('resolves to its node alone', async () => {
    const grantpath = await setting();
    const found = (await grantpath.find('')).edges.map(({ node }) => node);
    expect(found.length).toBeGreaterThanOrEqual(8);
    for (const named of found) expect((await grantpath.node(named.ref)).named).toEqual(named);
    const who = await grantpath.whoCan('repository.read', 'repository:acme/api');
    expect(who.edges.map(({ node }) => node.identity.ref)).toEqual(['user:evan', 'user:{u2}', 'user:{u3}']);
    for (const { node } of who.edges) {
      const proof = await node.proof();
      for (const step of proof?.steps ?? []) if (!step.to.startsWith('permission:')) await grantpath.node(step.to);
      expect(proof?.text).toBe(`${node.identity.ref} HOLDS ${node.permission} ON repository:acme/api`);
    }
  });
});

describe('a name as long as a connector keeps it', () => {
  const kept = keepShape('\u20ac'.repeat(2 * NAME_CHARS_MAX), 'keep') as string;

  it('is what the limit of references is made of', () => {
    expect(kept).toHaveLength(NAME_CHARS_MAX);
  });

  it('is taken wherever it is printed: as reference, as key, in a cursor', async () => {
    const here = await Opened.make();
    opened.push(here);
    const [encoded, latin] = [encodeKeyPart(kept), 'n'.repeat(NAME_CHARS_MAX)];
    const repository = { uuid: '{r}', ref: `repository:${latin}/${latin}` };
    const node = (kind: NodeFact['kind'], key: string, ref: string): NodeFact => ({
      type: 'node',
      kind,
      key,
      ref,
      name: '',
      aliases: [],
      props: {},
    });
    const held = { type: 'edge', kind: 'HOLDS', to: `repository:${repository.uuid}`, word: 'write', props: {} } as const;
    await commitWorld(here.store, {
      nodes: [
        node('User', `user:${encoded}`, `user:${kept}`),
        node('User', `user:${encodeKeyPart(latin)}`, `user:${latin}`),
        node('Repository', `repository:${repository.uuid}`, repository.ref),
        node('Branch', `branch:${repository.uuid}#${encoded}`, `branch:${latin}/${latin}#${kept}`),
        node('Variable', `variable:${encoded}/${encoded}#${encoded}/${encoded}`, `variable:${kept}/${kept}#${kept}/${kept}`),
      ],
      edges: [
        { ...held, from: `user:${encoded}` },
        { ...held, from: `user:${encodeKeyPart(latin)}` },
      ],
      gaps: [],
    });
    const grantpath = await here.open();
    const { edges } = await grantpath.find('');
    expect(edges).toHaveLength(5);
    for (const { node: named } of edges)
      for (const ref of [named.ref, named.key]) expect((await grantpath.node(ref)).named.key === named.key, named.kind).toBe(true);
    // One that is but a name.
    const branch = (await grantpath.node(`branch:${latin}/${latin}#${kept.slice(1)}x`)).named;
    expect((await grantpath.node(branch.key)).named.ref === branch.ref).toBe(true);
    const check = await grantpath.check({ identity: `user:${kept}`, action: 'branch.push', resource: branch.key });
    expect(check.verdict).toBe('ALLOW');
    const pages: string[] = [];
    for (let after: string | undefined; pages.length < 10; ) {
      const page = await grantpath.find('', { first: 1, after });
      pages.push(...page.edges.map(({ node: { kind } }) => kind));
      after = page.edges[0]?.cursor;
      if (!page.hasNextPage) break;
    }
    expect(pages).toEqual(edges.map(({ node: { kind } }) => kind));
    const holders = [];
    for (let after: string | undefined; holders.length < 10; ) {
      const page = await grantpath.edgesOf(held.to, 'to', { first: 1, after });
      holders.push(...page.edges);
      after = page.edges[0]?.cursor;
      if (!page.hasNextPage) break;
    }
    expect(holders).toHaveLength(2);
    expect((await grantpath.find(latin)).edges).toHaveLength(3);
  });
});

describe('names by key', () => {
  it('come in the order asked, null where there is none', async () => {
    const grantpath = await setting();
    const keys = ['repository:{r1}', 'user:{zz}', 'user:{u1}', 'repository:{r1}', 'permission:write@repository:{r1}', 'branch:{r1}#x%20y'];
    const named = await grantpath.namedNodes(keys);
    expect(named.map((node) => node?.ref ?? null)).toEqual([
      'repository:acme/api',
      null,
      'user:evan',
      'repository:acme/api',
      'permission:write@repository:acme/api',
      'branch:acme/api#x y',
    ]);
    expect((await grantpath.nodeFacts(keys)).map((fact) => fact?.name ?? null)).toEqual([
      'The API',
      null,
      'Evan Ölander',
      'The API',
      null,
      null,
    ]);
    const ids = ['user:{u1} HOLDS write repository:{r1}', 'user:{u1} HOLDS admin repository:{r1}', 'nonsense'];
    expect((await grantpath.edgeFacts(ids)).map((occurrence) => occurrence?.fact.word ?? null)).toEqual(['write', null, null]);
  });
});

describe('finding', () => {
  it('knows parts of references, names and aliases without regard to case', async () => {
    const grantpath = await setting();
    const found = async (text: string) => (await grantpath.find(text)).edges.map(({ node }) => node.ref);
    expect(await found('ÖLANDER')).toEqual(['user:evan']);
    expect(await found('557058')).toEqual(['user:evan']);
    expect(await found('the api')).toEqual(['repository:acme/api']);
    expect(await found('twin')).toEqual(['user:{u2}', 'user:{u3}']);
    expect(await found('no such thing')).toEqual([]);
  });
});
