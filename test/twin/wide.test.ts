/**
 * Worlds wider than generated ones: rows long enough to be searched, more equal ends than are compared, more groups than are
 * kept, more sets of scopes than are common. Where the definitional engine is too slow the third checker judges.
 */
import { describe, expect, it } from 'vitest';
import type { Question } from '../../graph/decision.ts';
import { isCodedError } from '../../graph/errors.ts';
import type { World } from '../../graph/fact.ts';
import { SCOPES, scopeWays } from '../../graph/model/credentials.ts';
import { parseWorld } from '../../graph/notation.ts';
import { Known } from '../../graph/spec/known.ts';
import { complaintAbout, isEstablished } from './checker.ts';
import { difference, engineAnswer, specAnswer } from './compare.ts';
import { type CompiledWorld, compileWorld, reloadWorld } from './compile-world.ts';
import { Dice, seededSource } from './dice.ts';
import type { TwinQuestion } from './twin-case.ts';

const LONG = process.env['GRANTPATH_TEST_LONG'] === '1';
const SEED = 20261124;
const REPOSITORY = { kind: 'Repository', key: 'repository:acme/api', branch: null } as const;
const MAIN = { kind: 'Branch', key: 'repository:acme/api', branch: 'main' } as const;

const acme = `
  workspace:acme CONTAINS project:acme/WEB
  project:acme/WEB CONTAINS repository:acme/api`;

const lines = (count: number, line: (at: number) => string) => Array.from({ length: count }, (_, at) => line(at)).join('\n');
const worldOf = (...facts: string[]) => parseWorld([acme, ...facts].join('\n'));
const check = (identity: string, action: Question['action'], target: Question['target']): TwinQuestion => ({
  ask: 'check',
  identity,
  action,
  target,
  at: 0,
});

function expectTwins(world: World, questions: readonly TwinQuestion[]): void {
  const known = new Known(world);
  const fresh = compileWorld(world);
  for (const question of questions) {
    const expected = specAnswer(known, question);
    for (const engine of [fresh, reloadWorld(fresh)])
      expect(difference(expected, engineAnswer(engine, question)) ?? 'no difference').toBe('no difference');
  }
}

describe('rows longer than a few holders', () => {
  const dice = new Dice(seededSource(SEED));
  const level = () => dice.pick(['read', 'write', 'admin']);
  const world = worldOf(
    lines(90, (at) => `user:u${at} HOLDS ${level()} ON repository:acme/api`),
    lines(
      40,
      (at) =>
        `group:acme/g${at} HOLDS ${level()} ON ${dice.pick(['repository:acme/api', 'project:acme/WEB'])}${dice.chance(20) ? ' STALE' : ''}`,
    ),
    lines(60, (at) => `user:m${at} MEMBER_OF group:acme/g${dice.between(0, 39)}`),
    lines(20, (at) => `group:acme/g${at} MEMBER_OF group:acme/g${at + 20}`),
    lines(
      8,
      (at) => `token:m${at}#t IS ApiToken\ntoken:m${at}#t ACTS_AS user:m${at}\ntoken:m${at}#t HAS_SCOPE scope:write:repository:bitbucket`,
    ),
    'restriction:acme/api#1 RESTRICTS push ON repository:acme/api glob=main',
    lines(20, (at) => `restriction:acme/api#1 EXEMPTS group:acme/g${at * 2}`),
  );

  it('are searched as they are read', { timeout: 120_000 }, () => {
    const identities = [
      'user:u3',
      'user:u89',
      'user:m1',
      'user:m7',
      'token:m2#t',
      'token:m5#t',
      'group:acme/g3',
      'group:acme/g33',
      'anonymous:',
    ];
    const actions = ['repository.read', 'repository.admin'] as const;
    expectTwins(
      world,
      identities.flatMap((identity) => [
        ...actions.map((action) => check(identity, action, REPOSITORY)),
        check(identity, 'branch.push', MAIN),
      ]),
    );
  });

  it('list who can', { timeout: 120_000 }, () => {
    for (const action of ['repository.write', 'repository.admin'] as const) {
      const answer = engineAnswer(compileWorld(world), { ask: 'whoCan', action, target: REPOSITORY, at: 0, kinds: null, unknown: false });
      const listed = 'entries' in answer ? answer.entries.map((entry) => ('key' in entry ? entry.key : '')) : [];
      const expected = world.nodes
        .map(({ key }) => key)
        .filter((key) => /^(user|group):/.test(key) && isEstablished(world, { identity: key, action, target: REPOSITORY }));
      expect(listed.filter((key) => !key.startsWith('token:'))).toEqual(expected.sort());
    }
  });
});

