/**
 * Instants as people write them. Inside they are milliseconds since 1970, outside ISO 8601.
 */
import { CodedError } from '../graph/errors.ts';

const INSTANT = /^(\d{4}-\d{2}-\d{2})(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2}))?$/;

/** A day alone is its first instant in UTC. Errors: TIME_MALFORMED. */
export function parseInstant(text: string): number {
  const day = INSTANT.exec(text)?.[1];
  const at = day === undefined ? Number.NaN : Date.parse(text);
  // `Date.parse` takes the 31st of February for the 3rd of March.
  const exists = day !== undefined && new Date(`${day}T00:00:00Z`).toJSON()?.startsWith(day) === true;
  if (Number.isNaN(at) || !exists)
    throw new CodedError('TIME_MALFORMED', `a time is an ISO 8601 instant like \`2026-01-31T12:00:00Z\`, got \`${text.slice(0, 100)}\``);
  return at;
}

export function printInstant(at: number): string {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? String(at) : date.toISOString();
}
