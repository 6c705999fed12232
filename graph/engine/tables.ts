/**
 * The model tables as small arrays: what the walkers look up instead of words.
 *
 * A slot is one (flavor, leveled kind): `flavor * 4 + kind`, 0..7. Levels of a slot are codes 0..7; a set of codes and a mask of
 * levels are both one byte. `a << 8 | b` indexes every table that takes two.
 * `meta`, two bytes a node: bits 0..6 the id of its kind, bit 7 the flavor (1: Data Center), bits 8..15 for a leveled resource
 * the codes that `anonymous:` holds on it, for any other node the flags below.
 * INVARIANT: derived from `graph/model` alone; nothing here depends on a world.
 */
import { ACTION_NAMES, type Action, actionRow } from '../model/actions.ts';
import { credentialRow, SCOPE_WAYS, type ScopeFamily } from '../model/credentials.ts';
import { fullMask, levelMask, levelRow, levelsOf, passDown } from '../model/lattice.ts';
import { LEVELED_KINDS, type LeveledKind } from '../model/levels.ts';
import { isAskable, NODE_KIND_NAMES, NODE_KINDS, type NodeKind } from '../model/node-kinds.ts';
import type { Flavor } from '../model/row.ts';
import { publicGrants } from '../model/visibility.ts';

export const FLAVORS = ['cloud', 'dc'] as const satisfies readonly Flavor[];
export const SLOT_COUNT = 8;
export const NO_SLOT = 255;

export const KIND_BITS = 0x7f;
export const FLAVOR_BIT = 0x80;
/** `active: false`. */
export const INACTIVE = 0x100;
/** Has an `expiresAt`. */
export const EXPIRING = 0x200;
/** A gap hides whether it is active. */
export const UNSURE = 0x400;

export interface Slot {
  readonly flavor: Flavor;
  readonly kind: LeveledKind;
}

export const SLOTS: readonly Slot[] = FLAVORS.flatMap((flavor) => LEVELED_KINDS.map((kind) => ({ flavor, kind })));

/** Shape: 128 entries by kind id; undefined for an id that no row has. */
export const KIND_OF_ID: readonly (NodeKind | undefined)[] = Array.from({ length: 128 }, (_, id) =>
  NODE_KIND_NAMES.find((kind) => NODE_KINDS[kind].id === id),
);

/** Shape: 256 slots by the lower byte of `meta`, `NO_SLOT` for a kind without levels. */
export const SLOT_OF_META = Uint8Array.from({ length: 256 }, (_, meta) => {
  const kind = KIND_OF_ID[meta & KIND_BITS];
  const at = (LEVELED_KINDS as readonly (NodeKind | undefined)[]).indexOf(kind);
  return at < 0 ? NO_SLOT : (meta & FLAVOR_BIT ? 4 : 0) + at;
});

export const ASKABLE = Uint8Array.from(KIND_OF_ID, (kind) => (kind !== undefined && isAskable(kind) ? 1 : 0));
export const ANONYMOUS_ID = NODE_KINDS.Anonymous.id;

/** `slot << 8 | codes` -> the mask of all levels that the codes imply. */
export const CLOSED = byteTable(SLOT_COUNT, (slot, codes) => {
  let mask = 0;
  for (const { code, level } of levelsOf(slotAt(slot).flavor, slotAt(slot).kind))
    if (codes & (1 << code)) mask |= levelMask(slotAt(slot).flavor, slotAt(slot).kind, level);
  return mask;
});

/** `slot << 8 | wanted` -> the codes each of which gives one of the wanted levels. */
export const ACCEPT = byteTable(SLOT_COUNT, (slot, wanted) => {
  let codes = 0;
  for (let code = 0; code < 8; code++) if (closedMask(slot, 1 << code) & wanted) codes |= 1 << code;
  return codes;
});

/** `(container slot * 8 + content slot) << 8 | mask` -> what levels on the container give on the content; nothing across flavors, whose codes differ. */
export const PASS = byteTable(SLOT_COUNT * SLOT_COUNT, (pair, mask) => {
  const [container, content] = [slotAt(pair >> 3), slotAt(pair & 7)];
  return container.flavor === content.flavor ? passDown(content.flavor, container.kind, content.kind, mask) : 0;
});

/** `(container slot * 8 + content slot) << 8 | wanted` -> the levels of the container each of which gives a wanted one. */
export const LIFT = byteTable(SLOT_COUNT * SLOT_COUNT, (pair, wanted) => {
  let asked = 0;
  for (let bit = 0; bit < 8; bit++) if (PASS[(pair << 8) | (1 << bit)]! & wanted) asked |= 1 << bit;
  return asked;
});

/** By slot: every level that can be given; what public access may give. */
export const FULL = Uint8Array.from(SLOTS, ({ flavor, kind }) => fullMask(flavor, kind));
export const PUBLIC = Uint8Array.from(SLOTS, ({ flavor, kind }) =>
  publicGrants(flavor, kind).reduce((mask, row) => mask | levelMask(flavor, kind, row.level), 0),
);

