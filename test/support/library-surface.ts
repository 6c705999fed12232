/** The library entry over a round trip through a store as a surface. */
import type { World } from '../../graph/fact.ts';
import { open } from '../../index.ts';
import { actionOf } from './spec-surface.ts';
import type { Asker, Surface } from './surface.ts';
import { type WriteWorldStore, writeWorldStore } from './world-store.ts';

const FIRST = 1000;

export const LIBRARY_SURFACE = librarySurface('library over SQLite', writeWorldStore);

export function librarySurface(name: string, write: WriteWorldStore): Surface {
  return { name, open: (world) => openLibrary(world, write) };
}

async function openLibrary(world: World, write: WriteWorldStore): Promise<Asker> {
  const { url, tenant, neo4j, remove } = await write(world);
  const grantpath = await open({ store: url, tenant, neo4j });
  return {
    async check({ identity, action, resource, at = null }) {
      const answer = await grantpath.check({ identity, action: actionOf(action), resource }, { at });
      return {
        verdict: answer.verdict,
        proof: (await answer.proofs(1))[0]?.text ?? '',
        denials: (await answer.denials()).map(({ kind, restrictions }) => ({ kind, rules: restrictions })),
        gapReasons: (await answer.gaps()).map(({ reason }) => reason),
        conditions: await answer.conditions(),
      };
    },
    async whoCan({ action, resource, at = null }) {
      const { edges, complete } = await grantpath.whoCan(actionOf(action), resource, { at, first: FIRST });
      return { refs: edges.map(({ node }) => node.identity.ref), complete };
    },
    async whatCan({ identity, action, at = null }) {
      const { edges, complete } = await grantpath.whatCan(identity, actionOf(action), { at, first: FIRST });
      return { refs: edges.map(({ node }) => node.resource.ref), complete };
    },
    async close() {
      await grantpath.close();
      await remove();
    },
  };
}
