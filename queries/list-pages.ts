/**
 * Pages of what the engine lists: who can, what can, paths. Entries are told when they are on the page; counts, gaps and
 * completeness when they are read.
 */

import type { Target, Witness } from '../graph/decision.ts';
import type { IdentityList } from '../graph/engine/port.ts';
import { type CodedError, invariant } from '../graph/errors.ts';
import { encodeKeyPart, type NodeKey, type Ref, refPath } from '../graph/fact.ts';
import { byId } from '../graph/gap.ts';
import { type Action, actionRow, actionsOn } from '../graph/model/actions.ts';
import { isLeveled, levelMask } from '../graph/model/lattice.ts';
import { NODE_KINDS, type NodeKind } from '../graph/model/node-kinds.ts';
import { nameGaps } from './gap-text.ts';
import { edgesOf, type PageStart, startIndex } from './paging.ts';
import { type PathQuestion, pathWitnesses, tellPath } from './paths.ts';
import type { Page, Path, WhatCanRow, WhoCanRow } from './port.ts';
import { requireWanted } from './requests.ts';
import { WhatCanEntry, WhoCanEntry } from './rows.ts';
import { type Place, requireHolder, requireTarget, type Setting } from './setting.ts';
import { keysOfWitness } from './told-proof.ts';
import { Unread, unreadPage } from './unread.ts';
import { type Placed, requireKnownAction, type View } from './view.ts';

interface ListChoice {
  readonly kinds: readonly NodeKind[] | null;
  readonly includeUnknown: boolean;
}

/** Errors: the reference errors, ACTION_UNKNOWN, CURSOR, TIMEOUT. */
export async function whoCanPage(
  setting: Setting,
  start: PageStart,
  question: ListChoice & { readonly action: Action; readonly resource: Ref },
): Promise<Page<WhoCanRow>> {
  const { action, resource, kinds, includeUnknown } = question;
  const target = requireTarget(setting, await setting.place(resource), { ref: resource, action });
  if (target instanceof Unread) return unreadPage(target);
  requireWanted(setting.signal);
  const { known: view, at, signal } = setting;
  const list = view.engine.whoCan({ action, target: target.index, targetKind: target.kind, branch: target.branch }, at, {
    kinds: kinds ?? undefined,
    unknown: includeUnknown,
    signal,
  });
  const from = Math.min(startIndex(start), list.length);
  const keys = Array.from(list.index.subarray(from, from + start.first), (index) => view.keys.keyOf(index));
  const names = await view.names.read(keys);
  const context = { view, at, signal };
  const edges = keys.map((key, offset) => {
    const identity = names.named(key);
    invariant(identity !== null, `an identity of a list has a name, got ${key}`);
    const index = list.index[from + offset] as number;
    const unknown = list.unknown[from + offset] === 1;
    const node = new WhoCanEntry(context, { identity, index, unknown, action, target });
    return { cursor: start.cursorOf(from + offset), node };
  });
  return {
    edges,
    hasNextPage: from + keys.length < list.length,
    complete: list.complete,
    snapshot: view.info,
    totalCount: async () => list.length,
    gaps: () => nameGaps(list.gaps, view.names),
  };
}

/** Errors: the reference errors, NOT_AN_IDENTITY, ACTION_UNKNOWN, CURSOR, TIMEOUT. */
export async function whatCanPage(
  setting: Setting,
  start: PageStart,
  question: ListChoice & { readonly identity: Ref; readonly action: Action | null },
): Promise<Page<WhatCanRow>> {
  const { action, kinds, includeUnknown } = question;
  if (action !== null) requireKnownAction(action);
  const identity = requireHolder(await setting.place(question.identity), question.identity);
  if (identity instanceof Unread) return unreadPage(identity);
  const unreadGaps = await setting.readUnreadGaps();
  requireWanted(setting.signal);
  const { known: view, at, signal } = setting;
  const list = view.engine.whatCan(identity.index, action, at, { kinds: kinds ?? undefined, unknown: includeUnknown, signal });
  const from = Math.min(startIndex(start), list.length);
  const entries = Array.from({ length: Math.min(start.first, list.length - from) }, (_, offset) => list.entry(from + offset));
  const names = await view.names.read(entries.map(({ target }) => keyOfTarget(target)));
  const context = { view, at, signal };
  const edges = entries.map((entry, offset) => {
    const resource = names.named(keyOfTarget(entry.target));
    invariant(resource !== null, `a resource of a list has a name, got ${entry.target.key}`);
    return { cursor: start.cursorOf(from + offset), node: new WhatCanEntry(context, { identity, resource, entry, action }) };
  });
  return {
    edges,
    hasNextPage: from + entries.length < list.length,
    complete: list.complete && unreadGaps.length === 0,
    snapshot: view.info,
    totalCount: async () => list.length,
    gaps: () => nameGaps(byId([...list.gaps, ...unreadGaps]), (setting.later ?? view).names),
  };
}

