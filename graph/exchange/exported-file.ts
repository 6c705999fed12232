/**
 * A file of the format as a plan. It is read twice: to check every line, and inside the commit to state its facts. What is kept
 * between is the kinds of nodes and the names of scopes.
 *
 * INVARIANT: facts of one scope have one source, one beginning, and are stale together: so the store gives back each exactly.
 */
import { CodedError } from '../errors.ts';
import { factId, type NodeKey, type Source, type StatedFact } from '../fact.ts';
import type { NodeKind } from '../model/node-kinds.ts';
import { checkFact } from './check-fact.ts';
import { COUNT_OF, type FactCounts, type FactLine, type FileHeader, noFacts, printTime } from './format.ts';
import { LineErrors } from './line-errors.ts';
import { failLine, parseHeader, parseLine, shown } from './parse-line.ts';
import { type ImportPlan, LISTEN_LINES, type Listener } from './plan.ts';
import { readLines } from './read-lines.ts';
import { importName, toldEndpoint } from './told.ts';

/** Reads and checks the whole file. Errors: IMPORT with the lines that are wrong. */
export async function planExported(path: string, listen: Listener = async () => {}): Promise<ImportPlan> {
  const errors = new LineErrors();
  const reader = new ExportReader();
  const [fresh, unread] = [new Set<string>(), new Set<string>()];
  let [stale, lines] = [0, 0];
  for (const { number, text, share } of readLines(path)) {
    if (++lines % LISTEN_LINES === 0) await listen(share);
    // Without a header nothing else can be understood.
    if (reader.header === null) reader.readHeader(text);
    else {
      errors.during(number, () => {
        const line = reader.read(text);
        if (line === null) return;
        if (line.stale) stale++;
        for (const source of line.sources) (line.stale ? unread : fresh).add(scopeOf(line, source));
      });
    }
  }
  errors.throwIfAny();
  const { header, counts } = reader.finish();
  return {
    name: nameOf(header),
    at: header.at,
    counts,
    stale,
    fresh,
    unread,
    undeclared: [],
    *facts() {
      const again = new ExportReader();
      for (const { text } of readLines(path)) {
        if (again.header === null) again.readHeader(text);
        else yield* stated(again.read(text), (scope) => fresh.has(scope) || unread.has(scope));
      }
      const found = again.finish();
      if (found.header.at !== header.at || !sameCounts(found.counts, counts)) failChanged();
    },
  };
}

/** An import of one connector is called after it; of several, after all of them. */
function nameOf({ connectors }: FileHeader): string | null {
  return connectors.length === 0 ? null : connectors.map((connector) => importName(connector) ?? connector).join('+');
}

function* stated(line: FactLine | null, isPlanned: (scope: string) => boolean): IterableIterator<StatedFact> {
  for (const source of line?.sources ?? []) {
    const scope = scopeOf(line as FactLine, source);
    if (!isPlanned(scope)) failChanged();
    const { fact, validFrom } = line as FactLine;
    yield { fact, scope, endpoint: toldEndpoint(source, validFrom), fetchedAt: source.fetchedAt };
  }
}

function sameCounts(a: FactCounts, b: FactCounts): boolean {
  return a.nodes === b.nodes && a.edges === b.edges && a.gaps === b.gaps;
}

function failChanged(): never {
  throw new CodedError('IMPORT', 'a file stays as it is while it is imported, this one changed');
}

function scopeOf({ stale, validFrom }: FactLine, source: Source): string {
  return `${toldEndpoint(source, validFrom)}, read ${printTime(source.fetchedAt)}${stale ? ', stale' : ''}`;
}

/** Follows the lines of a file and holds them to its order. */
class ExportReader {
  header: FileHeader | null = null;
  readonly counts: FactCounts = noFacts();
  readonly #kinds = new Map<NodeKey, NodeKind>();
  #section = 0;
  #lastId = '';
  #end: FactCounts | null = null;

  readHeader(text: string): void {
    try {
      this.header = parseHeader(text);
    } catch (error) {
      if (error instanceof CodedError) throw new CodedError(error.code, `line 1: ${error.message}`, { lines: [1] });
      throw error;
    }
  }

  /** Null for the last line. Errors: IMPORT. */
  read(text: string): FactLine | null {
    if (this.#end !== null) failLine('nothing follows the line of type `end`');
    const parsed = parseLine(text);
    if ('end' in parsed) {
      this.#end = parsed.end;
      return null;
    }
    const { fact } = parsed.line;
    // Counted before it is checked: a line that is wrong is not a missing one too.
    this.counts[COUNT_OF[fact.type]]++;
    this.#order(SECTIONS.indexOf(fact.type), factId(fact));
    if (fact.type === 'node') this.#kinds.set(fact.key, fact.kind);
    checkFact(fact, (key) => this.#kinds.get(key));
    return parsed.line;
  }

  /** Errors: IMPORT for a file that is not whole. */
  finish(): { header: FileHeader; counts: FactCounts } {
    const { header, counts } = this;
    if (header === null) throw new CodedError('IMPORT', 'a file of facts begins with its header, this one is empty');
    if (this.#end === null) throw new CodedError('IMPORT', 'a file of facts ends with a line of type `end`, this one was cut off');
    for (const [name, count] of Object.entries(this.#end)) {
      const found = counts[name as keyof FactCounts];
      if (found !== count) throw new CodedError('IMPORT', `the last line counts ${count} ${name}, the file has ${found}`);
    }
    return { header, counts };
  }

  #order(section: number, id: string): void {
    if (section < this.#section) failLine(`${SECTIONS[section]}s stand before ${SECTIONS[this.#section]}s`);
    if (section === this.#section && id <= this.#lastId)
      failLine(
        id === this.#lastId
          ? `fact ${shown(id)} stands twice`
          : `facts stand in the order of their ids, got ${shown(id)} after ${shown(this.#lastId)}`,
      );
    if (section > this.#section || id > this.#lastId) [this.#section, this.#lastId] = [section, id];
  }
}

const SECTIONS: readonly string[] = ['node', 'edge', 'gap'];
