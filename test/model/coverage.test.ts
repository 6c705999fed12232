/**
 * Every row of the tables that decides answers is used by at least one world, or is named here with the reason why none does.
 *
 * Used means: an action is asked, a level or a public grant is held, an inheritance is a step of a proof, a restriction binds
 * something, a credential is asked about, a gap hides something for a reason, a scope is part of a proof.
 */
import { describe, expect, it } from 'vitest';
import type { Question, Witness } from '../../graph/decision.ts';
import { refPath, type World } from '../../graph/fact.ts';
import { ACTION_NAMES } from '../../graph/model/actions.ts';
import { CREDENTIALS, credentialRow, SCOPE_WAYS, SCOPES, scopeWayId } from '../../graph/model/credentials.ts';
import { EDGE_KIND_NAMES } from '../../graph/model/edge-kinds.ts';
import { GAP_REASONS, HIDDEN_NAMES } from '../../graph/model/gaps.ts';
import { INHERIT, LEVELS } from '../../graph/model/levels.ts';
import { isRestrictionKind, RESTRICTION_NAMES } from '../../graph/model/restrictions.ts';
import { VISIBILITY } from '../../graph/model/visibility.ts';
import { parseWorld } from '../../graph/notation.ts';
import { decide } from '../../graph/spec/decide.ts';
import { Known } from '../../graph/spec/known.ts';
import { witnesses } from '../../graph/spec/prove.ts';
import { actionOf, targetOf } from '../support/spec-surface.ts';
import { WORLDS } from '../worlds/index.ts';
import { parseExpectations } from '../worlds/world.ts';

const bitbucket = (...scopes: string[]) => scopes.flatMap((scope) => [`oauth/${scope}`, `access-token/${scope}`]);
const api = (...scopes: string[]) => scopes.map((scope) => `api-token/${scope}:bitbucket`);
const NOTHING = 'no action of the tables needs it';

/** Scopes that let nobody do anything of the tables. Named here one by one: a row that loses its actions is not among them. */
const IDLE_SCOPES = [
  ...bitbucket('account:write', 'email', 'team', 'team:write', 'runner', 'issue', 'issue:write', 'snippet', 'snippet:write'),
  ...bitbucket('test', 'test:write', 'wiki'),
  ...api('read:user', 'write:user', 'delete:webhook', 'read:permission', 'delete:permission', 'read:ssh-key', 'delete:ssh-key'),
  ...api('read:gpg-key', 'write:gpg-key', 'delete:gpg-key', 'read:issue', 'write:issue', 'delete:issue'),
  ...api('read:snippet', 'write:snippet', 'delete:snippet'),
];

/** Rows that no world can use, and why. */
const EXCUSED: Readonly<Record<string, string>> = {
  'inherit/dc/Repository.read-Project.view': 'passes upwards, to a level that no action needs',
  'levels/dc/Project/view': 'cannot be given, and no action needs it',
  'hidden/fact': 'made from stale facts, never recorded',
  ...Object.fromEntries(IDLE_SCOPES.map((scope) => [`scopes/${scope}`, NOTHING])),
};

const INHERITED = INHERIT.map(({ flavor, from, to }) => `inherit/${flavor}/${from.join('.')}-${to.join('.')}`);

const ROWS: readonly string[] = [
  ...ACTION_NAMES.map((name) => `actions/${name}`),
  ...RESTRICTION_NAMES.map((name) => `restrictions/${name}`),
  ...HIDDEN_NAMES.map((name) => `hidden/${name}`),
  ...Object.keys(GAP_REASONS).map((name) => `gap-reasons/${name}`),
  ...Object.keys(CREDENTIALS).map((kind) => `credentials/${kind}`),
  ...SCOPES.map(({ family, scope }) => `scopes/${family}/${scope}`),
  ...SCOPE_WAYS.map(scopeWayId),
  ...EDGE_KIND_NAMES.map((name) => `edge-kinds/${name}`),
  ...LEVELS.map(({ flavor, on, level }) => `levels/${flavor}/${on}/${level}`),
  ...VISIBILITY.map(({ flavor, on, holder }) => `visibility/${flavor}/${on}/${holder}`),
  ...INHERITED,
];

