/**
 * The log of a command that goes on for a while.
 */
import type { Log } from '../log.ts';
import type { Io } from './command.ts';

/** On a terminal only what is wrong: it shows what goes on otherwise. */
export async function logOf({ stderr }: Pick<Io, 'stderr'>): Promise<Log> {
  const { createLog } = await import('../log.ts');
  return createLog({ level: stderr.isTTY === true ? 'warn' : 'info', destination: { write: (line) => void stderr.write(line) } });
}
