/** Keys over two arrays: what was put in is found again, whatever is asked, in shared memory as in any other. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KeyTable, positionOf } from '../../graph/engine/key-table.ts';
import { parseWorld } from '../../graph/notation.ts';
import type { KeyColumn } from '../../graph/store/port.ts';
import { compileWorld, keyColumn, reloadWorld } from '../twin/compile-world.ts';
import { TwinCases } from '../twin/twin-case.ts';

const SEED = 20261124;
const RUNS = 500;

/** Few letters, so that keys often begin alike, and one contains another. */
const key = fc.string({ unit: fc.constantFrom('a', 'b', ':', '{', '~', '!'), maxLength: 6 });
const anyText = fc.oneof(key, fc.string({ unit: 'binary', maxLength: 6 }));

function shared({ start, bytes }: KeyColumn): KeyColumn {
  const copy = new Uint8Array(new SharedArrayBuffer(bytes.length + 3), 3);
  copy.set(bytes);
  return { start, bytes: copy };
}

describe('a key table', () => {
  it('gives each key at its index and each index of its key, and none for any other text', () => {
    fc.assert(
      fc.property(fc.uniqueArray(key, { maxLength: 40 }), fc.array(anyText, { maxLength: 20 }), (unordered, others) => {
        const keys = unordered.sort();
        for (const column of [keyColumn(keys), shared(keyColumn(keys))]) {
          const table = new KeyTable(column);
          expect(keys.map((_, index) => table.keyOf(index))).toEqual(keys);
          for (const asked of [...keys, ...others]) {
            expect(table.indexOf(asked)).toBe(keys.indexOf(asked));
            const before = keys.findIndex((each) => each >= asked);
            expect(positionOf(column, asked)).toBe(before < 0 ? keys.length : before);
          }
        }
      }),
      { seed: SEED, numRuns: RUNS },
    );
  });

  it('has no key at an index that no node has', () => {
    const table = new KeyTable(keyColumn(['a', 'b']));
    for (const index of [-1, 2, Number.NaN]) expect(() => table.keyOf(index)).toThrow('a dense index is one of a node');
    expect(new KeyTable(keyColumn([])).indexOf('a')).toBe(-1);
  });

  it('is part of a snapshot, fresh and reloaded, with the bytes of the keys and four for each node', () => {
    for (const { world } of fc.sample(new TwinCases(), { seed: SEED, numRuns: 20 })) {
      const keys = [...new Set(['anonymous:', ...world.nodes.map((node) => node.key)])].sort();
      const fresh = compileWorld(world);
      for (const compiled of [fresh, reloadWorld(fresh)]) {
        expect(keys.map((each) => compiled.keys.indexOf(each))).toEqual(keys.map((_, index) => index));
        expect(keys.map((_, index) => compiled.keys.keyOf(index))).toEqual(keys);
        const { keyStart, keyBytes } = compiled.snapshot.sections;
        expect([keyStart.length, keyBytes.length]).toEqual([keys.length + 1, keys.join('').length]);
      }
    }
  });
});

describe('a rule', () => {
  it('is given as the edge to what it restricts, with what it matches', () => {
    const { engine, keys } = compileWorld(
      parseWorld(`
        restriction:acme/api#1 RESTRICTS push ON repository:acme/api glob=release/*
        restriction:acme/api#2 RESTRICTS delete ON repository:acme/api branchType=production STALE
        restriction:acme/api#3 RESTRICTS require_approvals_to_merge ON repository:acme/api glob=main value=2
        restriction:acme/api#4 RESTRICTS push ON repository:acme/site glob=*
        restriction:acme/api#4 RESTRICTS force ON repository:acme/api glob=main
        restriction:acme/api#1 EXEMPTS user:ann`),
    );
    const ruleOf = (each: string) => engine.ruleOf(keys.indexOf(each));
    const edge = { type: 'edge', kind: 'RESTRICTS', to: 'repository:acme/api' };
    expect(ruleOf('restriction:acme/api#1')).toEqual({
      ...edge,
      from: 'restriction:acme/api#1',
      word: 'push',
      props: { glob: 'release/*' },
    });
    expect(ruleOf('restriction:acme/api#2')).toMatchObject({ word: 'delete', props: { branchType: 'production' } });
    expect(ruleOf('restriction:acme/api#3')).toMatchObject({ word: 'require_approvals_to_merge', props: { glob: 'main' } });
    // Of several edges the first by id.
    expect(ruleOf('restriction:acme/api#4')).toMatchObject({ word: 'force', props: { glob: 'main' } });
    expect([ruleOf('user:ann'), ruleOf('repository:acme/api')]).toEqual([null, null]);
  });
});
