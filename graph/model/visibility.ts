/**
 * What "public" means: grants held by `anonymous:` (of which every identity is a derived member) and, on Data Center, by `everyone:`.
 */
import type { Level, LeveledKind } from './levels.ts';
import { type Flavor, type Row, SOURCES } from './row.ts';

export interface VisibilityRow extends Row {
  readonly flavor: Flavor;
  readonly on: LeveledKind;
  readonly holder: 'Anonymous' | 'Everyone';
  readonly level: Level;
}

export const VISIBILITY = [
  { flavor: 'cloud', on: 'Repository', holder: 'Anonymous', level: 'read', doc: 'a public repository is read by anybody', source: SOURCES.access, confidence: 'documented' },
  { flavor: 'dc', on: 'Repository', holder: 'Anonymous', level: 'browse', doc: 'a public repository is browsed and cloned by anybody', source: SOURCES.dcPermissions, confidence: 'documented' },
  { flavor: 'dc', on: 'Repository', holder: 'Everyone', level: 'read', doc: 'a public repository is read by every licensed user', source: SOURCES.dcPermissions, confidence: 'documented' },
  { flavor: 'dc', on: 'Project', holder: 'Anonymous', level: 'browse', doc: 'a public project is browsed by anybody', source: SOURCES.dcPermissions, confidence: 'documented' },
  { flavor: 'dc', on: 'Project', holder: 'Everyone', level: 'read', doc: 'a public project is read by every licensed user', source: SOURCES.dcPermissions, confidence: 'documented' },
] as const satisfies readonly VisibilityRow[];

/** The grants that make a resource public. Empty for a kind that has no such setting. */
export function publicGrants(flavor: Flavor, on: LeveledKind): readonly VisibilityRow[] {
  return VISIBILITY.filter((row) => row.flavor === flavor && row.on === on);
}