/** Errors: the reference errors, NOT_AN_IDENTITY, ACTION_UNKNOWN, CURSOR, LIMIT, TIMEOUT. */
export async function pathPage(
  setting: Setting,
  start: PageStart,
  question: { readonly from: Ref; readonly to: Ref; readonly action: Action | null },
): Promise<Page<Path>> {
  const { action } = question;
  const [toPlace, fromPlace] = (await setting.placeAll([question.to, question.from])) as [Place | CodedError, Place | CodedError];
  const to = requireTarget(setting, toPlace, { ref: question.to, action });
  if (to instanceof Unread) return { ...unreadPage<Path>(to), totalCount: uncounted };
  const from = requireHolder(fromPlace, question.from);
  if (from instanceof Unread) return { ...unreadPage<Path>(from), totalCount: uncounted };
  requireWanted(setting.signal);
  const { known: view, at, signal } = setting;
  const context = { view, at, signal };
  const asked: PathQuestion = { from, to, action };
  const position = startIndex(start);
  const found = takeWitnesses(pathWitnesses(context, asked), position, start.first + 1);
  const names = await view.names.read([from.key, ...found.flatMap(keysOfWitness)]);
  let hidden: IdentityList | undefined;
  const whatIsHidden = () => (hidden ??= listOf(view, to, action, { at, signal }));
  return {
    ...edgesOf(start, found, {
      position: (_, index) => position + index,
      node: (witness) => tellPath({ ...context, names }, asked, witness),
    }),
    get complete() {
      return whatIsHidden().complete;
    },
    snapshot: view.info,
    totalCount: uncounted,
    gaps: async () => nameGaps(whatIsHidden().gaps, view.names),
  };
}

/** Counting paths would mean enumerating them. */
async function uncounted(): Promise<null> {
  return null;
}

function takeWitnesses(witnesses: Iterator<Witness>, from: number, count: number): Witness[] {
  const taken: Witness[] = [];
  for (let position = 0; position < from + count; position++) {
    const next = witnesses.next();
    if (next.done) break;
    if (position >= from) taken.push(next.value);
  }
  return taken;
}

/** Who has the action there, or the least that can be had: what a gap can add to one identity's paths it can add to this list. */
function listOf(view: View, { index, kind, branch }: Placed, action: Action | null, { at, signal }: Pick<Setting, 'at' | 'signal'>) {
  const asked = action ?? leastAction(view, index, kind);
  if (asked === null) return { length: 0, index: new Int32Array(0), unknown: new Uint8Array(0), complete: true, gaps: [] };
  return view.engine.whoCan({ action: asked, target: index, targetKind: kind, branch }, at, { signal });
}

/** The action of the kind that needs the fewest levels; null where none can be asked. */
function leastAction({ engine }: View, index: number, kind: NodeKind): Action | null {
  const flavor = engine.flavorOf(index);
  const size = (action: Action) => {
    const masks = Object.entries(actionRow(action).needs[flavor]).map(([on, level]) =>
      isLeveled(on as NodeKind) ? bits(levelMask(flavor, on as 'Repository', level)) : 0,
    );
    return Math.min(...masks);
  };
  const askable = actionsOn(kind).filter((action) => engine.isAskable(action, index, kind));
  return [...askable].sort((a, b) => size(a) - size(b))[0] ?? null;
}

function bits(mask: number): number {
  return mask === 0 ? 0 : (mask & 1) + bits(mask >>> 1);
}

function keyOfTarget({ key, branch }: Target): NodeKey {
  return branch === null ? key : `${NODE_KINDS.Branch.ref}:${refPath(key)}#${encodeKeyPart(branch)}`;
}
