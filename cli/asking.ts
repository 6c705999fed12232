/**
 * Opens the store for the questions of one command, and closes it whatever happens.
 */
import { open } from '../index.ts';
import type { Grantpath } from '../queries/port.ts';
import type { Call } from './command.ts';

export async function asking<T>(
  { config: { store, tenant, neo4j } }: Pick<Call, 'config'>,
  ask: (grantpath: Grantpath) => Promise<T>,
): Promise<T> {
  const grantpath = await open({ store, tenant, neo4j });
  try {
    return await ask(grantpath);
  } finally {
    await grantpath.close();
  }
}
