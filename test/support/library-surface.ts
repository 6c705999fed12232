/** The library entry over a SQLite round trip as a surface. */
import { open } from '../../index.ts';
import { actionOf } from './spec-surface.ts';
import type { Surface } from './surface.ts';
import { writeWorldStore } from './world-store.ts';

const FIRST = 1000;

export const LIBRARY_SURFACE: Surface = {
  name: 'library over SQLite',
  async open(world) {
    const { url, remove } = writeWorldStore(world);
    const grantpath = await open({ store: url });
    return {
      async check({ identity, action, resource, at = null }) {
        const answer = await grantpath.check({ identity, action: actionOf(action), resource }, { at });
        return {
          verdict: answer.verdict,
          proof: answer.proofs(1)[0]?.text ?? '',
          denials: answer.denials.map(({ kind, restrictions }) => ({ kind, rules: restrictions })),
          gapReasons: answer.gaps.map(({ reason }) => reason),
          conditions: answer.conditions,
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
        remove();
      },
    };
  },
};
