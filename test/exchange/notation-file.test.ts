/**
 * Small worlds written by hand: references find the nodes of the store, what is new is declared, what is wrong is told by its line.
 */
import { describe, expect, it } from 'vitest';
import { isCodedError } from '../../graph/errors.ts';
import { NOTATION_BYTES_MAX, planNotation } from '../../graph/exchange/notation-file.ts';
import type { EdgeFact, NodeFact } from '../../graph/fact.ts';
import { parseWorld } from '../../graph/notation.ts';
import { openMemoryStore } from '../../graph/store/memory.ts';
import type { SnapshotInfo, Store } from '../../graph/store/port.ts';
import { commitWorld } from '../support/commit-world.ts';
import { importWorld, planWorld, writeTestFile } from './files.ts';

/** As a connector names things: keys that nobody types, references that people do. */
const BEFORE = `
  user:{u1} IS User ref=user:evan name="Evan" alias=user:70121:evan
  user:{u2} IS User ref=user:twin
  user:{u3} IS User ref=user:twin
  user:{bot} IS ServiceUser ref=user:bot
  repository:{r1} IS Repository ref=repository:acme/api
  token:{t1} IS AccessToken ref=token:acme/api#deploy
  branch:{r1}#main IS Branch ref=branch:acme/api#main
  repository:{r1} CONTAINS branch:{r1}#main
  user:{u1} HOLDS write ON repository:{r1}
`;

async function storeBefore(): Promise<Store> {
  const store = openMemoryStore();
  await commitWorld(store, parseWorld(BEFORE));
  return store;
}

const now = async (store: Store) => ((await store.readSnapshotAt()) as SnapshotInfo).at;
const nodeAt = async (store: Store, key: string): Promise<NodeFact | undefined> => (await store.readNodes([key], await now(store)))[0];
const edgesOf = async (store: Store) =>
  (await Array.fromAsync(store.scanFacts(await now(store)))).flatMap(({ fact, stale, sources }) =>
    fact.type === 'edge' && sources.some(({ connector }) => connector === 'import/notes')
      ? [{ ...fact, stale } as EdgeFact & { stale: boolean }]
      : [],
  );

async function refusal(text: string): Promise<string> {
  try {
    await planWorld(await storeBefore(), text);
  } catch (error) {
    if (isCodedError(error, 'IMPORT')) return error.message;
    throw error;
  }
  throw new Error('the file was not refused');
}

describe('a file of the notation', () => {
  it('names nodes of the store by reference, alias or key, and declares what is new', async () => {
    const store = await storeBefore();
    await importWorld(
      store,
      `# a token that no connector reads
      token:acme#ci IS ApiToken expiresAt=2030-01-31T12:00:00Z name="ci of Evan"
      token:acme#ci ACTS_AS user:evan
      token:acme#ci HAS_SCOPE scope:read:repository:bitbucket
      user:70121:evan MEMBER_OF group:acme/new
      user:{u2} MEMBER_OF group:acme/new
      user:bot HOLDS read ON repository:acme/api`,
    );
    expect((await edgesOf(store)).map(({ from, kind, to }) => `${from} ${kind} ${to}`)).toEqual([
      'token:acme#ci ACTS_AS user:{u1}',
      'token:acme#ci HAS_SCOPE scope:read:repository:bitbucket',
      'user:{bot} HOLDS repository:{r1}',
      'user:{u1} MEMBER_OF group:acme/new',
      'user:{u2} MEMBER_OF group:acme/new',
    ]);
    expect(await nodeAt(store, 'token:acme#ci')).toMatchObject({
      kind: 'ApiToken',
      name: 'ci of Evan',
      props: { expiresAt: Date.UTC(2030, 0, 31, 12) },
    });
    expect(await nodeAt(store, 'user:{u1}')).toMatchObject({ ref: 'user:evan', name: 'Evan', aliases: ['user:70121:evan'] });
  });

  it('declares what a trace has shown by its reference: one node of both, until then two', async () => {
    const declared = `token:acme/api#deploy IS AccessToken createdAt=2026-01-31T12:00:00Z rotatedAt=2026-06-30T12:00:00Z confidence=declared
      token:acme/api#deploy HOLDS write ON repository:acme/api confidence=declared`;
    const seen = await storeBefore();
    await importWorld(seen, declared);
    expect(await nodeAt(seen, 'token:{t1}')).toMatchObject({
      props: { createdAt: Date.UTC(2026, 0, 31, 12), rotatedAt: Date.UTC(2026, 5, 30, 12), confidence: 'declared' },
    });
    expect(await edgesOf(seen)).toMatchObject([{ from: 'token:{t1}', to: 'repository:{r1}', props: { confidence: 'declared' } }]);
    const unseen = openMemoryStore();
    await importWorld(unseen, declared);
    await commitWorld(unseen, parseWorld(BEFORE));
    const answering = await unseen.readNodesByRefs(['token:acme/api#deploy'], await now(unseen));
    expect(answering.get('token:acme/api#deploy')?.map(({ key }) => key)).toEqual(['token:acme/api#deploy', 'token:{t1}']);
  });

  it('tells which nodes became new ones without a declaration: a mistyped name is among them', async () => {
    const { undeclared } = await planWorld(
      await storeBefore(),
      'token:acme#ci IS ApiToken\ntoken:acme#ci ACTS_AS user:evna\ntoken:acme#ci HAS_SCOPE scope:account',
    );
    expect(undeclared).toEqual(['user:evna']);
  });

  it('knows branches by their repository', async () => {
    const store = await storeBefore();
    await importWorld(
      store,
      'repository:acme/api CLASSIFIES production ON branch:acme/api#main\nrepository:acme/api CLASSIFIES development ON "branch:acme/api#two words"',
    );
    expect((await edgesOf(store)).map(({ to }) => to)).toEqual(
      ['branch:{r1}#main', 'branch:{r1}#two%20words'].sort((a, b) => (a < b ? 1 : -1)),
    );
    expect((await nodeAt(store, 'branch:{r1}#two%20words'))?.ref).toBe('branch:acme/api#two words');
  });

  it('may say more of a node that the store knows', async () => {
    const store = await storeBefore();
    await importWorld(store, 'user:evan IS User active=false alias=user:eve\nuser:eve MEMBER_OF group:acme/new');
    expect(await nodeAt(store, 'user:{u1}')).toMatchObject({
      ref: 'user:evan',
      name: 'Evan',
      aliases: ['user:70121:evan', 'user:eve'],
      props: { active: false },
    });
    expect((await edgesOf(store)).map(({ from }) => from)).toEqual(['user:{u1}']);
  });

  it('gives a new name outside ASCII a key within', async () => {
    const store = await storeBefore();
    await importWorld(store, '"user:Zoë K" MEMBER_OF group:acme/new');
    expect((await nodeAt(store, 'user:Zo%C3%AB%20K'))?.ref).toBe('user:Zoë K');
  });

  it('imported again leaves nothing of what it said before', async () => {
    const store = await storeBefore();
    await importWorld(store, 'token:acme#ci IS ApiToken expiresAt=5\ntoken:acme#ci ACTS_AS user:evan');
    await importWorld(store, 'token:acme#ci IS AccessToken\ntoken:acme#ci HOLDS read ON repository:acme/api');
    expect(await nodeAt(store, 'token:acme#ci')).toMatchObject({ kind: 'AccessToken', props: {} });
    expect((await edgesOf(store)).map(({ kind }) => kind)).toEqual(['HOLDS']);
    await importWorld(store, '# nothing any more');
    expect(await nodeAt(store, 'token:acme#ci')).toBeUndefined();
    expect(await edgesOf(store)).toEqual([]);
    expect((await nodeAt(store, 'user:{u1}'))?.name).toBe('Evan');
  });

  it('has stale facts and gaps', async () => {
    const store = await storeBefore();
    const plan = await planWorld(
      store,
      'user:bot HOLDS read ON repository:acme/api STALE\nrepository:acme/api HIDES rules BECAUSE denied "asked by hand"',
    );
    expect([plan.stale, plan.counts.gaps]).toEqual([1, 1]);
    await importWorld(
      store,
      'user:bot HOLDS read ON repository:acme/api STALE\nrepository:acme/api HIDES rules BECAUSE denied "asked by hand"',
    );
    expect((await edgesOf(store)).map(({ stale }) => stale)).toEqual([true]);
    expect((await store.readGaps(await now(store))).map(({ fact }) => [fact.scope, fact.detail])).toEqual([
      ['repository:{r1}', 'asked by hand'],
    ]);
  });
});

