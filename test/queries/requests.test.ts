/**
 * What callers without types hand over: whatever it is, the refusal has a code, names the argument and says what is right.
 * And a grantpath that was closed refuses every question.
 */
import { afterEach, describe, expect, it } from 'vitest';
import { CodedError } from '../../graph/errors.ts';
import type { Grantpath } from '../../queries/port.ts';
import { Opened } from './opened.ts';

const opened: Opened[] = [];

afterEach(async () => {
  for (const each of opened.splice(0)) await each.close();
});

async function setting() {
  const here = await Opened.make();
  opened.push(here);
  await here.commit('user:ann HOLDS write ON repository:acme/api');
  return here.open();
}

/** A grantpath as a caller without types sees it. */
type Untyped = { readonly [question in keyof Grantpath]: (...given: unknown[]) => Promise<unknown> };

const API = 'repository:acme/api';
const CHECK = { identity: 'user:ann', action: 'repository.read', resource: API };
/** Everything that a text, list or number is not. */
const WRONG: readonly unknown[] = [7, Number.NaN, true, Symbol('x'), 7n, {}, () => 'x', Object.create(null)];

async function refusal(question: Promise<unknown>): Promise<CodedError> {
  const error: unknown = await question.then(
    () => 'no error',
    (each: unknown) => each,
  );
  expect(error).toBeInstanceOf(CodedError);
  return error as CodedError;
}

describe('an argument of the wrong kind', () => {
  it('is told by name, with what is right and what came', async () => {
    const grantpath = (await setting()) as unknown as Untyped;
    const message = async (question: Promise<unknown>) => {
      const { code, message: text } = await refusal(question);
      return `${code}: ${text.replace(/(, [A-Z][A-Za-z]+)+/, ', ...')}`;
    };
    expect(await message(grantpath.check({ action: 'repository.read', resource: API }))).toBe(
      'REFERENCE_MALFORMED: `identity` is a reference `kind:path` like `user:evan`, got `undefined`',
    );
    expect(await message(grantpath.check({ ...CHECK, action: undefined }))).toBe(
      'USAGE: `action` is a text like `branch.push`, got `undefined`',
    );
    expect(await message(grantpath.check())).toBe('USAGE: a check is an object `{ identity, action, resource }`, got `undefined`');
    expect(await message(grantpath.checks(CHECK))).toBe('USAGE: `checks` takes a list of `{ identity, action, resource }`, got an object');
    expect(await message(grantpath.whoCan('repository.read', API, { kinds: ['USER'] }))).toBe(
      'USAGE: `kinds` is a list of User, ..., got `USER`',
    );
    expect(await message(grantpath.whoCan('repository.read', API, { first: 'many' }))).toBe(
      'USAGE: `first` is a whole number from 0 to 1000, got `many`',
    );
    expect(await message(grantpath.whoCan('repository.read', API, { first: Number.POSITIVE_INFINITY }))).toBe(
      'LIMIT: `first` is a whole number from 0 to 1000, got `Infinity`',
    );
    expect(await message(grantpath.check(CHECK, { at: '2026-01-31' }))).toBe(
      'TIME_MALFORMED: `at` is a number of milliseconds since 1970 that a date can hold, got `2026-01-31`',
    );
    expect((await refusal(grantpath.whoCan('repository.read', API, { kinds: ['USER'] }))).details['kinds']).toContain('User');
  });

  it('among many checks is told with its index', async () => {
    const grantpath = (await setting()) as unknown as Untyped;
    const error = await refusal(grantpath.checks([CHECK, null, { ...CHECK, identity: 7 }]));
    expect(error).toMatchObject({ code: 'USAGE', details: { indexes: [1, 2], codes: ['USAGE', 'REFERENCE_MALFORMED'] } });
  });

  it('of any sort at any place has a code', async () => {
    const grantpath = (await setting()) as unknown as Untyped;
    for (const wrong of WRONG) {
      const told = String(wrong === null || typeof wrong !== 'object' ? String(wrong) : 'object');
      // Those that take kinds first.
      const pages = [
        (options: object) => grantpath.whoCan('repository.read', API, options),
        (options: object) => grantpath.whatCan('user:ann', null, options),
        (options: object) => grantpath.find('', options),
        (options: object) => grantpath.edgesOf(API, 'to', options),
        (options: object) => grantpath.paths('user:ann', API, null, options),
        (options: object) => grantpath.gaps(options),
        (options: object) => grantpath.snapshots(options),
      ];
      for (const [index, page] of pages.entries()) {
        await refusal(page({ after: wrong }));
        await refusal(page({ signal: wrong }));
        if (wrong !== 7) for (const option of ['first', 'at']) await refusal(page({ [option]: wrong }));
        if (index < 4) for (const kinds of [wrong, [wrong], ['constructor']]) await refusal(page({ kinds }));
      }
      for (const text of [wrong, null]) {
        expect(await refusal(grantpath.check({ ...CHECK, identity: text })), told).toMatchObject({ code: 'REFERENCE_MALFORMED' });
        await refusal(grantpath.check({ ...CHECK, resource: text }));
        await refusal(grantpath.check({ ...CHECK, action: text }));
        await refusal(grantpath.whoCan(text, API));
        await refusal(grantpath.whoCan('repository.read', text));
        await refusal(grantpath.whatCan(text));
        await refusal(grantpath.paths(text, API));
        await refusal(grantpath.paths('user:ann', text));
        await refusal(grantpath.node(text));
        await refusal(grantpath.find(text));
        await refusal(grantpath.edgesOf(text, 'to'));
        await refusal(grantpath.edgesOf(API, text));
        for (const list of [text, [text]]) {
          await refusal(grantpath.checks(list));
          await refusal(grantpath.namedNodes(list));
          await refusal(grantpath.nodeFacts(list));
          await refusal(grantpath.edgeFacts(list));
          if (text !== null) await refusal(grantpath.edgesOf(API, 'to', { otherWords: list }));
        }
      }
      await refusal(grantpath.whatCan('user:ann', wrong));
      await refusal(grantpath.paths('user:ann', API, wrong));
      if (wrong !== true) await refusal(grantpath.whoCan('repository.read', API, { includeUnknown: wrong }));
      if (typeof wrong !== 'object') for (const question of [grantpath.gaps(wrong), grantpath.coverage(wrong)]) await refusal(question);
      if (wrong !== 7) {
        for (const ask of [grantpath.namedNodes, grantpath.nodeFacts, grantpath.edgeFacts]) await refusal(ask.call(grantpath, [], wrong));
        await refusal(grantpath.check(CHECK, { at: wrong }));
        await refusal(grantpath.node('user:ann', { at: wrong }));
      }
    }
  });

  it('is not what is left out or null', async () => {
    const grantpath = (await setting()) as unknown as Untyped;
    await grantpath.check(CHECK, null);
    await grantpath.whoCan('repository.read', API, null);
    await grantpath.whoCan('repository.read', API, { first: null, after: null, at: null, signal: null, kinds: null });
    await grantpath.snapshots(null);
  });
});

