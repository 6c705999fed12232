/**
 * How often the store is asked: it may be a millisecond away, so an answer takes a few calls when it is asked for the first time,
 * and none when what it speaks of is known.
 */
import { afterEach, describe, expect, it } from 'vitest';
import { openStore } from '../../graph/store/open.ts';
import { Names } from '../../queries/names.ts';
import type { Answer, CheckRequest, Grantpath } from '../../queries/port.ts';
import { Opened } from './opened.ts';
import { watch } from './watched-store.ts';

const opened: Opened[] = [];

afterEach(async () => {
  for (const each of opened.splice(0)) await each.close();
});

const PEOPLE = 1_000;
const people = Array.from({ length: PEOPLE }, (_, at) => `u${at}`);

/** Every reference is another text than its key, so that each must be shown to be unique. */
const FACTS = `
  workspace:{w} IS Workspace ref=workspace:acme
  project:{p} IS Project ref=project:acme/WEB
  repository:{r} IS Repository ref=repository:acme/api
  repository:{s} IS Repository ref=repository:acme/site
  group:{g} IS Group ref=group:acme/dev
  restriction:{r}#1 IS BranchRestriction ref=restriction:acme/api#1
  restriction:{r}#2 IS BranchRestriction ref=restriction:acme/api#2
  restriction:{r}#3 IS BranchRestriction ref=restriction:acme/api#3
  user:{out} IS User ref=user:out
  workspace:{w} CONTAINS project:{p}
  workspace:{w} CONTAINS group:{g}
  project:{p} CONTAINS repository:{r}
  project:{p} CONTAINS repository:{s}
  group:{g} HOLDS write ON project:{p}
  user:{out} HOLDS read ON repository:{r}
  restriction:{r}#1 RESTRICTS push ON repository:{r} glob=main
  restriction:{r}#1 EXEMPTS group:{g}
  restriction:{r}#2 RESTRICTS require_approvals_to_merge ON repository:{r} glob=main value=2
  restriction:{r}#3 RESTRICTS enforce_merge_checks ON repository:{r} glob=main
  repository:{s} HIDES user-grants BECAUSE denied "GET /x"
  ${people.map((name) => `user:{${name}} IS User ref=user:${name} name="Person ${name}"\nuser:{${name}} MEMBER_OF group:{g}`).join('\n')}
  ${people.map((name) => `user:{${name}} HOLDS write ON repository:{r}`).join('\n')}
`;

async function setting() {
  const here = await Opened.make();
  opened.push(here);
  await here.commit(FACTS);
  const { store, calls } = watch(await openStore(here.url));
  const grantpath = await here.ask(store);
  calls.length = 0;
  /** What was called while the work was done. */
  const callsOf = async (work: () => Promise<unknown>): Promise<readonly string[]> => {
    const before = calls.length;
    await work();
    return calls.slice(before);
  };
  return { grantpath, callsOf };
}

/** One after the other, as a person reads it. */
async function readAll(answer: Answer): Promise<void> {
  expect(await answer.reason()).not.toBe('');
  await answer.denials();
  await answer.conditions();
  await answer.gaps();
  await answer.proofs(10);
}

const requests = (count: number): CheckRequest[] =>
  people.slice(0, count).map((name, at) => ({
    identity: `user:${name}`,
    action: at % 2 === 0 ? 'branch.push' : 'repository.read',
    resource: at % 2 === 0 ? 'branch:acme/api#main' : 'repository:acme/site',
  }));

describe('a check of which everything is told', () => {
  it.each([
    ['ALLOW', { identity: 'user:u7', action: 'branch.push', resource: 'branch:acme/api#main' }],
    ['ALLOW', { identity: 'user:u7', action: 'branch.merge', resource: 'branch:acme/api#main' }],
    ['DENY', { identity: 'user:out', action: 'branch.push', resource: 'branch:acme/api#main' }],
    ['UNKNOWN', { identity: 'user:out', action: 'repository.read', resource: 'repository:acme/site' }],
  ] as const)('takes 6 calls at most, and none the next time: %s of %o', async (verdict, request) => {
    const { grantpath, callsOf } = await setting();
    const ask = async () => {
      const answer = await grantpath.check(request);
      expect(answer.verdict).toBe(verdict);
      await readAll(answer);
    };
    const cold = await callsOf(ask);
    expect(cold.length, cold.join()).toBeLessThanOrEqual(6);
    expect(cold).toContain('readNodes');
    expect(await callsOf(ask)).toEqual([]);
  });
});

