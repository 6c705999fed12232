/** The comparison of a run, made with the definitional engine: what the grants give against what the upstream lists. */
import { type Fact, factId, type World } from '../../graph/fact.ts';
import type { Action } from '../../graph/model/actions.ts';
import { decide } from '../../graph/spec/decide.ts';
import { Known } from '../../graph/spec/known.ts';
import type { Compare, Finding } from '../../ingest/report.ts';

const ACTION_BY_LEVEL: readonly (readonly [level: string, action: Action])[] = [
  ['admin', 'repository.admin'],
  ['write', 'repository.write'],
  ['read', 'repository.read'],
];

/** The facts as one world: what comes several times counts once. */
export function worldOf(facts: Iterable<Fact>): World {
  const all = [...new Map([...facts].map((fact) => [factId(fact), fact])).values()];
  return {
    nodes: all.filter((fact) => fact.type === 'node'),
    edges: all.filter((fact) => fact.type === 'edge'),
    gaps: all.filter((fact) => fact.type === 'gap'),
  };
}

export const compareBySpec: Compare = async (facts) => {
  const world = worldOf(facts);
  const known = new Known({ ...world, edges: world.edges.filter(({ kind }) => kind !== 'REPORTED') });
  const findings: Finding[] = [];
  let agree = 0;
  let notComparable = 0;
  for (const { from, to, word } of world.edges.filter(({ kind }) => kind === 'REPORTED')) {
    const verdicts = ACTION_BY_LEVEL.map(([level, action]) => {
      const question = { identity: from, action, target: { kind: 'Repository' as const, key: to, branch: null } };
      return { level, verdict: decide(known, question, 0).verdict };
    });
    const computed = verdicts.find(({ verdict }) => verdict === 'ALLOW')?.level ?? null;
    if (verdicts.some(({ verdict }) => verdict === 'UNKNOWN')) notComparable++;
    else if (computed === word) agree++;
    else {
      const detail = `listed ${word}, computed ${computed ?? 'nothing'}`;
      findings.push({ user: from, resource: to, reported: word, computed, detail, computedBecause: 'the specification' });
    }
  }
  return { agree, differ: findings.length, notComparable, findings };
};
