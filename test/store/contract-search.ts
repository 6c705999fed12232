/** Promises of the search: parts of names without regard to case in any script, order, paging, suggestions. */
import { describe, expect, it, onTestFinished } from 'vitest';
import type { NodeFact } from '../../graph/fact.ts';
import type { NodeKind } from '../../graph/model/node-kinds.ts';
import type { Store } from '../../graph/store/port.ts';
import { commitFacts, node, readByRef } from './commit-facts.ts';
import type { OpenStore } from './contract.ts';

/** A name, parts that find it, parts that do not. */
const NAMES: readonly (readonly [name: string, finds: readonly string[], misses: readonly string[]])[] = [
  ['Evan Roe', ['evan', 'EVAN', 'n r', 'Evan Roe', 'roe'], ['evanroe', 'evan  roe', 'roe evan']],
  ['Großmann', ['gross', 'GROSS', 'groß', 'GROẞ', 'ssmann'], ['grosmann']],
  ['İstanbul', ['istanbul', 'ISTANBUL', 'İST', 'i̇st'], ['stanbull']],
  ['ISIK ışık', ['isik', 'ışık', 'IŞIK', 'işik'], ['ısıkk']],
  ['Ödön Mäkelä', ['ödön', 'O\u0308DO\u0308N', 'mäkelä', 'MA\u0308K', 'kel'], ['odon', 'makela']],
  ['Ole\u0301', ['olé', 'OLÉ'], ['olee']],
  ['ΟΔΥΣΣΕΥΣ', ['οδυσσευς', 'σευσ', 'ΣΕΥΣ', 'υς'], ['οδυσευς']],
  ['Дмитрий', ['дмитр', 'ДМИТРИЙ', 'рий'], ['дмитреи']],
  ['王小明 개발자', ['王', '小明', '개발', '明 개'], ['王明']],
  ['ﬁle Ⅷ', ['file', 'FILE', 'viii', 'ﬁ'], ['fle']],
  ['100%_done\\', ['%', '100%', '_done', '%_', 'E\\'], ['100_', '100%done', '1%d']],
  ["O'Neil; DROP", ["o'neil", '; drop'], ['oneil']],
  ['😀 team', ['😀', '😀 T'], ['😁']],
];

