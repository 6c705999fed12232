/** Random runs on the stores that need no server. */
import { join } from 'node:path';
import { describe, it } from 'vitest';
import { openMemoryStore } from '../../graph/store/memory.ts';
import { openSqliteStore } from '../../graph/store/sqlite.ts';
import { temporaryFolder } from './commit-facts.ts';
import { expectStoresOfModel, LONG, SEED } from './model-law.ts';

describe(`stores and the model, with seed ${SEED}`, () => {
  it('agree on everything at every instant, after every later run', { timeout: 600_000 }, async () => {
    const folder = temporaryFolder();
    let sequence = 0;
    await expectStoresOfModel({
      open: async (options) => [openMemoryStore(options), openSqliteStore({ path: join(folder, `${sequence++}.sqlite`), ...options })],
      sequences: LONG ? 1_000 : 50,
    });
  });
});
