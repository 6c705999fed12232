/** The third checker can say no: proofs that are not quite proofs are refused, each for its reason. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Link, Question, Witness } from '../../graph/decision.ts';
import type { World } from '../../graph/fact.ts';
import { parseWorld } from '../../graph/notation.ts';
import { linkOf } from '../../graph/proof.ts';
import { decide } from '../../graph/spec/decide.ts';
import { Known } from '../../graph/spec/known.ts';
import { witnesses } from '../../graph/spec/prove.ts';
import { complaintAbout } from './checker.ts';
import { TwinCases } from './twin-case.ts';

const SEED = 20261124;
const CASES = 400;

const world = parseWorld(`
  workspace:acme CONTAINS project:acme/WEB
  project:acme/WEB CONTAINS repository:acme/api
  token:ann#ci IS ApiToken
  token:ann#ci ACTS_AS user:ann
  token:ann#ci HAS_SCOPE scope:write:repository:bitbucket
  token:ann#ci HAS_SCOPE scope:read:repository:bitbucket
  user:ann MEMBER_OF group:acme/dev
  user:ann MEMBER_OF group:acme/old STALE
  group:acme/dev HOLDS write ON project:acme/WEB
  group:acme/dev HOLDS read ON repository:acme/api
  restriction:acme/api#1 RESTRICTS push ON repository:acme/api glob=main
  restriction:acme/api#1 EXEMPTS group:acme/dev
  restriction:acme/api#1 EXEMPTS group:acme/old
  restriction:acme/api#2 RESTRICTS push ON repository:acme/api glob=dev
  restriction:acme/api#2 EXEMPTS user:ann`);
const question: Question = {
  identity: 'token:ann#ci',
  action: 'branch.push',
  target: { kind: 'Branch', key: 'repository:acme/api', branch: 'main' },
};
const link = (text: string): Link => linkOf(parseWorld(text).edges[0]!);
const [owner, member] = [link('token:ann#ci ACTS_AS user:ann'), link('user:ann MEMBER_OF group:acme/dev')];
const [grant, contains] = [link('group:acme/dev HOLDS write ON project:acme/WEB'), link('project:acme/WEB CONTAINS repository:acme/api')];
const [scope, exempt] = [
  link('token:ann#ci HAS_SCOPE scope:write:repository:bitbucket'),
  link('restriction:acme/api#1 EXEMPTS group:acme/dev'),
];
const proof: Witness = {
  level: [owner, member, grant, contains],
  scopes: [scope],
  exemptions: [{ restriction: 'push', chain: [owner, member, exempt] }],
};
const exemptBy = (...chain: Link[]): Witness => ({ ...proof, exemptions: [{ restriction: 'push', chain }] });

describe('the checker', () => {
  it('accepts a proof', () => expect(complaintAbout(world, question, proof)).toBe(null));

  it.each<[string, Witness, RegExp]>([
    ['a fact that was not observed', { ...proof, level: [owner, member, { ...grant, word: 'admin' }, contains] }, /not observed/],
    [
      'a stale fact',
      exemptBy(owner, link('user:ann MEMBER_OF group:acme/old'), link('restriction:acme/api#1 EXEMPTS group:acme/old')),
      /not observed/,
    ],
    ['a chain with a link left out', { ...proof, level: [owner, grant, contains] }, /does not connect/],
    ['a chain out of order', { ...proof, level: [member, owner, grant, contains] }, /does not connect/],
    ['a chain that stops at the grant', { ...proof, level: [owner, member, grant] }, /do not establish/],
    [
      'a level that is too low',
      { ...proof, level: [owner, member, link('group:acme/dev HOLDS read ON repository:acme/api')] },
      /do not establish/,
    ],
    ['no scope', { ...proof, scopes: [] }, /do not establish/],
    [
      'a scope that does not do',
      { ...proof, scopes: [link('token:ann#ci HAS_SCOPE scope:read:repository:bitbucket')] },
      /do not establish/,
    ],
    ['a scope too many', { ...proof, scopes: [link('token:ann#ci HAS_SCOPE scope:read:repository:bitbucket'), scope] }, /can be left out/],
    ['no exemption', { ...proof, exemptions: [] }, /do not establish/],
    ['an exemption from another rule', exemptBy(owner, link('restriction:acme/api#2 EXEMPTS user:ann')), /do not establish/],
    ['an exemption of somebody else', exemptBy(exempt), /does not connect/],
    [
      'a fact too many',
      {
        ...proof,
        exemptions: [...proof.exemptions, { restriction: 'push', chain: [owner, link('restriction:acme/api#2 EXEMPTS user:ann')] }],
      },
      /can be left out/,
    ],
    ['nothing at all', { level: [], scopes: [], exemptions: [] }, /does not connect/],
  ])('refuses %s', (_, witness, reason) => expect(complaintAbout(world, question, witness)).toMatch(reason));

  it(`refuses every proof of generated worlds when a fact of it is gone, stale or left out, with seed ${SEED}`, {
    timeout: 120_000,
  }, () => {
    let refused = 0;
    for (const { world: generated, questions } of fc.sample(new TwinCases(), { seed: SEED, numRuns: CASES })) {
      const known = new Known(generated);
      for (const asked of questions) {
        if (asked.ask !== 'check' || decide(known, asked, asked.at).verdict !== 'ALLOW') continue;
        for (const witness of witnesses(known, asked).slice(0, 3)) {
          for (const spoiled of spoil(generated, witness)) {
            expect(complaintAbout(spoiled.world, asked, spoiled.witness), JSON.stringify(spoiled.witness)).not.toBe(null);
            refused++;
          }
        }
      }
    }
    expect(refused).toBeGreaterThan(10_000);
  });
});

/** The proof in worlds that lack or doubt one of its facts, and without one of its links. */
function spoil({ nodes, edges, gaps }: World, witness: Witness): { world: World; witness: Witness }[] {
  const is = (a: Link, b: Link) => a.from === b.from && a.kind === b.kind && a.word === b.word && a.to === b.to;
  return witness.level.flatMap((fact, at) => [
    { world: { nodes, edges: edges.filter((edge) => !is(edge, fact)), gaps }, witness },
    { world: { nodes, edges: edges.map((edge) => (is(edge, fact) ? { ...edge, stale: true } : edge)), gaps }, witness },
    { world: { nodes, edges, gaps }, witness: { ...witness, level: witness.level.toSpliced(at, 1) } },
  ]);
}
