/** The compiled engine as a surface: as it was compiled, and saved and loaded again. Keys are references in worlds. */
import type { KeyTable } from '../../graph/engine/key-table.ts';
import type { NodeKey, World } from '../../graph/fact.ts';
import { proofText } from '../../graph/proof.ts';
import { type CompiledWorld, compileWorld, reloadWorld } from '../twin/compile-world.ts';
import { actionOf, denialView, refOf, targetOf } from './spec-surface.ts';
import type { Asker, Surface } from './surface.ts';

export const ENGINE_SURFACE: Surface = { name: 'compiled engine', open: async (world) => askerOf(compileWorld(world)) };

export const RELOADED_SURFACE: Surface = {
  name: 'compiled engine, saved and loaded',
  open: async (world: World) => askerOf(reloadWorld(compileWorld(world))),
};

function askerOf({ engine, keys }: CompiledWorld): Asker {
  const indexed = (resource: string) => {
    const target = targetOf({ kindOf: (key) => kindOf(keys, key) }, resource);
    return { target: keys.indexOf(target.key), targetKind: target.kind, branch: target.branch };
  };
  const kindOf = (table: KeyTable, key: NodeKey) => (table.indexOf(key) < 0 ? undefined : engine.kindOf(table.indexOf(key)));
  return {
    async check({ identity, action, resource, at = Date.now() }) {
      const question = { identity: keys.indexOf(identity), action: actionOf(action), ...indexed(resource) };
      const { verdict, denials, conditions, gaps } = engine.decide(question, at);
      const checked = engine.check(question, at);
      if ((checked === null ? 'UNKNOWN' : checked ? 'ALLOW' : 'DENY') !== verdict)
        throw new Error(`check says ${checked}, decide says ${verdict}`);
      const { value: first } = engine.witnesses(question, at).next();
      return {
        verdict,
        proof: first === undefined ? '' : proofText(first, (key) => key),
        denials: denials.map(denialView),
        gapReasons: gaps.map(({ reason }) => reason),
        conditions,
      };
    },
    async whoCan({ action, resource, at = Date.now() }) {
      const { index, complete } = engine.whoCan({ action: actionOf(action), ...indexed(resource) }, at);
      return { refs: Array.from(index, (node) => keys.keyOf(node)), complete };
    },
    async whatCan({ identity, action, at = Date.now() }) {
      const list = engine.whatCan(keys.indexOf(identity), actionOf(action), at);
      return { refs: Array.from({ length: list.length }, (_, position) => refOf(list.entry(position).target)), complete: list.complete };
    },
  };
}