export const ACTION_COUNT = ACTION_NAMES.length;

const ACTION_CODES: ReadonlyMap<string, number> = new Map(ACTION_NAMES.map((action, code) => [action, code]));

/**
 * What is asked of scopes: an action, and where its scopes differ by kind of resource that kind too. `action + variant * ACTION_COUNT`,
 * the variant being the position among `LEVELED_KINDS`, one more for what has no levels, 0 where scopes do not differ.
 */
export const ASK_COUNT = ACTION_COUNT * (LEVELED_KINDS.length + 1);

const BY_KIND = Uint8Array.from(ACTION_NAMES, (action) => (SCOPE_WAYS.some((way) => way.action === action && way.on.length > 0) ? 1 : 0));

/** What scopes are asked for an action on a resource of this slot, `NO_SLOT` for one without levels. */
export function scopeAsk(action: number, slot: number): number {
  if (BY_KIND[action] === 0) return action;
  return action + (slot === NO_SLOT ? LEVELED_KINDS.length : slot % LEVELED_KINDS.length) * ACTION_COUNT;
}

/** The action and the kind of resource of what is asked of scopes. */
export function scopeAskAt(ask: number): { action: Action; on: LeveledKind | undefined } {
  const action = ask % ACTION_COUNT;
  return { action: actionAt(action), on: BY_KIND[action] === 0 ? undefined : LEVELED_KINDS[Math.floor(ask / ACTION_COUNT)] };
}

/** Position of the action in its table. */
export function actionCode(action: Action): number {
  return ACTION_CODES.get(action)!;
}

export function actionAt(code: number): Action {
  return ACTION_NAMES[code]!;
}

/** `action * 8 + slot` -> the needed level as a mask of one bit, 0 where the action cannot be asked. */
export const NEEDED = Uint8Array.from({ length: ACTION_COUNT * SLOT_COUNT }, (_, at) => {
  const { flavor, kind } = slotAt(at & 7);
  const level = actionRow(actionAt(at >> 3)).needs[flavor][kind];
  const row = level === undefined ? null : levelRow(flavor, kind, level);
  return row === null ? 0 : 1 << row.code;
});

/** By action: 1 where rows of Bitbucket's own listing speak of it. */
export const REPORTABLE = Uint8Array.from(ACTION_NAMES, (action) => (action.startsWith('repository.') ? 1 : 0));

export const SCOPE_FAMILIES = ['oauth', 'api-token', 'access-token'] as const satisfies readonly ScopeFamily[];

/** By kind id: 0 for no scopes, else 1 + the position of the family. */
export const FAMILY = Uint8Array.from(KIND_OF_ID, (kind) => {
  const family = kind === undefined ? null : (credentialRow(kind)?.scopes ?? null);
  return family === null ? 0 : 1 + SCOPE_FAMILIES.indexOf(family);
});

/** By kind id: 1 for a credential that speaks Git only. */
export const GIT_ONLY = Uint8Array.from(KIND_OF_ID, (kind) => (kind !== undefined && credentialRow(kind)?.gitOnly === true ? 1 : 0));
export const ACTS_AS_OWNER = Uint8Array.from(KIND_OF_ID, (kind) => (kind !== undefined && credentialRow(kind)?.actsAs === 'owner' ? 1 : 0));
/** By kind id: 1 for what has neither scopes nor an owner: it may act unless its own flags say otherwise. */
export const PLAIN = Uint8Array.from(ASKABLE, (_, kind) =>
  FAMILY[kind] === 0 && GIT_ONLY[kind] === 0 && ACTS_AS_OWNER[kind] === 0 ? 1 : 0,
);
/** By action: 1 where Git alone can do it. */
export const BY_GIT = Uint8Array.from(ACTION_NAMES, (action) => (actionRow(action).git ? 1 : 0));

/** The code of a level's word in a slot, -1 for a word that no row has. */
export function codeOf(slot: number, word: string): number {
  return levelRow(slotAt(slot).flavor, slotAt(slot).kind, word)?.code ?? -1;
}

/** The word of a code in a slot. */
export function wordOf(slot: number, code: number): string {
  return WORDS[(slot << 3) | code]!;
}

const WORDS: readonly string[] = Array.from({ length: SLOT_COUNT * 8 }, (_, at) => {
  const { flavor, kind } = slotAt(at >> 3);
  return levelsOf(flavor, kind).find(({ code }) => code === (at & 7))?.level ?? '';
});

export function slotAt(slot: number): Slot {
  return SLOTS[slot]!;
}

function closedMask(slot: number, codes: number): number {
  return CLOSED[(slot << 8) | codes]!;
}

function byteTable(rows: number, value: (row: number, byte: number) => number): Uint8Array {
  return Uint8Array.from({ length: rows << 8 }, (_, at) => value(at >> 8, at & 0xff));
}
