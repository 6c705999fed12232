/**
 * Structured logs: one JSON object a line. The one door to `pino`.
 *
 * INVARIANT: fields are chosen by the caller, name by name. Nothing logs a request, a header, a body or an environment.
 */
import { type DestinationStream, pino } from 'pino';

export type LogFields = Readonly<Record<string, string | number | boolean | null | readonly (string | number)[]>>;

export interface Log {
  debug(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** A log that writes to the given destination, standard error by default: standard output is for answers. */
export function createLog({
  level = 'info',
  destination = process.stderr,
}: {
  level?: LogLevel;
  destination?: DestinationStream;
} = {}): Log {
  // No process id and host name: they say nothing about what is read.
  return pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime, formatters: { level: (label) => ({ level: label }) } },
    destination,
  );
}

export const SILENT_LOG: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