export function promisesOfSearch(openStore: OpenStore): void {
  const open = async (nodes: readonly NodeFact[]): Promise<{ store: Store; at: number }> => {
    const store = await openStore();
    onTestFinished(() => store.close());
    return { store, at: (await commitFacts(store, { a: nodes })).at };
  };

  describe('a search', () => {
    it.each(NAMES)('finds %j by its parts in any case, taken literally', async (name, finds, misses) => {
      const { store, at } = await open([node('user:1', { name }), node('user:2', { name: 'somebody else' })]);
      const keys = async (text: string) => [
        text,
        (await store.findNodes({ text, at, first: 9 })).map(({ key }) => key),
        await store.countNodes({ text, at }),
      ];
      for (const text of finds) expect(await keys(text)).toEqual([text, ['user:1'], 1]);
      for (const text of misses) expect(await keys(text)).toEqual([text, [], 0]);
    });

    it('looks into reference, name and aliases, not across them', async () => {
      const { store, at } = await open([node('user:{key}', { ref: 'user:evan', name: 'Roe', aliases: ['user:id-7', 'user:other'] })]);
      const texts = ['evan', 'roe', 'id-7', 'OTHER', 'user:e', 'evanroe', '{key}', 'id-7user'];
      expect(await Array.fromAsync(texts, (text) => store.countNodes({ text, at }))).toEqual([1, 1, 1, 1, 1, 0, 0, 0]);
    });

    it('finds what held at the instant, by what it was called then', async () => {
      const { store, at } = await open([node('user:1', { name: 'Old' }), node('user:2', { name: 'Gone' })]);
      const later = (await commitFacts(store, { a: [node('user:1', { name: 'New' })] })).at;
      const counts = (instant: number) => Array.fromAsync(['old', 'new', 'gone', ''], (text) => store.countNodes({ text, at: instant }));
      expect(await Promise.all([counts(at - 1), counts(at), counts(later)])).toEqual([
        [0, 0, 0, 0],
        [1, 0, 1, 2],
        [0, 1, 0, 1],
      ]);
    });

    it('finds a node once, by what speaks of it alone', async () => {
      const { store } = await open([node('user:1', { ref: 'user:x', name: 'First' })]);
      const { at } = await commitFacts(store, { b: [node('user:1', { ref: 'user:y', name: 'Second' })] }, { connector: 'test/two' });
      expect((await store.findNodes({ text: '', at, first: 9 })).map(({ ref }) => ref)).toEqual(['user:y']);
      expect(await Array.fromAsync(['first', 'second'], (text) => store.countNodes({ text, at }))).toEqual([0, 1]);
      expect(await Array.fromAsync(['user:x', 'user:y'], async (ref) => (await readByRef(store, ref, at)).length)).toEqual([0, 1]);
    });

    it('keeps to the kinds that are asked for', async () => {
      const { store, at } = await open([
        node('user:1'),
        node('group:a/1', { kind: 'Group' }),
        node('repository:a/1', { kind: 'Repository' }),
      ]);
      const found = async (kinds: readonly NodeKind[]) =>
        (await store.findNodes({ text: '1', kinds, at, first: 9 })).map(({ kind }) => kind);
      expect(await Promise.all([found(['User']), found(['Repository', 'Group']), found([]), found(['Zone'])])).toEqual([
        ['User'],
        ['Group', 'Repository'],
        [],
        [],
      ]);
      expect(await store.countNodes({ text: '', kinds: ['User', 'Group'], at })).toBe(2);
    });

    it('is ordered by reference by code point, then by key, and paged by position', async () => {
      const refs = ['user:b', 'user:B', 'user:a', 'user:a', 'user:a', 'user:ä', 'user:\uffee', 'user:😀', 'user:', 'user:ab'];
      const { store, at } = await open(refs.map((ref, i) => node(`user:${9 - i}`, { ref })));
      const all = await store.findNodes({ text: '', at, first: 100 });
      expect(all.map(({ ref }) => ref)).toEqual(refs.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
      expect(all.filter(({ ref }) => ref === 'user:a').map(({ key }) => key)).toEqual(['user:5', 'user:6', 'user:7']);
      const paged: NodeFact[] = [];
      for (let page = 0; page < 8; page++) {
        const last = paged.at(-1);
        const query = { text: '', at, first: 3, ...(last === undefined ? {} : { after: { ref: last.ref, key: last.key } }) };
        paged.push(...(await store.findNodes(query)));
      }
      expect(paged).toEqual(all);
      expect((await store.findNodes({ text: 'a', at, first: 2, after: { ref: 'user:a', key: 'user:6' } })).map(({ key }) => key)).toEqual([
        'user:7',
        'user:0',
      ]);
    });
  });

  describe('suggestions', () => {
    it('are the nearest references, best first, as many as asked for', async () => {
      const refs = ['user:evan', 'user:evans', 'user:ivan', 'group:acme/evan', 'user:somebody', 'repository:acme/api'];
      const { store, at } = await open(refs.map((ref, i) => node(`user:{${i}}`, { ref })));
      expect((await store.suggestRefs('user:evam', at, 2))[0]).toBe('user:evan');
      expect(await store.suggestRefs('user:evam', at, 9)).not.toContain('user:somebody');
      expect(await store.suggestRefs('repository:acme/app', at, 1)).toEqual(['repository:acme/api']);
      expect(await store.suggestRefs('user:EVAN', at, 1)).toEqual(['user:evan']);
      expect([await store.suggestRefs('user:evam', at, 0), await store.suggestRefs('user:evam', at - 1, 5)]).toEqual([[], []]);
    });

    it('resolve, each of them', async () => {
      const { store } = await open([node('user:1', { ref: 'user:evan' })]);
      const { at } = await commitFacts(store, { b: [node('user:1', { ref: 'user:evam' })] }, { connector: 'test/two' });
      expect(await store.suggestRefs('user:evax', at, 5)).toEqual(['user:evam']);
    });
  });
}
