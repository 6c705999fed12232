/**
 * The self-check of a run: Bitbucket's own list of effective permissions against what the grants give, computed by the engine.
 *
 * The list itself is left out of what is computed from, or it would be compared with itself.
 */

import { anew } from '../graph/anew.ts';
import type { Witness } from '../graph/decision.ts';
import type { EdgeFact, Fact, NodeKey, Props } from '../graph/fact.ts';
import type { Action } from '../graph/model/actions.ts';
import { proofText } from '../graph/proof.ts';
import { type Compare, type Comparison, DISAGREEMENTS_MAX, type Finding } from '../ingest/report.ts';
import { keysOfWitness } from '../queries/told-proof.ts';
import type { View } from '../queries/view.ts';
import { withViewOf } from '../queries/world-view.ts';

/**
 * Rows of which a gap leaves the computed level open are not comparable; a row that is absent proves nothing.
 * Cost: a proof for each finding that is told.
 */
export const compareListing: Compare = (facts) =>
  withViewOf(bare(anew(() => Iterator.from(facts).filter((fact) => !isReported(fact)))), (view) =>
    compareRows(
      anew(() => Iterator.from(facts).filter(isReported)),
      view,
    ),
  );

/** Nodes without what changes no answer and is not told: of a large workspace it would be most of what is held. */
function bare(facts: Iterable<Fact>): Iterable<Fact> {
  const bared = (fact: Fact): Fact => (fact.type === 'node' ? { ...fact, name: '', aliases: [], props: answering(fact.props) } : fact);
  return anew(() => Iterator.from(facts).map(bared));
}

function answering({ active, expiresAt }: Props): Props {
  return { ...(active === undefined ? {} : { active }), ...(expiresAt === undefined ? {} : { expiresAt }) };
}

function isReported(fact: Fact): fact is EdgeFact {
  return fact.type === 'edge' && fact.kind === 'REPORTED';
}

/** The listing is one scope, so each row comes once. */
async function compareRows(reported: Iterable<EdgeFact>, view: View): Promise<Comparison> {
  const { engine, keys, names } = view;
  const differing: Differing[] = [];
  const counts = { agree: 0, differ: 0, notComparable: 0 };
  for (const row of reported) {
    const [user, resource] = [keys.indexOf(row.from), keys.indexOf(row.to)];
    const certain = user < 0 || resource < 0 ? null : engine.heldAt(user, resource, 'pessimistic');
    const possible = user < 0 || resource < 0 ? undefined : engine.heldAt(user, resource, 'optimistic');
    if (certain !== possible) counts.notComparable++;
    else if (certain === row.word) counts.agree++;
    else if (counts.differ++ < DISAGREEMENTS_MAX) {
      const witness = certain === null ? null : nearestWitness(view, user, resource, certain);
      differing.push({ row, computed: certain, witness });
    }
  }
  const told = differing.flatMap(({ row: { from, to }, witness }) => [from, to, ...(witness === null ? [] : keysOfWitness(witness))]);
  const read = await names.read(told);
  return { ...counts, findings: differing.map((each) => findingOf(each, (key) => read.ref(key))) };
}

interface Differing {
  readonly row: EdgeFact;
  readonly computed: string | null;
  /** Of the computed level; null where nothing is held. */
  readonly witness: Witness | null;
}

/** By which grant the user holds the level; of an account that may not act, by which grant it would. */
function nearestWitness({ engine, info }: View, identity: number, target: number, level: string): Witness | null {
  const action = ACTION_BY_LEVEL.get(level);
  const question = { identity, target, targetKind: 'Repository', branch: null } as const;
  const [allowed] = action === undefined ? [] : engine.witnesses({ ...question, action }, info.at);
  if (allowed !== undefined) return allowed;
  const [any] = engine.witnessesOfAnyLevel(identity, target, info.at);
  return any ?? null;
}

const ACTION_BY_LEVEL: ReadonlyMap<string, Action> = new Map([
  ['admin', 'repository.admin'],
  ['write', 'repository.write'],
  ['read', 'repository.read'],
]);

function findingOf({ row: { from, to, word }, computed, witness }: Differing, refOf: (key: NodeKey) => string): Finding {
  const gives = computed === null ? 'the grants give nothing' : `the grants give ${computed}`;
  const detail = `Bitbucket lists ${word} for ${refOf(from)} on ${refOf(to)}, ${gives}`;
  const computedBecause =
    witness === null
      ? `no grant of ${refOf(from)}, of a group of theirs, on the project or by a role reaches ${refOf(to)}, and nothing that could hold one is unread`
      : proofText(witness, refOf);
  return { user: from, resource: to, reported: word, computed, detail, computedBecause };
}