describe('many checks', () => {
  const ask = (grantpath: Grantpath, count: number) => grantpath.checks(requests(count));

  it('place all their references by one call, and by none the next time; verdicts need no name', async () => {
    const { grantpath, callsOf } = await setting();
    let answers: readonly Answer[] = [];
    expect(
      await callsOf(async () => {
        answers = await ask(grantpath, 1000);
      }),
    ).toEqual(['readNodesByRefs']);
    expect(new Set(answers.map(({ verdict }) => verdict))).toEqual(new Set(['ALLOW']));
    expect(await callsOf(() => ask(grantpath, 1000))).toEqual([]);
  });

  it('of which each is told take two calls more, because what is asked for at once is read at once', async () => {
    const { grantpath, callsOf } = await setting();
    const tell = async () =>
      Promise.all((await ask(grantpath, 100)).map((answer) => Promise.all([answer.reason(), answer.proofs(1), answer.conditions()])));
    const cold = await callsOf(tell);
    expect(cold).toEqual(['readNodesByRefs', 'readNodes', 'readNodesByRefs']);
    expect(await callsOf(tell)).toEqual([]);
  });
});

describe('a page of who can, of a thousand', () => {
  it('takes 6 calls at most with names, proofs and gaps, and none the next time', async () => {
    const { grantpath, callsOf } = await setting();
    const read = async () => {
      const page = await grantpath.whoCan('branch.push', 'branch:acme/api#main', { first: 1000, kinds: ['User'] });
      const proofs = await Promise.all(page.edges.map(({ node }) => node.proof()));
      expect([page.edges.length, await page.totalCount(), (await page.gaps()).length]).toEqual([PEOPLE, PEOPLE, 0]);
      expect(page.edges[5]?.node.identity.name).toMatch(/^Person u\d+$/);
      expect(new Set(proofs.map((proof) => proof?.text.replace(/u\d+/g, 'somebody')))).toEqual(
        new Set([
          'user:somebody HOLDS write ON repository:acme/api, user:somebody MEMBER_OF group:acme/dev, restriction:acme/api#1 EXEMPTS group:acme/dev',
        ]),
      );
    };
    const cold = await callsOf(read);
    expect(cold.length, cold.join()).toBeLessThanOrEqual(6);
    expect(await callsOf(read)).toEqual([]);
  });
});

describe('names', () => {
  it('are told only after they were read: another key is a defect, a key that nothing has is its own reference', async () => {
    const here = await Opened.make();
    opened.push(here);
    const { at } = await here.commit(FACTS);
    const names = await new Names(here.store, at).read(['user:{u1}', 'permission:write@repository:{r}', 'user:{nobody}']);
    expect(['user:{u1}', 'permission:write@repository:{r}', 'repository:{r}', 'user:{nobody}'].map((key) => names.ref(key))).toEqual([
      'user:u1',
      'permission:write@repository:acme/api',
      'repository:acme/api',
      'user:{nobody}',
    ]);
    expect(() => names.ref('user:{u2}')).toThrow('a name is read before it is told, got user:{u2}');
    expect(() => names.ref('permission:write@repository:{s}')).toThrow('got repository:{s}');
  });

  it('are each of the read that asked for them, though many were read together', async () => {
    const here = await Opened.make();
    opened.push(here);
    const { at } = await here.commit(FACTS);
    const all = new Names(here.store, at);
    const [first, ...others] = await Promise.all(people.map((name) => all.read([`user:{${name}}`])));
    expect(first?.ref('user:{u0}')).toBe('user:u0');
    expect(others.map((names, index) => names.ref(`user:{u${index + 1}}`))).toEqual(people.slice(1).map((name) => `user:${name}`));
  });
});
