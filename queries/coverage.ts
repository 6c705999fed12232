/**
 * What was read, by connector and endpoint: from the sources of facts, and of gaps for endpoints that gave nothing.
 */
import type { Moment } from './moment.ts';
import type { CoverageRow } from './port.ts';

/** Ordered by connector and endpoint. */
export async function readCoverage(moment: Moment): Promise<CoverageRow[]> {
  const rows = new Map<string, CoverageRow>();
  const idOf = (connector: string, endpoint: string) => `${connector} ${endpoint}`;
  const [counts, gaps] = await Promise.all([moment.store.readSources(moment.info.at), moment.readGaps()]);
  for (const { source, facts, stale, newestAt } of counts) {
    rows.set(idOf(source.connector, source.endpoint), { ...source, facts, stale, gaps: 0, newestAt });
  }
  for (const { sources } of gaps) {
    for (const { connector, endpoint } of sources) {
      const id = idOf(connector, endpoint);
      const row = rows.get(id) ?? { connector, endpoint, facts: 0, stale: 0, gaps: 0, newestAt: null };
      rows.set(id, { ...row, gaps: row.gaps + 1 });
    }
  }
  return [...rows.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
}