const used = new Set(WORLDS.flatMap(({ facts, expect: expected }) => [...rowsOf(parseWorld(facts), expected)]));

describe('the rows of the tables', () => {
  it('are used by a world, or excused', () => expect(ROWS.filter((row) => !used.has(row) && !(row in EXCUSED))).toEqual([]));

  it('are excused only where none uses them, and only if they exist', () =>
    expect(Object.keys(EXCUSED).filter((row) => used.has(row) || !ROWS.includes(row))).toEqual([]));

  it('of actions are each allowed once and refused once', () => {
    const verdicts = new Map<string, Set<string>>();
    for (const expectation of WORLDS.flatMap((world) => parseExpectations(world.expect)))
      if (expectation.ask === 'check')
        verdicts.set(expectation.action, (verdicts.get(expectation.action) ?? new Set()).add(expectation.verdict));
    expect(ACTION_NAMES.filter((action) => !['ALLOW', 'DENY'].every((verdict) => verdicts.get(action)?.has(verdict)))).toEqual([]);
  });
});

function* rowsOf(world: World, expected: string): IterableIterator<string> {
  const known = new Known(world);
  for (const { kind, from, to, word, stale } of world.edges) {
    yield `edge-kinds/${kind}`;
    if (stale === true) yield 'gap-reasons/stale';
    if (kind === 'RESTRICTS') yield `restrictions/${isRestrictionKind(word) ? word : 'unknown'}`;
    const as = known.leveledAs(to);
    if (kind !== 'HOLDS' || as === null) continue;
    yield `levels/${as.flavor}/${as.kind}/${word}`;
    yield `visibility/${as.flavor}/${as.kind}/${known.kindOf(from)}`;
  }
  for (const { hides, reason } of world.gaps) yield* [`hidden/${hides}`, `gap-reasons/${reason}`];
  for (const expectation of parseExpectations(expected)) {
    yield `actions/${expectation.action}`;
    if (expectation.ask !== 'check') continue;
    const { identity, resource, at = 0 } = expectation;
    yield `credentials/${known.kindOf(identity)}`;
    const question = { identity, action: actionOf(expectation.action), target: targetOf(known, resource) };
    const { verdict, gaps } = decide(known, question, at);
    for (const { reason } of gaps) yield `gap-reasons/${reason}`;
    if (verdict !== 'ALLOW') continue;
    for (const { level, scopes } of witnesses(known, question)) {
      yield* inheritanceIn(known, level);
      yield* scopeRowsOf(known, question, scopes);
    }
  }
}

function* scopeRowsOf(known: Known, { identity, action, target }: Question, scopes: Witness['scopes']): IterableIterator<string> {
  const family = credentialRow(known.kindOf(identity))?.scopes;
  const held = scopes.map(({ to }) => refPath(to));
  for (const scope of held) yield `scopes/${family}/${scope}`;
  for (const way of SCOPE_WAYS.filter((row) => row.family === family && row.action === action)) {
    const applies = way.on.length === 0 || way.on.some((kind) => kind === known.kindOf(target.key));
    if (applies && new Set(way.all).symmetricDifference(new Set(held)).size === 0) yield scopeWayId(way);
  }
}

/** The rows by which a grant is passed down: those from its own level first, then from what each gives. */
function* inheritanceIn(known: Known, chain: ReturnType<typeof witnesses>[number]['level']): IterableIterator<string> {
  const grant = chain.find(({ kind }) => kind === 'HOLDS');
  let levels = new Set(grant === undefined ? [] : [grant.word]);
  for (const { from, to } of chain.filter(({ kind }) => kind === 'CONTAINS')) {
    const flavor = known.flavorOf(to);
    const rows = INHERIT.filter(
      (row) => row.flavor === flavor && row.way === 'down' && row.from[0] === known.kindOf(from) && row.to[0] === known.kindOf(to),
    );
    const passing = rows.filter((row) => levels.has(row.from[1]));
    for (const { from: above, to: below } of passing) yield `inherit/${flavor}/${above.join('.')}-${below.join('.')}`;
    levels = new Set(passing.map((row) => row.to[1]));
  }
}
