/** The memory store keeps the contract. */
import { openMemoryStore } from '../../graph/store/memory.ts';
import { storeContract } from './contract.ts';

storeContract('memory', (options) => openMemoryStore(options));
