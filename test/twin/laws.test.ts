/**
 * Laws of what an answer means, on generated worlds, for both engines.
 *
 * Each law compares a world with one that differs in a single respect. A law that speaks of verdicts holds for every question.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Question, Verdict } from '../../graph/decision.ts';
import type { World } from '../../graph/fact.ts';
import { actionRow } from '../../graph/model/actions.ts';
import { shortensWhatCan, shortensWhoCan } from '../../graph/model/gaps.ts';
import { isLeveled } from '../../graph/model/lattice.ts';
import { isAskable } from '../../graph/model/node-kinds.ts';
import { printWorld } from '../../graph/notation.ts';
import { neededAt } from '../../graph/spec/decide.ts';
import { Known } from '../../graph/spec/known.ts';
import { holders } from '../../graph/spec/level.ts';
import { Dice, seededSource } from './dice.ts';
import { TELLERS, type Told } from './teller.ts';
import { closeGap, edge, withEdge, withoutReports, withRule } from './truths.ts';
import { branchName, fresh, printQuestion, TwinCases, type TwinQuestion } from './twin-case.ts';

const LONG = process.env['GRANTPATH_TEST_LONG'] === '1';
const SEED = Number(process.env['GRANTPATH_TEST_SEED'] ?? (LONG ? Date.now() % 0x7fffffff : 20261124));
const CASES = LONG ? 500 : 50;
const TIMEOUT_MS = 600_000;

type Check = Extract<TwinQuestion, { ask: 'check' }>;

const worlds = fc.sample(new TwinCases(), { seed: SEED, numRuns: CASES }).map(({ world, questions }, at) => {
  const dice = new Dice(seededSource(SEED + at));
  const checks = questions.filter((question): question is Check => question.ask === 'check');
  return { world, checks, lists: questions, dice };
});

describe.each(TELLERS)(`laws of the $name, with seed ${SEED}`, ({ open }) => {
  const limit = { timeout: TIMEOUT_MS };

  it('closing a gap never turns a definite verdict: whatever it hid, ALLOW stays ALLOW and DENY stays DENY', limit, () => {
    let closed = 0;
    let settled = 0;
    for (const { world: reported, checks, dice } of worlds) {
      const world = withoutReports(reported);
      for (const gap of world.gaps) {
        const truth = closeGap(dice, world, gap);
        closed++;
        for (const { before, after, said } of verdictsOf(open(world), open(truth), checks)) {
          if (before !== 'UNKNOWN') expect(after, said(world, truth)).toBe(before);
          else if (after !== 'UNKNOWN') settled++;
        }
      }
    }
    expect(closed).toBeGreaterThan(CASES / 4);
    expect(settled).toBeGreaterThan(CASES / 4);
  });

  it('closing all gaps at once does not either', limit, () => {
    for (const { world: reported, checks, dice } of worlds) {
      const world = withoutReports(reported);
      const truth = world.gaps.reduce((left, gap) => closeGap(dice, left, gap), world);
      for (const { before, after, said } of verdictsOf(open(world), open(truth), checks))
        if (before !== 'UNKNOWN') expect(after, said(world, truth)).toBe(before);
    }
  });

  it('a stale fact lies between absent and present: what is definite with it is so without it and with it fresh', limit, () => {
    for (const { world, checks } of worlds) {
      for (const stale of world.edges.filter((each) => each.stale === true)) {
        const gone = { ...world, edges: world.edges.filter((each) => each !== stale) };
        if (isContext(world, gone, stale)) continue;
        // Content without levels is asked in the stead of what it lies in; so is a rule of its repository.
        const askedItself = checks.filter(({ target }) => isLeveled(target.kind) || target.kind === 'Branch');
        const there = { ...world, edges: world.edges.map((each) => (each === stale ? fresh(each) : each)) };
        for (const truth of [gone, there])
          for (const { before, after, said } of verdictsOf(open(world), open(truth), askedItself))
            if (before !== 'UNKNOWN') expect(after, said(world, truth)).toBe(before);
      }
    }
  });

  it('a grant, a membership, a scope or an exemption more never takes an ALLOW away', limit, () => {
    let gained = 0;
    for (const { world, checks, dice } of worlds) {
      const keys = (...kinds: string[]) => world.nodes.filter(({ kind }) => kinds.includes(kind)).map(({ key }) => key);
      const [people, groups, resources] = [keys('User', 'ServiceUser'), keys('Group', 'Everyone'), keys('Repository', 'Project')];
      const additions = [
        () => [dice.pickAny([...people, ...groups]), 'HOLDS', dice.pickAny(resources), dice.pick(['read', 'write', 'admin'])] as const,
        () => [dice.pickAny(people), 'MEMBER_OF', dice.pickAny(groups), ''] as const,
        () => [dice.pickAny(keys('ApiToken', 'AccessToken', 'OAuthConsumer')), 'HAS_SCOPE', 'scope:repository:write', ''] as const,
        () => [dice.pickAny(keys('BranchRestriction')), 'EXEMPTS', dice.pickAny([...people, ...groups]), ''] as const,
      ];
      for (const add of additions) {
        const [from, kind, to, word] = add();
        if (from === null || to === null) continue;
        const more = withEdge(world, edge(from, kind, to, word));
        for (const { before, after, said } of verdictsOf(open(world), open(more), checks)) {
          if (before === 'ALLOW') expect(after, said(world, more)).toBe('ALLOW');
          if (before !== 'DENY') expect(after, said(world, more)).not.toBe('DENY');
          if (before !== 'ALLOW' && after === 'ALLOW') gained++;
        }
      }
    }
    expect(gained).toBeGreaterThan(CASES / 4);
  });

  it('a rule more adds an ALLOW only for those whom it exempts: lists of overlapping rules are joined', limit, () => {
    let lost = 0;
    for (const { world, checks, dice } of worlds) {
      for (const repository of world.nodes.filter(({ kind }) => kind === 'Repository')) {
        const ruled = withRule(dice, world, repository.key);
        const known = new Known(ruled);
        const listed = ruled.edges.filter((each) => each.kind === 'EXEMPTS' && !world.edges.includes(each)).map(({ to }) => to);
        for (const { before, after, question, said } of verdictsOf(open(world), open(ruled), checks)) {
          const exempt = listed.some((holder) => holders(known, question.identity, 'optimistic').has(holder));
          if (!exempt && before !== 'ALLOW') expect(after, said(world, ruled)).not.toBe('ALLOW');
          if (!exempt && before === 'DENY') expect(after, said(world, ruled)).toBe('DENY');
          if (before === 'ALLOW' && after !== 'ALLOW') lost++;
        }
      }
    }
    expect(lost).toBeGreaterThan(CASES / 4);
  });

  it('the order of facts means nothing', limit, () => {
    for (const { world, lists, dice } of worlds) {
      const { nodes, edges, gaps } = world;
      const shuffled = { nodes: dice.shuffled(nodes), edges: dice.shuffled(edges), gaps: dice.shuffled(gaps) };
      const [told, again] = [open(world), open(shuffled)];
      for (const question of lists) expect(again.answer(question), printQuestion(question)).toEqual(told.answer(question));
    }
  });

  it('who can: exactly those for whom the check is ALLOW; complete unless a check is UNKNOWN or a list is short', limit, () => {
    for (const { world, checks } of worlds.slice(0, Math.ceil(CASES / 2))) {
      const told = open(world);
      const known = new Known(world);
      const askable = [
        'anonymous:',
        ...world.nodes.filter(({ kind, key }) => isAskable(kind) && key !== 'anonymous:').map(({ key }) => key),
      ].sort();
      for (const { action, target, at } of checks.slice(0, 3)) {
        const verdicts = askable.map((key) => ({ key, verdict: told.decide({ identity: key, action, target }, at).verdict }));
        const { entries, complete, gaps } = told.whoCan(action, target, at);
        expect(entries).toEqual(verdicts.filter(({ verdict }) => verdict !== 'DENY'));
        const short = world.gaps.some(
          (gap) => shortensWhoCan(gap.hides, action, undefined) && known.ancestors(target.key).includes(gap.scope),
        );
        expect([complete, gaps.length === 0]).toEqual([!short && !verdicts.some(({ verdict }) => verdict === 'UNKNOWN'), complete]);
      }
    }
  });

  it('what can: exactly the targets of which the check is ALLOW; complete unless a check is UNKNOWN or a list is short', limit, () => {
    for (const { world, checks } of worlds.slice(0, Math.ceil(CASES / 2))) {
      const told = open(world);
      const known = new Known(world);
      for (const { identity, action, at } of checks.slice(0, 3)) {
        const verdicts = targetsOf(world, action)
          .filter((target) => neededAt(known, { identity, action, target }).length > 0)
          .map((target) => ({ target, verdict: told.decide({ identity, action, target }, at).verdict }));
        const { entries, complete } = told.whatCan(identity, action, at);
        const byText = (list: readonly { target: Question['target']; verdict: Verdict }[]) =>
          list.map(({ target, verdict }) => `${target.key} ${target.branch} ${verdict}`).sort();
        expect(byText(entries)).toEqual(byText(verdicts.filter(({ verdict }) => verdict !== 'DENY')));
        const short = world.gaps.some((gap) => shortensWhatCan(gap.hides, actionRow(action).on));
        expect(complete).toBe(!short && !verdicts.some(({ verdict }) => verdict === 'UNKNOWN'));
      }
    }
  });

  it('time only takes away: what is allowed later is allowed earlier', limit, () => {
    let expired = 0;
    for (const { world, checks } of worlds) {
      const told = open(world);
      for (const question of checks) {
        const verdicts = [0, 999, 1000, 1999, 2000, 5000].map((at) => told.decide(question, at).verdict);
        const weight: Record<Verdict, number> = { ALLOW: 2, UNKNOWN: 1, DENY: 0 };
        const sorted = verdicts.toSorted((a, b) => weight[b] - weight[a]);
        expect(verdicts, `${printWorld(world)}${printQuestion(question)}`).toEqual(sorted);
        if (verdicts[0] === 'ALLOW' && verdicts.at(-1) === 'DENY') expired++;
      }
    }
    expect(expired).toBeGreaterThan(CASES / 10);
  });
});

interface Change {
  readonly question: Check;
  readonly before: Verdict;
  readonly after: Verdict;
  said(before: World, after: World): string;
}

function* verdictsOf(told: Told, later: Told, checks: readonly Check[]): IterableIterator<Change> {
  for (const question of checks) {
    const said = (before: World, after: World) => `${printWorld(before)}${printQuestion(question)}\nagainst\n${printWorld(after)}`;
    yield { question, before: told.decide(question, question.at).verdict, after: later.decide(question, question.at).verdict, said };
  }
}

/**
 * Where something lies is not always a claim that a verdict could lean on: it also says of what flavor anything is, and above what
 * Bitbucket's own listing stands in for a gap. Such an edge is what questions are about, stale or not.
 */
function isContext(world: World, gone: World, { kind }: World['edges'][number]): boolean {
  if (kind !== 'CONTAINS') return false;
  const [known, without] = [new Known(world), new Known(gone)];
  const reported = world.edges.some((edge) => edge.kind === 'REPORTED');
  return reported || world.nodes.some(({ key }) => known.flavorOf(key) !== without.flavorOf(key));
}

function targetsOf({ nodes, edges }: World, action: Question['action']): Question['target'][] {
  const { on } = actionRow(action);
  return nodes
    .filter(({ kind }) => on.includes(kind))
    .flatMap(({ kind, key }): Question['target'][] => {
      if (kind !== 'Branch') return [{ kind, key, branch: null }];
      return edges
        .filter((each) => each.kind === 'CONTAINS' && each.to === key)
        .map((each) => ({ kind, key: each.from, branch: branchName(key) }));
    });
}
