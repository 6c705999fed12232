/** The notation reads what people write, gives back what it reads, and says where it cannot. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isCodedError } from '../graph/errors.ts';
import { decodeKeyPart, edgeId, encodeKeyPart, factId } from '../graph/fact.ts';
import { parseWorld, printWorld } from '../graph/notation.ts';

describe('the notation', () => {
  it('reads nodes, edges and gaps', () => {
    const world = parseWorld(`
      # a comment
      token:acme#ci IS AccessToken expiresAt=2026-01-31T12:00:00Z name="the \\"CI\\" token" alias=token:acme#1
      group:acme/dev HOLDS write ON repository:acme/api STALE
      restriction:acme/api#1 RESTRICTS push ON repository:acme/api glob="a b" value=2
      repository:acme/api HIDES grant-level BECAUSE unknown-value FOR user:ann "level \`triage\`"`);
    expect(world.edges).toEqual([
      { type: 'edge', kind: 'HOLDS', from: 'group:acme/dev', to: 'repository:acme/api', word: 'write', props: {}, stale: true },
      {
        type: 'edge',
        kind: 'RESTRICTS',
        from: 'restriction:acme/api#1',
        to: 'repository:acme/api',
        word: 'push',
        props: { glob: 'a b', value: 2 },
      },
    ]);
    expect(world.nodes.find(({ key }) => key === 'token:acme#ci')).toEqual({
      type: 'node',
      kind: 'AccessToken',
      key: 'token:acme#ci',
      ref: 'token:acme#ci',
      name: 'the "CI" token',
      aliases: ['token:acme#1'],
      props: { expiresAt: Date.UTC(2026, 0, 31, 12) },
    });
    expect(world.gaps).toEqual([
      {
        type: 'gap',
        reason: 'unknown-value',
        hides: 'grant-level',
        scope: 'repository:acme/api',
        subject: 'user:ann',
        detail: 'level `triage`',
      },
    ]);
  });

  it.each([
    ['user:ann', 'expected `SUBJECT VERB ...`'],
    ['user:ann LIKES user:bob', 'unknown verb `LIKES`'],
    ['user:ann IS Person', 'expected a node kind after IS'],
    ['user:ann HOLDS repository:acme/api', 'expected `HOLDS LEVEL ON TARGET`'],
    ['ann MEMBER_OF group:acme/dev', 'expected a reference `kind:path`, got `ann`'],
    ['user:ann IS User name="open', 'an unclosed or malformed quoted text'],
    ['repository:acme/api HIDES treasure BECAUSE denied', 'unknown hidden thing `treasure`'],
    ['repository:acme/api HIDES rules BECAUSE mood', 'expected `BECAUSE REASON`'],
    ['user:ann MEMBER_OF group:acme/dev loud', 'expected `name=value`'],
  ])('refuses %s', (line, why) => {
    const error = thrown(() => parseWorld(`# first\n${line}`));
    expect(isCodedError(error, 'NOTATION')).toBe(true);
    expect((error as Error).message).toContain(`line 2: ${why}`);
  });

  it('gives back any names and properties', () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(text, text, fc.oneof(text, fc.integer(), fc.boolean(), fc.constant(null)), fc.boolean(), (name, path, value, stale) => {
        const key = `user:${encodeKeyPart(path)}`;
        const world = {
          nodes: [
            {
              type: 'node' as const,
              kind: 'User' as const,
              key,
              ref: `user:${name}`,
              name,
              aliases: [`user:${name}2`],
              props: { note: value },
            },
            { type: 'node' as const, kind: 'Group' as const, key: 'group:a/b', ref: 'group:a/b', name: '', aliases: [], props: {} },
          ],
          edges: [
            {
              type: 'edge' as const,
              kind: 'MEMBER_OF' as const,
              from: key,
              to: 'group:a/b',
              word: '',
              props: { note: value },
              ...(stale ? { stale } : {}),
            },
          ],
          gaps: [
            {
              type: 'gap' as const,
              reason: 'denied' as const,
              hides: 'group-members' as const,
              scope: 'group:a/b',
              subject: '' as const,
              detail: name,
            },
          ],
        };
        expect(parseWorld(printWorld(world))).toEqual(world);
      }),
    );
  });
});

describe('ids', () => {
  it('are functions of the content, and their order is that of their parts', () => {
    expect(edgeId('user:a', 'HOLDS', 'write', 'repository:r')).toBe('user:a HOLDS write repository:r');
    expect(factId({ type: 'gap', reason: 'denied', hides: 'rules', scope: 'repository:r', subject: '', detail: 'x' })).toBe(
      'repository:r HIDES rules denied',
    );
    fc.assert(
      fc.property(fc.string({ maxLength: 6 }), fc.string({ maxLength: 6 }), (a, b) => {
        const [left, right] = [encodeKeyPart(a), encodeKeyPart(b)];
        if (left === right) return;
        expect(edgeId(`user:${left}`, 'MEMBER_OF', '', 'group:z') < edgeId(`user:${right}`, 'MEMBER_OF', '', 'group:a')).toBe(left < right);
      }),
    );
  });

  it('keep every name in keys', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (name) => {
        expect(encodeKeyPart(name)).toMatch(/^[!-~]*$/);
        expect(decodeKeyPart(encodeKeyPart(name))).toBe(name);
      }),
    );
  });
});

function thrown(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return null;
}
