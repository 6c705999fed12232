/** The memory store keeps the contract. */
import { expect, it } from 'vitest';
import { openMemoryStore } from '../../graph/store/memory.ts';
import { MemoryContents } from '../../graph/store/memory-contents.ts';
import type { Store } from '../../graph/store/port.ts';
import { type OpenOptions, storeContract } from './contract.ts';

const contentsOf = new Map<Store, MemoryContents>();
const openOf = (contents: MemoryContents, options?: OpenOptions): Store => {
  const store = openMemoryStore({ contents, ...options });
  contentsOf.set(store, contents);
  return store;
};

storeContract('memory', {
  open: async (options) => openOf(new MemoryContents(), options),
  reopen: async (store, options) => openOf(contentsOf.get(store) as MemoryContents, options),
});

it('a memory store belongs to the tenant that it is told', () => {
  expect([openMemoryStore().tenant, openMemoryStore({ tenant: 'acme' }).tenant]).toEqual(['default', 'acme']);
});
