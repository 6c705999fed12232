/** The definitional engine as a surface. Keys are references in worlds. */
import type { Denial, Target } from '../../graph/decision.ts';
import { isAction } from '../../graph/model/actions.ts';
import { NODE_KINDS } from '../../graph/model/node-kinds.ts';
import { proofText } from '../../graph/proof.ts';
import { decide } from '../../graph/spec/decide.ts';
import { Known } from '../../graph/spec/known.ts';
import { whatCan, whoCan } from '../../graph/spec/lists.ts';
import { witnesses } from '../../graph/spec/prove.ts';
import type { Surface } from './surface.ts';

export const SPEC_SURFACE: Surface = {
  name: 'definitional engine',
  async open(world) {
    const known = new Known(world);
    return {
      async check({ identity, action, resource, at = Date.now() }) {
        const question = { identity, action: actionOf(action), target: targetOf(known, resource) };
        const { verdict, denials, conditions, gaps } = decide(known, question, at);
        const [first] = verdict === 'ALLOW' ? witnesses(known, question) : [];
        return {
          verdict,
          proof: first === undefined ? '' : proofText(first, (key) => key),
          denials: denials.map(denialView),
          gapReasons: gaps.map(({ reason }) => reason),
          conditions,
        };
      },
      async whoCan({ action, resource, at = Date.now() }) {
        const { entries, complete } = whoCan(known, actionOf(action), targetOf(known, resource), at);
        return { refs: entries.map(({ key }) => key), complete };
      },
      async whatCan({ identity, action, at = Date.now() }) {
        const { entries, complete } = whatCan(known, identity, actionOf(action), at);
        return { refs: entries.map(({ target }) => refOf(target)), complete };
      },
    };
  },
};

export function actionOf(name: string) {
  if (!isAction(name)) throw new Error(`no action ${name}`);
  return name;
}

export function targetOf(known: Pick<Known, 'kindOf'>, ref: string): Target {
  const hash = ref.indexOf('#');
  if (ref.startsWith(`${NODE_KINDS.Branch.ref}:`))
    return { kind: 'Branch', key: `repository:${ref.slice('branch:'.length, hash)}`, branch: ref.slice(hash + 1) };
  const kind = known.kindOf(ref);
  if (kind === undefined) throw new Error(`no node ${ref}`);
  return { kind, key: ref, branch: null };
}

export function refOf(target: Target): string {
  return target.branch === null ? target.key : `branch:${target.key.slice('repository:'.length)}#${target.branch}`;
}

export function denialView(denial: Denial) {
  return { kind: denial.kind, rules: denial.kind === 'rule' ? denial.rules : [] };
}