it('more equally near ends than are compared still come in order', { timeout: 120_000 }, () => {
  const world = worldOf(
    lines(45, (at) => `user:ann MEMBER_OF group:acme/g${at}`),
    lines(45, (at) => `group:acme/g${at} HOLDS write ON repository:acme/api`),
    lines(45, (at) => `group:acme/g${at} MEMBER_OF group:acme/h${at % 3}`),
    lines(3, (at) => `group:acme/h${at} HOLDS admin ON repository:acme/api`),
  );
  expectTwins(world, [
    check('user:ann', 'repository.write', REPOSITORY),
    check('user:ann', 'repository.admin', REPOSITORY),
    { ask: 'anyLevel', identity: 'user:ann', target: REPOSITORY.key, at: 0 },
  ]);
});

describe('somebody in more groups than are kept', () => {
  const groups = 4_200;
  const world = worldOf(
    lines(groups, (at) => `user:ann MEMBER_OF group:acme/g${at}`),
    `group:acme/g${groups - 1} MEMBER_OF group:acme/deep`,
    'group:acme/deep HOLDS write ON project:acme/WEB',
    'group:acme/g7 HOLDS read ON repository:acme/api',
    'sshkey:ann#laptop ACTS_AS user:ann',
    'user:bob MEMBER_OF group:acme/g8',
  );
  const compiled = compileWorld(world);

  it.each([
    ['user:ann', 'repository.write', REPOSITORY, 'ALLOW'],
    ['user:ann', 'repository.admin', REPOSITORY, 'DENY'],
    ['sshkey:ann#laptop', 'branch.push', MAIN, 'ALLOW'],
    ['user:bob', 'repository.read', REPOSITORY, 'DENY'],
  ] as const)('%s %s', (identity, action, target, verdict) => {
    const question = { identity, action, target };
    const answer = engineAnswer(compiled, { ask: 'check', ...question, at: 0 });
    expect('decision' in answer && answer.decision.verdict).toBe(verdict);
    expect(isEstablished(world, question)).toBe(verdict === 'ALLOW');
    const proofs = 'proofs' in answer ? answer.proofs : [];
    expect(proofs.length > 0).toBe(verdict === 'ALLOW');
    for (const proof of proofs) expect(complaintAbout(world, question, proof)).toBe(null);
  });

  it('is listed', () => {
    const answer = engineAnswer(compiled, {
      ask: 'whoCan',
      action: 'repository.write',
      target: REPOSITORY,
      at: 0,
      kinds: ['User', 'SshKey'],
      unknown: false,
    });
    expect('entries' in answer && answer.entries.map((entry) => ('key' in entry ? entry.key : ''))).toEqual([
      'sshkey:ann#laptop',
      'user:ann',
    ]);
  });
});

it('more sets of scopes than are common are told apart', () => {
  const family = SCOPES.filter((row) => row.family === 'oauth').map(({ scope }) => scope);
  const dice = new Dice(seededSource(SEED));
  const held = Array.from({ length: 900 }, () => family.filter(() => dice.chance(30)));
  const world = worldOf(
    'user:ann HOLDS admin ON repository:acme/api',
    ...held.map((scopes, at) =>
      [`consumer:acme#c${at} ACTS_AS user:ann`, ...scopes.map((scope) => `consumer:acme#c${at} HAS_SCOPE scope:${scope}`)].join('\n'),
    ),
  );
  const { engine, keys } = compileWorld(world);
  for (const action of ['repository.read', 'repository.write', 'restriction.edit', 'repository.delete', 'deploykey.create'] as const) {
    const enough = scopeWays('oauth', action, 'Repository');
    for (const [at, scopes] of held.entries()) {
      const allowed = engine.check(
        {
          identity: keys.indexOf(`consumer:acme#c${at}`),
          action,
          target: keys.indexOf(REPOSITORY.key),
          targetKind: 'Repository',
          branch: null,
        },
        0,
      );
      expect(allowed, scopes.join()).toBe(enough.some((way) => way.every((scope) => scopes.includes(scope))));
    }
  }
});

it('more rules than fit a glance each bind their own branches', { timeout: 60_000 }, () => {
  const world = worldOf(
    'user:ann HOLDS write ON repository:acme/api',
    'user:ann HOLDS write ON repository:acme/site',
    lines(
      60,
      (at) =>
        `restriction:acme/${at % 2 ? 'api' : 'site'}#${at} RESTRICTS ${['push', 'force', 'delete'][at % 3]} ON repository:acme/${at % 2 ? 'api' : 'site'} glob=b${at}*`,
    ),
    lines(20, (at) => `restriction:acme/${at % 2 ? 'api' : 'site'}#${at} EXEMPTS user:ann`),
  );
  const targets = Array.from(
    { length: 30 },
    (_, at) => ({ kind: 'Branch', key: at % 2 ? 'repository:acme/api' : 'repository:acme/site', branch: `b${at}x` }) as const,
  );
  expectTwins(
    world,
    targets.flatMap((target) =>
      (['branch.push', 'branch.force_push', 'branch.delete'] as const).map((action) => check('user:ann', action, target)),
    ),
  );
});

