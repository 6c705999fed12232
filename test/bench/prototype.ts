/**
 * The prototype that the engine is measured against: a separate program beside the checkout, loaded if it is there.
 *
 * `GRANTPATH_PROTOTYPE` names its folder. Its simplified semantics are its own; what its questions mean here is in `questions.ts`.
 */
import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import type { Size, SyntheticOrg } from './organisation.ts';

/** What the bench uses of the prototype. Times are in microseconds per operation. */
export interface Prototype {
  readonly org: SyntheticOrg;
  readonly rounds: {
    readonly compile: () => number;
    readonly check: () => number;
    readonly proof: () => number;
    readonly whatCan: () => number;
    readonly whoCanWrite: () => number;
  };
  /** Its generator of random numbers, with which it draws its questions. */
  readonly rng: (seed: number) => () => number;
  /** A second engine of it, over any organisation: for comparing answers. */
  engineOf(org: SyntheticOrg): PrototypeEngine;
}

/** Identities are numbered users, groups, tokens; resources workspaces, projects, repositories; levels 1 read, 2 write, 3 admin. */
export interface PrototypeEngine {
  check(identity: number, level: number, resource: number): boolean;
  userLevel(user: number, resource: number): number;
  /** The nodes of the shortest proof, null for none. What is public is no part of it. */
  proof(user: number, level: number, resource: number): readonly number[] | null;
  /** How many users and tokens there are. */
  whoCan(level: number, resource: number): number;
}

interface Modules {
  figures: { figures(size: Size): Pick<Prototype, 'org' | 'rounds'> };
  engine: { build(org: SyntheticOrg): { e: unknown }; makeQuery(e: unknown): PrototypeEngine };
  gen: { rng: Prototype['rng'] };
}

export function prototypeFolder(): URL {
  const named = process.env['GRANTPATH_PROTOTYPE'];
  return named === undefined || named === ''
    ? new URL('../../../shared/prototype/', import.meta.url)
    : pathToFileURL(named.endsWith('/') ? named : `${named}/`);
}

/** null where it is not there. */
export async function loadPrototype(size: Size): Promise<Prototype | null> {
  const folder = prototypeFolder();
  if (!existsSync(new URL('figures.ts', folder))) return null;
  const load = async <Name extends keyof Modules>(name: Name) => (await import(new URL(`${name}.ts`, folder).href)) as Modules[Name];
  const [{ figures }, { build, makeQuery }, { rng }] = [await load('figures'), await load('engine'), await load('gen')];
  const { org, rounds } = figures(size);
  return { org, rounds, rng, engineOf: (of) => makeQuery(build(of).e) };
}
