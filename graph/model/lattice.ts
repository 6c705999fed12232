/**
 * The order of levels, computed from the tables: what a level includes on its resource, and what it passes to contained ones.
 *
 * A set of levels of one (flavor, kind) is a bit mask: bit `code` of each. Both engines read the tables through this file.
 */
import { INHERIT, type InheritRow, LEVELED_KINDS, LEVELS, type LeveledKind, type LevelRow } from './levels.ts';
import type { NodeKind } from './node-kinds.ts';
import type { Flavor } from './row.ts';

/** Bit `code` of each level of one (flavor, kind). */
export type LevelMask = number;

const rows: readonly LevelRow[] = LEVELS;
const inherit: readonly InheritRow[] = INHERIT;

export function isLeveled(kind: NodeKind): kind is LeveledKind {
  return (LEVELED_KINDS as readonly NodeKind[]).includes(kind);
}

export function levelsOf(flavor: Flavor, on: LeveledKind): readonly LevelRow[] {
  return rows.filter((row) => row.flavor === flavor && row.on === on);
}

/** The row of a level, or null for a word that no row has. */
export function levelRow(flavor: Flavor, on: LeveledKind, level: string): LevelRow | null {
  return BY_NAME.get(`${flavor} ${on} ${level}`) ?? null;
}

/** The level and all that it implies on the same resource; 0 for a word that no row has. */
export function levelMask(flavor: Flavor, on: LeveledKind, level: string): LevelMask {
  return MASKS.get(`${flavor} ${on} ${level}`) ?? 0;
}

/** All levels: what an unknown level may be at most. */
export function fullMask(flavor: Flavor, on: LeveledKind): LevelMask {
  return levelsOf(flavor, on).reduce((mask, row) => (row.grantable ? mask | levelMask(flavor, on, row.level) : mask), 0);
}

/** What levels on a container give on what lies directly in it. */
export function passDown(flavor: Flavor, from: LeveledKind, to: LeveledKind, mask: LevelMask): LevelMask {
  let passed = 0;
  for (const row of inherit) {
    if (row.flavor !== flavor || row.way !== 'down' || row.from[0] !== from || row.to[0] !== to) continue;
    const bit = 1 << (levelRow(flavor, from, row.from[1])?.code ?? 31);
    if (mask & bit) passed |= levelMask(flavor, to, row.to[1]);
  }
  return passed;
}

/** The greatest levels of a mask, joined by `+` where several are not comparable; null for none. */
export function greatestLevel(flavor: Flavor, on: LeveledKind, mask: LevelMask): string | null {
  const held = levelsOf(flavor, on).filter((row) => mask & (1 << row.code));
  const greatest = held.filter((row) => !held.some((other) => other !== row && levelMask(flavor, on, other.level) & (1 << row.code)));
  return greatest.length === 0 ? null : greatest.map((row) => row.level).join('+');
}

const BY_NAME: ReadonlyMap<string, LevelRow> = new Map(rows.map((row) => [`${row.flavor} ${row.on} ${row.level}`, row]));

const MASKS: ReadonlyMap<string, LevelMask> = new Map(
  rows.map((row) => {
    const seen = new Set<string>();
    const visit = (level: string): LevelMask => {
      const found = BY_NAME.get(`${row.flavor} ${row.on} ${level}`);
      if (found === undefined || seen.has(level)) return 0;
      seen.add(level);
      return found.implies.reduce((mask, implied) => mask | visit(implied), 1 << found.code);
    };
    return [`${row.flavor} ${row.on} ${row.level}`, visit(row.level)];
  }),
);
