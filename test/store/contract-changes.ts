/** Promises of what differs between two instants: what is a change and what is none, its sides, order and paging. */
import { describe, expect, it } from 'vitest';
import { changeId } from '../../graph/store/fact-change.ts';
import type { FactChange, Store } from '../../graph/store/port.ts';
import { commitFacts, factsOf, node, openStepping } from './commit-facts.ts';
import type { OpenStore } from './contract.ts';
import { expectChangesOfFacts } from './laws.ts';

const ANN = 'user:ann HOLDS read ON repository:acme/api';
const ANN_ID = 'user:ann HOLDS read repository:acme/api';
const OTHER = { connector: 'test/two' };

export function promisesOfChanges(openStore: OpenStore): void {
  const open = (): Promise<Store> => openStepping(openStore);
  const read = (store: Store, from: number, to: number) => store.readChanges({ from, to, first: 1000 });
  const told = async (store: Store, from: number, to: number) => (await read(store, from, to)).map(signed);

  describe('changes between two instants', () => {
    it('are what appeared and what vanished, nodes that are implied too', async () => {
      const store = await open();
      await commitFacts(store, { a: ANN });
      await commitFacts(store, { a: 'user:bob MEMBER_OF group:acme/dev\nanonymous: HOLDS read ON repository:acme/api' });
      expect(await told(store, 10, 20)).toEqual([
        '+ anonymous: HOLDS read repository:acme/api',
        '+ anonymous: IS Anonymous',
        '+ group:acme/dev IS Group',
        `- ${ANN_ID}`,
        '- user:ann IS User',
        '+ user:bob IS User',
        '+ user:bob MEMBER_OF group:acme/dev',
      ]);
      expect(await told(store, 0, 10)).toEqual(['+ repository:acme/api IS Repository', `+ ${ANN_ID}`, '+ user:ann IS User']);
      expect([await told(store, 10, 10), await told(store, 10, 19), await told(store, 20, 99)]).toEqual([[], [], []]);
      expect(await told(store, 15, 99)).toEqual(await told(store, 10, 20));
    });

    it('have both sides as of their instants', async () => {
      const store = await open();
      await commitFacts(store, { a: [node('user:ann', { name: 'Ann' })] });
      await commitFacts(store, { a: [node('user:ann', { name: 'Anna', props: { active: false } })] });
      await commitFacts(store, { a: [] });
      const [renamed, ...others] = await read(store, 10, 20);
      expect(others).toEqual([]);
      expect(renamed?.before).toMatchObject({ fact: { name: 'Ann', props: {} }, validFrom: 10, validTo: 20, stale: false });
      expect(renamed?.after).toMatchObject({ fact: { name: 'Anna', props: { active: false } }, validFrom: 20, validTo: 30, stale: false });
      expect([renamed?.before?.sources.length, renamed?.after?.sources.length]).toEqual([1, 1]);
      expect((await read(store, 10, 30))[0]).toMatchObject({ before: { fact: { name: 'Ann' } }, after: null });
    });

    it('are none where a fact ended and began again alike, where it is only met again, or stated from elsewhere', async () => {
      const store = await open();
      await commitFacts(store, { a: ANN });
      await commitFacts(store, { a: '' });
      await commitFacts(store, { a: ANN });
      await commitFacts(store, { a: ANN });
      await commitFacts(store, { b: ANN }, OTHER);
      await commitFacts(store, { a: '' });
      expect(await told(store, 10, 60)).toEqual([]);
      expect(await told(store, 20, 30)).toHaveLength(3);
    });

    it('are properties that differ, of edges and nodes, and the kind of a node', async () => {
      const store = await open();
      const rule = (glob: string) => `restriction:acme/api#1 RESTRICTS push ON repository:acme/api glob=${glob}`;
      await commitFacts(store, { a: [...factsOf(rule('main')), node('user:x')] });
      await commitFacts(store, { a: [...factsOf(rule('*')), node('user:x', { kind: 'ServiceUser' })] });
      expect(await told(store, 10, 20)).toEqual(['~ restriction:acme/api#1 RESTRICTS push repository:acme/api', '~ user:x IS ServiceUser']);
      await commitFacts(store, { a: [...factsOf(rule('main')), node('user:x')] });
      expect(await told(store, 10, 30)).toEqual([]);
    });

    it('are put together from what several connectors say of a node', async () => {
      const store = await open();
      await commitFacts(store, { a: [node('user:ann')] });
      await commitFacts(store, { a: [node('user:ann', { props: { active: false } })] }, OTHER);
      await commitFacts(store, { a: [node('user:ann', { name: 'Ann' })] });
      await commitFacts(store, { a: [] }, OTHER);
      expect(await Array.fromAsync([20, 30, 40], (to) => told(store, to - 10, to))).toEqual(Array(3).fill(['~ user:ann IS User']));
      const [change] = await read(store, 10, 30);
      expect(change?.after?.fact).toMatchObject({ name: 'Ann', props: { active: false } });
    });

    it('are facts that became stale, and fresh again', async () => {
      const store = await open();
      await commitFacts(store, { a: ANN, b: 'user:bob MEMBER_OF group:acme/dev' });
      await commitFacts(store, { a: '', b: 'user:bob MEMBER_OF group:acme/dev' }, { unread: ['a', 'b'] });
      const stale = await read(store, 10, 20);
      expect(stale.map(signed)).toEqual(['~ repository:acme/api IS Repository', `~ ${ANN_ID}`, '~ user:ann IS User']);
      expect(stale.map(({ before, after }) => [before?.stale, after?.stale])).toEqual(Array(3).fill([false, true]));
      await commitFacts(store, { a: '' }, { unread: ['a'] });
      expect(await told(store, 20, 30)).toEqual([]);
      await commitFacts(store, { a: ANN });
      expect([(await told(store, 30, 40)).length, await told(store, 10, 40)]).toEqual([3, []]);
    });

    it('are gaps that came, went, and were told otherwise', async () => {
      const store = await open();
      const gap = (reason: string, detail: string) => `repository:acme/api HIDES user-grants BECAUSE ${reason} "${detail}"`;
      await commitFacts(store, { a: gap('denied', 'GET /x'), b: gap('budget', 'GET /y') });
      await commitFacts(store, { a: gap('denied', 'GET /z'), b: 'repository:acme/api IS Repository' });
      await commitFacts(store, { a: '', b: 'repository:acme/api IS Repository' });
      const id = 'repository:acme/api HIDES user-grants';
      expect(await told(store, 10, 20)).toEqual([`- ${id} budget`, `~ ${id} denied`]);
      expect(await told(store, 10, 30)).toEqual([`- ${id} budget`, `- ${id} denied`]);
      expect(await told(store, 0, 20)).toEqual([`+ ${id} denied`, '+ repository:acme/api IS Repository']);
    });

    it('are paged after an id, each once', async () => {
      const store = await open();
      const facts = (from: number, to: number) =>
        Array.from({ length: to - from }, (_, i) => `user:${from + i} MEMBER_OF group:acme/g${(from + i) % 7}`).join('\n');
      await commitFacts(store, { a: `${facts(0, 40)}\ngroup:acme/g0 HIDES group-members BECAUSE denied`, b: [node('user:50')] });
      await commitFacts(store, { a: facts(20, 60), b: [node('user:50', { kind: 'ServiceUser' })] });
      const all = await read(store, 10, 20);
      expect(all.map(changeId)).toEqual(all.map(changeId).toSorted());
      expect(all.length).toBe(81);
      for (const first of [1, 7, 80, 81]) {
        const paged: FactChange[] = [];
        for (;;) {
          const last = paged.at(-1);
          const page = await store.readChanges({ from: 10, to: 20, first, ...(last === undefined ? {} : { after: changeId(last) }) });
          paged.push(...page);
          if (page.length < first) break;
        }
        expect(paged).toEqual(all);
      }
      expect(await store.readChanges({ from: 10, to: 20, first: 0 })).toEqual([]);
      const after = await store.readChanges({ from: 10, to: 20, first: 2, after: 'user:4' });
      expect(after.map(changeId)).toEqual(
        all
          .map(changeId)
          .filter((id) => id > 'user:4')
          .slice(0, 2),
      );
    });

    it('applied to what held before give what holds after', async () => {
      const store = await open();
      await commitFacts(store, { a: ANN, b: 'user:bob MEMBER_OF group:acme/dev' });
      await commitFacts(store, { a: 'repository:acme/api HIDES user-grants BECAUSE denied' }, { unread: ['a'] });
      await commitFacts(store, { b: [node('user:bob', { name: 'Bob' })] });
      await commitFacts(store, { c: ANN }, { ...OTHER, closeUnlisted: true });
      await commitFacts(store, { c: '' }, { closeUnlisted: true });
      for (const from of [0, 10, 20, 30, 40, 50])
        for (const to of [from, 30, 50]) if (to >= from) await expectChangesOfFacts(store, from, to);
    });
  });
}

/** The id with what became of it. */
function signed(change: FactChange): string {
  return `${change.before === null ? '+' : change.after === null ? '-' : '~'} ${changeId(change)}`;
}
