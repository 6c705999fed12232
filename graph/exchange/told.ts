/**
 * What an import keeps of where a fact comes from. A store knows an import as the source of what it states; the file tells of
 * first sources and of when the fact began to hold. Both go into the endpoint of the import's source, where people read them:
 * `/2.0/workspaces/{workspace} of bitbucket-cloud/acme, run 17, since 2026-01-31T12:00:00.000Z`.
 *
 * INVARIANT: an export says of an imported fact what the file said that it was imported from.
 */
import type { Occurrence, Source } from '../fact.ts';
import { type FactLine, parseTime, printTime } from './format.ts';

/** Connectors of imports are called so, followed by the name of the import. */
const IMPORT_PREFIX = 'import/';

const TOLD = /^(?<endpoint>.*) of (?<connector>[!-~]+), run (?<run>[!-~]+), since (?<since>\S+)$/s;

export function importConnector(name: string): string {
  return `${IMPORT_PREFIX}${name}`;
}

/** The name of an import, where the connector is one. */
export function importName(connector: string): string | null {
  return connector.startsWith(IMPORT_PREFIX) ? connector.slice(IMPORT_PREFIX.length) : null;
}

/** The endpoint of the import's source. */
export function toldEndpoint({ connector, endpoint, run }: Source, validFrom: number): string {
  return `${endpoint} of ${connector}, run ${run}, since ${printTime(validFrom)}`;
}

/** The first source that the source of an import tells of; null where it tells of none. */
export function parseTold({ connector, endpoint }: Pick<Source, 'connector' | 'endpoint'>): ToldSource | null {
  const parts = importName(connector) === null ? undefined : TOLD.exec(endpoint)?.groups;
  const since = parseTime(parts?.['since'] ?? '');
  if (parts === undefined || since === null) return null;
  return { connector: parts['connector'] ?? '', endpoint: parts['endpoint'] ?? '', run: parts['run'] ?? '', since };
}

export type ToldSource = Omit<Source, 'fetchedAt'> & { readonly since: number };

/** An occurrence with its first sources, each endpoint once. What only imports state began when they say that it did. */
export function firstHand({ fact, validFrom, stale, sources }: Occurrence): FactLine {
  const last = new Map<string, Source>();
  let since: number | null = Number.POSITIVE_INFINITY;
  for (const source of sources) {
    const told = parseTold(source);
    since = told === null || since === null ? null : Math.min(since, told.since);
    const { connector, endpoint, run } = told ?? source;
    const id = `${connector} ${endpoint}`;
    const known = last.get(id);
    if (known === undefined || isLater({ run, fetchedAt: source.fetchedAt }, known))
      last.set(id, { connector, endpoint, run, fetchedAt: source.fetchedAt });
  }
  const ordered = [...last].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, source]) => source);
  return { fact, stale, validFrom: since === null || ordered.length === 0 ? validFrom : since, sources: ordered };
}

type Reading = Pick<Source, 'run' | 'fetchedAt'>;

function isLater(reading: Reading, than: Reading): boolean {
  return reading.fetchedAt > than.fetchedAt || (reading.fetchedAt === than.fetchedAt && reading.run > than.run);
}