describe('a file of the notation is refused', () => {
  it.each([
    [
      'for a reference of several nodes',
      'user:twin MEMBER_OF group:x',
      'line 1: `user:twin` names 2 nodes of the store: write one of `user:{u2}`, `user:{u3}`',
    ],
    [
      'for an unknown verb',
      '\nuser:evan OWNS repository:acme/api',
      'line 2: unknown verb `OWNS`: expected IS, HIDES or an edge kind in `user:evan OWNS repository:acme/api`',
    ],
    ['for an unknown level', 'user:evan HOLDS triage ON repository:acme/api', 'line 1: unknown level `triage` of HOLDS'],
    [
      'for kinds that do not fit',
      'token:acme/api#deploy ACTS_AS user:evan',
      'line 1: ACTS_AS comes from ApiToken, OAuthConsumer, SshKey, ApplicationLink; got a AccessToken',
    ],
    ['for a property without a row', 'token:acme#ci IS ApiToken secret=abc', 'line 1: a ApiToken has no property `secret`'],
    ['for a node declared twice', 'user:x IS User\nuser:x IS User', 'line 2: `user:x` is declared in line 1 too'],
    [
      'for a node declared twice by two names',
      'user:evan IS User\nuser:70121:evan IS User',
      'line 2: `user:70121:evan` is the node that line 1 declares',
    ],
    ['for another kind than the store has', 'user:bot IS User', 'line 1: `user:bot` is a ServiceUser of the store, the line says User'],
    [
      'for a fact that stands twice',
      'user:evan MEMBER_OF group:x\n\nuser:{u1} MEMBER_OF group:x',
      'line 3: the fact of line 1 stands twice',
    ],
    ['for several lines, all of them told', 'user:evan OWNS x:y\nuser:evan HOLDS\nuser:a MEMBER_OF group:x', /^line 1: .*; line 2: /],
  ])('%s', async (_, text, told) => {
    const message = await refusal(text);
    if (typeof told === 'string') expect(message).toContain(told);
    else expect(message).toMatch(told);
  });

  it('when it is larger than people write, or no text', async () => {
    const options = { answering: async () => new Map(), fetchedAt: 0 };
    await expect(planNotation(writeTestFile(Buffer.alloc(NOTATION_BYTES_MAX + 1, 0x23)), options)).rejects.toThrow(
      'has at most 16777216 bytes',
    );
    await expect(planNotation(writeTestFile(Buffer.from([0xff])), options)).rejects.toThrow('a file in UTF-8');
  });
});
