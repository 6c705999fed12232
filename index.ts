/**
 * The library: open a store, ask, close. The command line and the API ask through the same object.
 *
 *     import { open } from 'grantpath';
 *
 *     const grantpath = await open({ store: 'sqlite:.grantpath/store.sqlite' });
 *     try {
 *       const answer = await grantpath.check({ identity: 'user:evan', action: 'branch.push', resource: 'branch:acme/api#main' });
 *       console.log(answer.verdict, await answer.reason());
 *       for (const proof of await answer.proofs(3)) console.log(proof.text);
 *
 *       const writers = await grantpath.whoCan('repository.write', 'repository:acme/api', { first: 50 });
 *       for (const { node } of writers.edges) console.log(node.identity.ref, node.permission);
 *     } finally {
 *       await grantpath.close();
 *     }
 *
 * Answers are lazy: read what you need of them before `close`.
 */
import { type Neo4jSettings, readConfig } from './config.ts';
import { CodedError } from './graph/errors.ts';
import { requireLaws } from './graph/model/lint.ts';
import { openStore, type StoreOptions } from './graph/store/open.ts';
import type { Store } from './graph/store/port.ts';
import type { Grantpath } from './queries/port.ts';
import { openStoreGrantpath } from './queries/store-grantpath.ts';

export type { Neo4jSettings } from './config.ts';
export { CodedError, type ErrorCode } from './graph/errors.ts';
export type { Action } from './graph/model/actions.ts';
export type { ChangeKind } from './graph/model/change-kinds.ts';
export type { NodeKind } from './graph/model/node-kinds.ts';
export type * from './queries/port.ts';

export interface OpenOptions {
  /** The address of the store; GRANTPATH_STORE or its default if left out. */
  readonly store?: string | undefined;
  /** Whose store it is; GRANTPATH_TENANT or its default if left out. */
  readonly tenant?: string | undefined;
  /** How a store in Neo4j is entered; NEO4J_USER, NEO4J_PASSWORD and NEO4J_DATABASE if left out. */
  readonly neo4j?: Neo4jSettings | undefined;
  /** Makes a store that is not there; without it that is an error. */
  readonly create?: boolean | undefined;
  /** Never writes, not even the compiled snapshot for the next start: for a user of the database who may only read. */
  readonly readOnly?: boolean | undefined;
  /** How often to look for snapshots that other processes commit, in milliseconds; 0, the default, never. */
  readonly pollMs?: number | undefined;
  /** Told of what fails between questions. */
  readonly onError?: ((error: unknown) => void) | undefined;
  /** The clock, milliseconds since 1970. */
  readonly now?: (() => number) | undefined;
}

/**
 * Opens a store for questions: its newest snapshot is compiled, or loaded as it was compiled before.
 * Errors: CONFIG, STORE_EMPTY (not there), STORE_UNREADABLE, STORE_NEWER. A store without a snapshot opens; its questions are STORE_EMPTY.
 */
export async function open(options: OpenOptions = {}): Promise<Grantpath> {
  requireLaws();
  const named = options.store === undefined ? undefined : { address: options.store, option: '`store`' };
  const config = readConfig(process.env, named);
  const { tenant = config.tenant, neo4j = config.neo4j, create = false, readOnly = false, pollMs = 0, onError, now } = options;
  const reopen = { url: config.store, tenant, neo4j };
  const store = await (readOnly ? openStore(reopen.url, { tenant, neo4j, readOnly }) : openForQuestions(reopen, create));
  try {
    return await openStoreGrantpath({ store, reopen, pollMs, onError, now });
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** `check` of an opened grantpath. */
export const check = (grantpath: Grantpath, ...question: Parameters<Grantpath['check']>) => grantpath.check(...question);

/** `checks` of an opened grantpath. */
export const checks = (grantpath: Grantpath, ...question: Parameters<Grantpath['checks']>) => grantpath.checks(...question);

/** `whoCan` of an opened grantpath. */
export const whoCan = (grantpath: Grantpath, ...question: Parameters<Grantpath['whoCan']>) => grantpath.whoCan(...question);

/** `whatCan` of an opened grantpath. */
export const whatCan = (grantpath: Grantpath, ...question: Parameters<Grantpath['whatCan']>) => grantpath.whatCan(...question);

/**
 * A question makes no store: what is not there is found out by reading. Then it is opened for writing where it can be, so that
 * the compiled snapshot is kept for the next start.
 */
async function openForQuestions({ url, ...options }: StoreOptions & { readonly url: string }, create: boolean): Promise<Store> {
  if (create) return openStore(url, options);
  const found = await openStore(url, { ...options, readOnly: true });
  await found.close();
  try {
    return await openStore(url, options);
  } catch (error) {
    if (error instanceof CodedError && error.code === 'CONFIG') throw error;
    return openStore(url, { ...options, readOnly: true });
  }
}
