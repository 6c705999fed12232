/** The vendor's own tables of Data Center and the OpenAPI enums of Cloud, cell by cell against ours. */
import { describe, expect, it } from 'vitest';
import type { NodeKey } from '../../graph/fact.ts';
import { isLeveled, levelMask, levelRow, passDown } from '../../graph/model/lattice.ts';
import { INHERIT, type InheritRow, LEVELS, type LeveledKind, type LevelRow } from '../../graph/model/levels.ts';
import { BRANCH_TYPES, RESTRICTION_NAMES } from '../../graph/model/restrictions.ts';
import { publicGrants } from '../../graph/model/visibility.ts';
import { parseWorld } from '../../graph/notation.ts';
import { decide } from '../../graph/spec/decide.ts';
import { Known } from '../../graph/spec/known.ts';
import { holders, levelHeld } from '../../graph/spec/level.ts';
import { hasSharedData, readSharedJson } from '../support/shared-data.ts';

interface Cell {
  readonly loggedIn: boolean;
  readonly project: string;
  readonly repository: string;
  readonly branch: string | null;
  readonly effective: string;
}

interface Implication {
  readonly name: string;
  readonly scope: string;
  readonly grantable: boolean;
  readonly implies: readonly string[];
}

const levels: readonly LevelRow[] = LEVELS;
const dcTables = hasSharedData('datacenter-tables');
const openapi = hasSharedData('openapi');

describe.skipIf(!dcTables)('the effective-permission matrix of Data Center (needs reference data)', () => {
  const cells = dcTables ? readSharedJson<{ rows: Cell[] }>('datacenter-tables/effective-permission-matrix.json').rows : [];

  it.each(cells)('logged in $loggedIn, project $project, repository $repository, branch $branch: $effective', (cell) => {
    const known = new Known(parseWorld(factsOf(cell)));
    const identity = cell.loggedIn ? 'user:corp/ann' : 'anonymous:';
    const held = (resource: NodeKey) => {
      const kind = known.kindOf(resource) as LeveledKind;
      const mask = levelHeld(known, holders(known, identity, 'pessimistic'), resource, 'repository.read', 'pessimistic');
      return (level: string) => (mask & (1 << (levelRow('dc', kind, level)?.code ?? 31))) !== 0;
    };
    const [level = '', where = ''] = cell.effective.split(' ');
    const onProject = held('project:corp/P');
    const onRepository = held('repository:corp/P/r');
    if (level === 'NONE') expect(onRepository('browse')).toBe(false);
    else expect(onRepository(level.toLowerCase())).toBe(true);
    const above: Record<string, string> = { BROWSE: 'read', READ: 'write', WRITE: 'admin' };
    if (above[level] !== undefined) expect(onRepository(above[level])).toBe(false);
    if (where === 'project') expect(onProject(level.toLowerCase())).toBe(true);
    if (where === 'repo') expect(onProject('read')).toBe(cell.project !== 'NONE' && cell.project !== 'PERSONAL');
    if (cell.branch !== null) {
      const question = { identity, action: 'branch.push', target: { kind: 'Branch', key: 'repository:corp/P/r', branch: 'main' } } as const;
      expect(decide(known, question, 0).verdict).toBe('DENY');
    }
  });

  /** Grants and visibility as the row has them. Personal means: a project of somebody else, without grants. */
  function factsOf({ project, repository, branch }: Cell): string {
    const open = (kind: LeveledKind, key: string) =>
      publicGrants('dc', kind).map(
        ({ holder, level }) => `${holder === 'Anonymous' ? 'anonymous:' : 'everyone:corp'} HOLDS ${level} ON ${key}`,
      );
    const grant = (kind: LeveledKind, level: string, key: string) => {
      if (level === 'PUBLIC') return open(kind, key);
      return level === 'NONE' || level === 'PERSONAL' ? [] : [`user:corp/ann HOLDS ${level.toLowerCase()} ON ${key}`];
    };
    return [
      'instance:corp CONTAINS project:corp/P',
      'project:corp/P CONTAINS repository:corp/P/r',
      'user:corp/ann MEMBER_OF everyone:corp',
      ...grant('Project', project, 'project:corp/P'),
      ...grant('Repository', repository, 'repository:corp/P/r'),
      ...(branch === null ? [] : ['restriction:corp/P/r#1 RESTRICTS push ON repository:corp/P/r glob=main']),
    ].join('\n');
  }
});

