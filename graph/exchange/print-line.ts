/** Facts -> lines of the file. Fields stand in one order, empty ones are left out: equal facts are equal bytes. */
import type { Fact, Props, Source } from '../fact.ts';
import { type FactCounts, type FactLine, type FileHeader, FORMAT_NAME, FORMAT_VERSION, printTime } from './format.ts';

export function printHeader({ at, connectors }: FileHeader): string {
  return `${JSON.stringify({ format: FORMAT_NAME, version: FORMAT_VERSION, at: printTime(at), connectors })}\n`;
}

export function printFact({ fact, stale, validFrom, sources }: FactLine): string {
  const line = { ...fieldsOf(fact), stale: stale ? true : undefined, validFrom: printTime(validFrom), sources: sources.map(printSource) };
  return `${JSON.stringify(line)}\n`;
}

export function printEnd({ nodes, edges, gaps }: FactCounts): string {
  return `${JSON.stringify({ type: 'end', nodes, edges, gaps })}\n`;
}

function fieldsOf(fact: Fact): Record<string, unknown> {
  const { type } = fact;
  switch (type) {
    case 'node': {
      const { kind, key, ref, name, aliases, props } = fact;
      return {
        type,
        kind,
        key,
        ref,
        name: given(name),
        aliases: aliases.length === 0 ? undefined : [...aliases].sort(),
        props: ordered(props),
      };
    }
    case 'edge': {
      const { kind, from, word, to, props } = fact;
      return { type, kind, from, word: given(word), to, props: ordered(props) };
    }
    case 'gap': {
      const { reason, hides, scope, subject, detail } = fact;
      return { type, reason, hides, scope, subject: given(subject), detail: given(detail) };
    }
  }
}

function printSource({ connector, endpoint, run, fetchedAt }: Source): Record<string, string> {
  return { connector, endpoint, run, fetchedAt: printTime(fetchedAt) };
}

/** JSON leaves out what is undefined. */
function given(text: string): string | undefined {
  return text === '' ? undefined : text;
}

function ordered(props: Props): Props | undefined {
  const entries = Object.entries(props);
  return entries.length === 0 ? undefined : Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}
