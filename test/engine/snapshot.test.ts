/** Saved snapshots: they round-trip byte for byte, and whatever is foreign, torn, cut short or damaged in a single bit is refused. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadSnapshot, openSnapshot, saveSnapshot } from '../../graph/engine/snapshot.ts';
import { isCodedError } from '../../graph/errors.ts';
import { parseWorld } from '../../graph/notation.ts';
import { engineAnswer } from '../twin/compare.ts';
import { compileWorld, openCompiled, reloadWorld, snapshotOf } from '../twin/compile-world.ts';
import { TwinCases } from '../twin/twin-case.ts';

const SEED = 20261124;

const world = parseWorld(`
  workspace:acme CONTAINS project:acme/WEB
  project:acme/WEB CONTAINS repository:acme/api
  user:ann MEMBER_OF group:acme/dev
  user:bob IS User expiresAt=2030-01-01T00:00:00Z
  group:acme/dev HOLDS write ON project:acme/WEB
  group:acme/dev HOLDS read ON repository:acme/api STALE
  user:ann REPORTED write ON repository:acme/api
  consumer:acme#app ACTS_AS user:ann
  consumer:acme#app HAS_SCOPE scope:repository:write
  repository:acme/api CLASSIFIES production ON branch:acme/api#main
  restriction:acme/api#1 RESTRICTS push ON repository:acme/api branchType=production
  restriction:acme/api#1 EXEMPTS user:ann
  repository:acme/api HIDES group-grants BECAUSE denied`);

const saved = () => saveSnapshot(snapshotOf(world)).slice();

/** The code with which the bytes are refused, null where they are taken. */
function refusal(bytes: Uint8Array): string | null {
  try {
    loadSnapshot(bytes);
    return null;
  } catch (error) {
    if (!isCodedError(error)) throw error;
    expect(error.message).not.toBe('');
    return error.code;
  }
}

describe('a saved snapshot', () => {
  it('is given back byte for byte', () => {
    const bytes = saved();
    expect(saveSnapshot(loadSnapshot(bytes.slice()))).toEqual(bytes);
    expect(saved()).toEqual(bytes);
  });

  it('of generated worlds too', () => {
    for (const generated of fc.sample(new TwinCases(), { seed: SEED, numRuns: 100 })) {
      const fresh = compileWorld(generated.world);
      const bytes = saveSnapshot(fresh.snapshot).slice();
      expect(saveSnapshot(reloadWorld(fresh).snapshot)).toEqual(bytes);
    }
  });

  it('answers from any view of the bytes, and from the buffer that was compiled', () => {
    const fresh = compileWorld(world);
    const bytes = saveSnapshot(fresh.snapshot);
    const shifted = new Uint8Array(bytes.length + 3);
    shifted.set(bytes, 3);
    const views = [loadSnapshot(shifted.subarray(3)), loadSnapshot(bytes.slice()), openSnapshot(fresh.snapshot.buffer)];
    const question = {
      ask: 'check',
      identity: 'consumer:acme#app',
      action: 'branch.push',
      target: { kind: 'Branch', key: 'repository:acme/api', branch: 'main' },
      at: 0,
    } as const;
    const expected = engineAnswer(fresh, question);
    expect('decision' in expected && expected.decision.verdict).toBe('ALLOW');
    for (const snapshot of views) expect(engineAnswer(openCompiled(snapshot), question)).toEqual(expected);
  });
});

describe('bytes that are no whole snapshot of this version', () => {
  it('are refused when any single bit is flipped, padding too: nothing in them does not matter', () => {
    const bytes = saved();
    const taken: string[] = [];
    for (let at = 0; at < bytes.length; at++) {
      for (let bit = 0; bit < 8; bit++) {
        const damaged = bytes.slice();
        damaged[at]! ^= 1 << bit;
        const code = refusal(damaged);
        if (code !== 'SNAPSHOT_TORN' && code !== 'SNAPSHOT_FOREIGN') taken.push(`byte ${at} bit ${bit}: ${code}`);
      }
    }
    expect(taken).toEqual([]);
  }, 120_000);

  it('are torn when cut short at any length, or longer than they say', () => {
    const bytes = saved();
    for (let length = 0; length < bytes.length; length++) expect(refusal(bytes.slice(0, length)), `${length} bytes`).toBe('SNAPSHOT_TORN');
    for (const more of [1, 8, 64]) {
      const longer = new Uint8Array(bytes.length + more);
      longer.set(bytes);
      expect(refusal(longer)).toBe('SNAPSHOT_TORN');
    }
  });

  it('are torn when the end was never written', () => {
    const bytes = saved();
    for (const from of [64, bytes.length >> 1, bytes.length - 64]) expect(refusal(bytes.slice().fill(0, from))).toBe('SNAPSHOT_TORN');
  });

  it('are torn when two blocks of them are exchanged', () => {
    const bytes = saved();
    const swapped = bytes.slice();
    const [a, b] = [bytes.length - 128, bytes.length - 64];
    swapped.set(bytes.subarray(b, b + 64), a);
    swapped.set(bytes.subarray(a, a + 64), b);
    expect(swapped).not.toEqual(bytes);
    expect(refusal(swapped)).toBe('SNAPSHOT_TORN');
  });

  it('are foreign when they are something else, of another version, or of other tables', () => {
    const bytes = saved();
    expect(refusal(new TextEncoder().encode('SQLite format 3\0'.repeat(400)))).toBe('SNAPSHOT_FOREIGN');
    expect(refusal(new Uint8Array(bytes.length))).toBe('SNAPSHOT_FOREIGN');
    const [version, tables] = [bytes.slice(), bytes.slice()];
    version[8]! += 1;
    tables[12]! ^= 0xff;
    expect([refusal(version), refusal(tables)]).toEqual(['SNAPSHOT_FOREIGN', 'SNAPSHOT_FOREIGN']);
  });
});
