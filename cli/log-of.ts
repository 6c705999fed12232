/**
 * The log of a command that goes on for a while.
 */
import { tellError } from '../graph/errors.ts';
import type { Log, LogLevel } from '../log.ts';
import type { Io } from './command.ts';

/** On a terminal only what is wrong, if not said otherwise: it shows what goes on in its own way. */
export async function logOf({ stderr }: Pick<Io, 'stderr'>, level: LogLevel = stderr.isTTY === true ? 'warn' : 'info'): Promise<Log> {
  const { createLog } = await import('../log.ts');
  return createLog({ level, destination: { write: (line) => void stderr.write(line) } });
}

/** What failed and ends nothing. */
export function logError(log: Log, error: unknown): void {
  const { code, message } = tellError(error);
  log.error({ code: code ?? 'INTERNAL' }, message);
}
