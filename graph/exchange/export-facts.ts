/**
 * A store at one instant as the lines of a file. Lines are made while they are drawn: memory does not grow with the store.
 *
 * The store is scanned twice, for nodes and for edges: in the file nodes stand first, so that whoever reads it knows both ends of
 * an edge before the edge. Nothing that is committed meanwhile can come between: a past instant does not change.
 */
import { CodedError } from '../errors.ts';
import type { SnapshotInfo, Store } from '../store/port.ts';
import { COUNT_OF, type FactCounts, type FactLine, type FileHeader, noFacts, parseTime, printTime } from './format.ts';
import { printEnd, printFact, printHeader } from './print-line.ts';
import { firstHand, parseTold } from './told.ts';

type ExportedStore = Pick<Store, 'readSnapshotAt' | 'readSnapshots' | 'readSources' | 'readGaps' | 'scanFacts'>;

/** The property of an import's report that says which instant its file is of. */
export const TOLD_AT = 'factsAt';

export class FactExport {
  readonly snapshot: SnapshotInfo;
  /** Of the lines that were drawn. */
  readonly counts: FactCounts = noFacts();
  readonly #store: ExportedStore;

  private constructor(store: ExportedStore, snapshot: SnapshotInfo) {
    this.#store = store;
    this.snapshot = snapshot;
  }

  /** Of the newest snapshot at or before the instant; the newest of all if it is null. Errors: STORE_EMPTY. */
  static async of(store: ExportedStore, at: number | null): Promise<FactExport> {
    const snapshot = await store.readSnapshotAt(at ?? undefined);
    if (snapshot !== null) return new FactExport(store, snapshot);
    const when = at === null ? '' : ` at or before ${printTime(at)}`;
    throw new CodedError('STORE_EMPTY', `an export needs a complete snapshot${when}, the store has none`);
  }

  /** Every line with its end. Drawn once. */
  async *lines(): AsyncIterableIterator<string> {
    const { at } = this.snapshot;
    yield printHeader(await this.#header());
    for (const type of ['node', 'edge'] as const) {
      for await (const occurrence of this.#store.scanFacts(at)) if (occurrence.fact.type === type) yield this.#line(firstHand(occurrence));
    }
    for (const gap of await this.#store.readGaps(at)) yield this.#line(firstHand(gap));
    yield printEnd(this.counts);
  }

  #line(line: FactLine): string {
    this.counts[COUNT_OF[line.fact.type]]++;
    return printFact(line);
  }

  /** Of a store that holds imports alone: what their files said. */
  async #header(): Promise<FileHeader> {
    const { at } = this.snapshot;
    const sources = (await this.#store.readSources(at)).map(({ source }) => source);
    const first = sources.map((source) => parseTold(source) ?? source);
    const connectors = [...new Set(first.map(({ connector }) => connector))].sort();
    const allTold = sources.length > 0 && sources.every((source) => parseTold(source) !== null);
    return { at: allTold ? await this.#toldAt(new Set(sources.map(({ connector }) => connector))) : at, connectors };
  }

  /** The newest instant that the files of these imports are of. */
  async #toldAt(connectors: Set<string>): Promise<number> {
    const { at } = this.snapshot;
    let newest: number | null = null;
    let after: string | undefined;
    while (connectors.size > 0) {
      const page: SnapshotInfo[] = await this.#store.readSnapshots(after === undefined ? {} : { after });
      for (const snapshot of page) {
        if (snapshot.at > at || !connectors.delete(snapshot.connector)) continue;
        const told = parseTime(String(snapshot.report[TOLD_AT] ?? ''));
        if (told !== null) newest = Math.max(newest ?? told, told);
      }
      after = page.at(-1)?.id;
      if (after === undefined) break;
    }
    return newest ?? at;
  }
}