describe.skipIf(!dcTables)('the implication lattice of Data Center (needs reference data)', () => {
  const rows = dcTables ? readSharedJson<{ permissions: Implication[] }>('datacenter-tables/permission-lattice.json').permissions : [];
  const ours = (name: string) => levels.find((row) => row.flavor === 'dc' && row.upstream === name);

  it.each(rows.filter(({ scope }) => scope !== 'USER'))('$name', ({ name, scope, grantable, implies }) => {
    const row = ours(name);
    expect(row, `a level for ${name}`).toBeDefined();
    if (row === undefined) return;
    expect({ on: row.on, grantable: row.grantable }).toEqual({
      on: { GLOBAL: 'Instance', PROJECT: 'Project', REPOSITORY: 'Repository' }[scope],
      grantable,
    });
    const claimed = implies.filter((text) => !text.startsWith('USER_ADMIN'));
    for (const text of claimed) expect(implied(row, text), `${name} implies ${text}`).toBe(true);
  });

  it('has no implication that the vendor does not state', () => {
    const direct = levels
      .filter((row) => row.flavor === 'dc' && row.upstream !== '-')
      .flatMap((row) =>
        row.implies.map(
          (to) => `${row.upstream} ${levels.find((other) => other.flavor === 'dc' && other.on === row.on && other.level === to)?.upstream}`,
        ),
      );
    const stated = rows.flatMap(({ name, implies }) => implies.map((text) => `${name} ${text.split(' ')[0]}`));
    // `browse` stands between: it is what public access gives to those who are not logged in, no permission of the vendor's table.
    expect(direct.filter((pair) => !stated.includes(pair) && !pair.endsWith(' -'))).toEqual([]);
  });

  /** `REPO_READ on every repo of the project` and the like: on the resource itself, down, or up. */
  function implied(row: LevelRow, text: string): boolean {
    const target = ours(text.split(' ')[0] ?? '');
    if (target === undefined) return false;
    const mask = levelMask('dc', row.on, row.level);
    if (target.on === row.on) return (mask & (1 << target.code)) !== 0;
    const inherit: readonly InheritRow[] = INHERIT;
    const up = inherit.some(
      (rule) =>
        rule.flavor === 'dc' &&
        rule.way === 'up' &&
        rule.from[0] === row.on &&
        rule.from[1] === row.level &&
        rule.to[0] === target.on &&
        rule.to[1] === target.level,
    );
    return up || (isLeveled(target.on) && (passDown('dc', row.on, target.on, mask) & (1 << target.code)) !== 0);
  }
});

describe.skipIf(!openapi)('the enums of the Cloud document (needs reference data)', () => {
  const rule = openapi
    ? readSharedJson<{ components: { schemas: Record<string, { allOf: { properties: Record<string, { enum?: string[] }> }[] }> } }>(
        'openapi/bitbucket-cloud.v3.json',
      ).components.schemas['branchrestriction']?.allOf[1]
    : undefined;

  it('has a row for each of its 18 kinds of branch restriction, and no other but `unknown`', () => {
    const kinds = rule?.properties['kind']?.enum ?? [];
    expect(kinds).toHaveLength(18);
    expect([...RESTRICTION_NAMES].sort()).toEqual([...kinds, 'unknown'].sort());
  });

  it('has its branch types', () => expect([...BRANCH_TYPES].sort()).toEqual([...(rule?.properties['branch_type']?.enum ?? [])].sort()));
});
