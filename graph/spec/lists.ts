/**
 * Who can, and what can: the same question asked of everybody, and of everything.
 */
import type { ListEntry, ListOptions, Target, WhatCanEntry, WhatCanList, WhoCanList } from '../decision.ts';
import { decodeKeyPart, type GapFact, type NodeFact, type NodeKey } from '../fact.ts';
import { byId } from '../gap.ts';
import { type Action, actionsOn, kindsListed } from '../model/actions.ts';
import { shortensWhatCan, shortensWhoCan } from '../model/gaps.ts';
import { isAskable } from '../model/node-kinds.ts';
import { decide, greatestHeld, neededAt } from './decide.ts';
import type { Known } from './known.ts';
import { holders } from './level.ts';

export function whoCan(known: Known, action: Action, target: Target, at: number, { kinds, unknown = false }: ListOptions = {}): WhoCanList {
  const asked = [...known.nodes.values()].filter(({ kind }) => isAskable(kind) && (kinds === undefined || kinds.includes(kind)));
  const answers = asked.map(({ key }) => ({ key, decision: decide(known, { identity: key, action, target }, at) }));
  const missing = known.gaps.filter((gap) => shortensWhoCan(gap.hides, action, kinds) && known.ancestors(target.key).includes(gap.scope));
  const gaps = [...missing, ...answers.flatMap(({ decision }) => decision.gaps)];
  const entries = answers.flatMap(({ key, decision: { verdict } }): ListEntry[] => (verdict === 'ALLOW' || (unknown && verdict === 'UNKNOWN') ? [{ key, verdict }] : []));
  return { entries: entries.sort((a, b) => (a.key < b.key ? -1 : 1)), complete: gaps.length === 0, gaps: byId(gaps) };
}

/** With an action: the targets of which it can be done. Without: every resource with some permission. */
export function whatCan(known: Known, identity: NodeKey, action: Action | null, at: number, { kinds, unknown = false }: ListOptions = {}): WhatCanList {
  const listed = kindsListed(action).filter((kind) => kinds === undefined || kinds.includes(kind));
  const targets = [...known.nodes.values()].filter(({ kind }) => listed.includes(kind)).flatMap((node) => targetsOf(known, node));
  const gaps: GapFact[] = known.gaps.filter((gap) => shortensWhatCan(gap.hides, listed));
  const entries = targets.flatMap((target): WhatCanEntry[] => {
    const asked = action === null ? actionsOn(target.kind) : [action];
    const answers = asked.filter((each) => neededAt(known, { identity, action: each, target }).length > 0).map((each) => ({ each, decision: decide(known, { identity, action: each, target }, at) }));
    gaps.push(...answers.flatMap(({ decision }) => decision.gaps));
    const verdict = answers.some(({ decision }) => decision.verdict === 'ALLOW') ? 'ALLOW' : 'UNKNOWN';
    const actions = answers.filter(({ decision }) => decision.verdict === verdict).map(({ each }) => each);
    if (actions.length === 0 || (verdict === 'UNKNOWN' && !unknown)) return [];
    const completion = verdict === 'ALLOW' ? 'pessimistic' : 'optimistic';
    const as = holders(known, identity, completion);
    const levels = known.leveled(target.key).flatMap((resource) => greatestHeld(known, as, resource, actions[0] as Action, completion) ?? []);
    return [{ target, verdict, permission: levels.join('+'), actions }];
  });
  return { entries: entries.sort((a, b) => (`${a.target.key} ${a.target.branch}` < `${b.target.key} ${b.target.branch}` ? -1 : 1)), complete: gaps.length === 0, gaps: byId(gaps) };
}

function targetsOf(known: Known, { key, kind }: NodeFact): Target[] {
  if (kind !== 'Branch') return [{ kind, key, branch: null }];
  const branch = decodeKeyPart(key.slice(key.indexOf('#') + 1));
  return known.edges('CONTAINS', 'optimistic').flatMap((edge) => (edge.to === key ? [{ kind, key: edge.from, branch }] : []));
}