describe('a signal of any reason', () => {
  it('ends a question with a code', async () => {
    const grantpath = await setting();
    const signal = AbortSignal.abort();
    const { identity, resource } = CHECK;
    const check = { identity, action: 'repository.read', resource } as const;
    for (const question of [
      grantpath.check(check, { signal }),
      grantpath.checks([check], { signal }),
      grantpath.whoCan('repository.read', API, { signal }),
      grantpath.find('', { signal }),
    ])
      expect((await refusal(question)).code).toBe('TIMEOUT');
  });
});

describe('a grantpath that was closed', () => {
  it('refuses every question with what to do, is not ready, and may be closed again', async () => {
    const grantpath = await setting();
    const answer = await grantpath.check(CHECK as Parameters<Grantpath['check']>[0]);
    await grantpath.close();
    await grantpath.close();
    expect(grantpath.ready()).toBe(false);
    const untyped = grantpath as unknown as Untyped;
    const questions: Partial<Record<keyof Grantpath, unknown[]>> = {
      check: [CHECK],
      checks: [[CHECK]],
      whoCan: ['repository.read', API],
      whatCan: ['user:ann'],
      paths: ['user:ann', API],
      node: ['user:ann'],
      find: [''],
      edgesOf: [API, 'to'],
      namedNodes: [['user:ann']],
      nodeFacts: [['user:ann']],
      edgeFacts: [[]],
      gaps: [],
      coverage: [],
      snapshots: [],
      changes: [0],
      accessChanges: [0],
      since: [{ text: '', steps: [] }],
    };
    for (const [question, given] of Object.entries(questions))
      expect((await refusal(untyped[question as keyof Grantpath](...given))).message, question).toBe(
        'a question is asked of an open grantpath, this one was closed: open it again',
      );
    // What was not read of an answer before cannot be read now.
    await refusal(answer.reason());
  });

  it('while it compiles a past snapshot refuses the question that waits for it', async () => {
    const here = await Opened.make();
    opened.push(here);
    const past = await here.commit('user:ann HOLDS write ON repository:acme/api');
    here.clock.at += 1000;
    await here.commit('user:ann HOLDS read ON repository:acme/api');
    const grantpath = await here.open({ inWorker: true });
    const waiting = refusal(grantpath.check(CHECK as Parameters<Grantpath['check']>[0], { at: past.at }));
    await grantpath.close();
    expect(['TIMEOUT', 'USAGE']).toContain((await waiting).code);
  });
});