describe('what is asked in between', () => {
  const world = worldOf(
    lines(
      4,
      (at) =>
        `user:ann MEMBER_OF group:acme/g${at}\ngroup:acme/g${at} HOLDS write ON project:acme/WEB\ngroup:acme/g${at} MEMBER_OF group:acme/g${(at + 1) % 4}`,
    ),
    lines(3, (at) => `user:bob HOLDS ${['read', 'write', 'admin'][at]} ON repository:acme/api`),
    'restriction:acme/api#1 RESTRICTS push ON repository:acme/api glob=main',
    lines(4, (at) => `restriction:acme/api#1 EXEMPTS group:acme/g${at}`),
    'restriction:acme/api#1 EXEMPTS user:bob',
    'consumer:acme#c ACTS_AS user:ann',
    'consumer:acme#c HAS_SCOPE scope:repository:write',
    'user:cy HOLDS read ON project:acme/WEB STALE',
  );
  const { engine, keys }: CompiledWorld = compileWorld(world);
  const asked = (identity: string, action: Question['action'], { kind, key, branch }: Question['target']) => ({
    identity: keys.indexOf(identity),
    action,
    target: keys.indexOf(key),
    targetKind: kind,
    branch,
  });
  const questions = ['user:ann', 'user:bob', 'consumer:acme#c', 'user:cy'].flatMap((identity) => [
    asked(identity, 'repository.read', REPOSITORY),
    asked(identity, 'branch.push', MAIN),
  ]);

  it('changes no proof that is being read', () => {
    const alone = questions.map((question) => [...engine.witnesses(question, 0)]);
    const open = questions.map((question) => engine.witnesses(question, 0));
    const read: unknown[][] = questions.map(() => []);
    for (let left = open.length; left > 0; ) {
      left = 0;
      for (const [at, proofs] of open.entries()) {
        const next = proofs.next();
        if (!next.done) {
          read[at]?.push(next.value);
          left++;
        }
        for (const other of questions) engine.check(other, 0);
      }
    }
    expect(read).toEqual(alone);
    expect(alone.flat().length).toBeGreaterThan(50);
  });

  it('changes no list that is being read', () => {
    const list = (question: (typeof questions)[number]) => engine.whatCan(question.identity, 'repository.read', 0, { unknown: true });
    const entries = (from: ReturnType<typeof list>, between: () => void) =>
      Array.from({ length: from.length }, (_, at) => {
        between();
        return from.entry(at);
      });
    for (const question of questions) {
      const alone = entries(list(question), () => {});
      const disturb = () => {
        for (const other of questions) {
          engine.decide(other, 0);
          list(other);
        }
      };
      expect(entries(list(question), disturb)).toEqual(alone);
    }
  });
});

describe('a search for proofs that would not end', () => {
  // Groups that are all in each other: more ways than can be walked.
  const names = Array.from({ length: 24 }, (_, at) => `group:acme/g${String(at).padStart(2, '0')}`);
  const world = worldOf(
    'user:ann MEMBER_OF group:acme/g00',
    ...names.flatMap((from) => names.filter((to) => to !== from).map((to) => `${from} MEMBER_OF ${to}`)),
    'group:acme/g23 HOLDS write ON repository:acme/api',
    'restriction:acme/api#1 RESTRICTS push ON repository:acme/api glob=main',
    'restriction:acme/api#1 EXEMPTS group:acme/g12',
  );
  const { engine, keys } = compileWorld(world);
  const question = {
    identity: keys.indexOf('user:ann'),
    action: 'branch.push',
    target: keys.indexOf(MAIN.key),
    targetKind: 'Branch',
    branch: 'main',
  } as const;
  const codeOf = (proofs: IterableIterator<unknown>): unknown => {
    try {
      for (const _ of proofs);
      return null;
    } catch (error) {
      return isCodedError(error) ? error.code : error;
    }
  };

  it('has its first proof', () => {
    const { value: first } = engine.witnesses(question, 0).next();
    expect(first !== undefined && complaintAbout(world, { identity: 'user:ann', action: 'branch.push', target: MAIN }, first)).toBe(null);
  });

  it('is stopped by its signal', () => {
    const abort = new AbortController();
    const proofs = engine.witnesses(question, 0, abort.signal);
    expect(proofs.next().done).toBe(false);
    abort.abort();
    expect(codeOf(proofs)).toBe('TIMEOUT');
  });

  it.skipIf(!LONG)('ends at its limit of work (millions of steps: in the long run only)', { timeout: 300_000 }, () => {
    expect(codeOf(engine.witnesses(question, 0))).toBe('LIMIT');
  });
});
