/**
 * The self-check of a run: Bitbucket's own list of effective permissions against what the grants give, computed by the engine.
 *
 * The list itself is left out of what is computed from, or it would be compared with itself.
 */
import type { EdgeFact, NodeKey, World } from '../graph/fact.ts';
import type { Compare, Comparison, Finding } from '../ingest/report.ts';
import { viewOfWorld } from '../queries/world-view.ts';

/** Rows of which a gap leaves the computed level open are not comparable; a row that is absent proves nothing. */
export const compareListing: Compare = async (world: World): Promise<Comparison> => {
  const reported = world.edges.filter(({ kind }) => kind === 'REPORTED');
  const { engine, keys, names } = await viewOfWorld({ ...world, edges: world.edges.filter(({ kind }) => kind !== 'REPORTED') });
  const differing: { readonly row: EdgeFact; readonly computed: string | null }[] = [];
  const counts = { agree: 0, differ: 0, notComparable: 0 };
  for (const row of reported) {
    const [user, resource] = [keys.indexOf(row.from), keys.indexOf(row.to)];
    const certain = user < 0 || resource < 0 ? null : engine.heldAt(user, resource, 'pessimistic');
    const possible = user < 0 || resource < 0 ? undefined : engine.heldAt(user, resource, 'optimistic');
    if (certain !== possible) counts.notComparable++;
    else if (certain === row.word) counts.agree++;
    else {
      counts.differ++;
      differing.push({ row, computed: certain });
    }
  }
  const read = await names.read(differing.flatMap(({ row: { from, to } }) => [from, to]));
  return { ...counts, findings: differing.map(({ row, computed }) => findingOf(row, computed, (key) => read.ref(key))) };
};

function findingOf({ from, to, word }: EdgeFact, computed: string | null, refOf: (key: NodeKey) => string): Finding {
  const gives = computed === null ? 'the grants give nothing' : `the grants give ${computed}`;
  const detail = `Bitbucket lists ${word} for ${refOf(from)} on ${refOf(to)}, ${gives}`;
  return { user: from, resource: to, reported: word, computed, detail };
}
