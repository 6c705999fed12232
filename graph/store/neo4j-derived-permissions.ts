/**
 * Permission nodes and what they imply, from the tables of levels and inheritance.
 *
 * A resource has a Permission for each row of its kind and flavor; its flavor is that of the root that contains it. When a resource
 * gets its permissions, or others than before, what lies directly in it is looked at too.
 */
import type { NodeKey } from '../fact.ts';
import { isLeveled, levelsOf } from '../model/lattice.ts';
import { INHERIT, type InheritRow, LEVELED_KINDS, type LeveledKind, levelRowId } from '../model/levels.ts';
import { isNodeKind, NODE_KINDS } from '../model/node-kinds.ts';
import type { Flavor } from '../model/row.ts';
import { type CypherRunner, type InTransaction, inParts, type TouchedNode } from './neo4j-derived-parts.ts';
import { permissionKey } from './neo4j-schema.ts';

/** A Permission as it is in the graph. */
interface Found {
  readonly key: NodeKey;
  readonly level: string;
  readonly rule: string | null;
  readonly isOn: boolean;
  /** Does a holder's relationship end at it? */
  readonly isHeld: boolean;
}

interface Wanted {
  readonly resource: number;
  readonly key: NodeKey;
  readonly level: string;
  readonly rule: string | null;
}

interface Implication {
  readonly from: NodeKey;
  readonly to: NodeKey;
  readonly rule: string;
  readonly reason: string;
}

const inherited: readonly InheritRow[] = INHERIT;
const WORDS: ReadonlySet<string> = new Set(LEVELED_KINDS.map((kind) => NODE_KINDS[kind].ref));

/** Gives the numbers of all resources that were looked at. */
export async function refreshPermissions(inTransaction: InTransaction, tenant: string, touched: readonly TouchedNode[]): Promise<number[]> {
  const seen = new Set<number>();
  // A node that does not hold any more is known by its key alone.
  let wave = touched.filter(({ kind, key }) => (kind === '' ? WORDS.has(key.slice(0, key.indexOf(':'))) : isLeveledName(kind)));
  while (wave.length > 0) {
    for (const { number } of wave) seen.add(number);
    const changed = await inParts(inTransaction, wave, (tx, part) => refreshPart(tx, tenant, part));
    const content = await inParts(inTransaction, changed, (tx, part) => readContent(tx, tenant, part));
    wave = content.filter(({ number }) => !seen.has(number));
  }
  return [...seen];
}

/** Gives the numbers of resources whose rows are not what they were. */
async function refreshPart(tx: CypherRunner, tenant: string, part: readonly TouchedNode[]): Promise<number[]> {
  const { records } = await tx.run(READ_PERMISSIONS, { tenant, numbers: part.map(({ number }) => number) });
  const byNumber = new Map(part.map((node) => [node.number, node]));
  const made: Wanted[] = [];
  const dropped: NodeKey[] = [];
  const bared: NodeKey[] = [];
  const changed: number[] = [];
  for (const record of records) {
    const resource = Number(record.get('number'));
    const { kind, key } = byNumber.get(resource) as TouchedNode;
    const found = (record.get('permissions') as [NodeKey, string, string | null, boolean, boolean][]).map(
      ([permission, level, rule, isOn, isHeld]): Found => ({ key: permission, level, rule, isOn, isHeld }),
    );
    const rows = isLeveledName(kind) ? levelsOf(record.get('isDc') === true ? 'dc' : 'cloud', kind) : [];
    const wanted = new Map(
      rows.map(
        (row) => [permissionKey(row.level, key), { resource, level: row.level, rule: levelRowId(row.flavor, row.on, row.level) }] as const,
      ),
    );
    for (const [permission, each] of wanted) {
      const known = found.find((other) => other.key === permission);
      if (known === undefined || !known.isOn || known.rule !== each.rule) made.push({ key: permission, ...each });
    }
    for (const { key: permission, level, rule, isOn, isHeld } of found.filter((other) => !wanted.has(other.key))) {
      if (!isHeld) dropped.push(permission);
      else if (rows.length === 0) bared.push(permission);
      else if (!isOn || rule !== null) made.push({ key: permission, resource, level, rule: null });
    }
    const before = found.flatMap(({ rule, isOn }) => (isOn && rule !== null ? [rule] : []));
    if (
      before.sort().join() !==
      rows
        .map(({ flavor, on, level }) => levelRowId(flavor, on, level))
        .sort()
        .join()
    )
      changed.push(resource);
  }
  if (made.length > 0) await tx.run(MAKE_PERMISSIONS, { tenant, rows: made });
  if (dropped.length > 0) await tx.run(DROP_PERMISSIONS, { tenant, keys: dropped });
  if (bared.length > 0) await tx.run(BARE_PERMISSIONS, { tenant, keys: bared });
  return changed;
}

async function readContent(tx: CypherRunner, tenant: string, numbers: readonly number[]): Promise<TouchedNode[]> {
  const { records } = await tx.run(READ_CONTENT, { tenant, numbers });
  const content = records.map((record) => ({
    number: Number(record.get('number')),
    key: record.get('key') as NodeKey,
    kind: (record.get('kind') as string | null) ?? '',
  }));
  return content.filter(({ kind }) => isLeveledName(kind));
}

/** IMPLIES into the permissions of these resources. */
export async function refreshImplications(inTransaction: InTransaction, tenant: string, resources: readonly number[]): Promise<void> {
  await inParts(inTransaction, resources, async (tx, numbers) => {
    const { records } = await tx.run(READ_IMPLICATIONS, { tenant, numbers });
    const made: Implication[] = [];
    const dropped: Pick<Implication, 'from' | 'to'>[] = [];
    for (const record of records) {
      const kind = record.get('kind') as string | null;
      const flavor = record.get('isDc') === true ? 'dc' : 'cloud';
      const containers = (record.get('containers') as [NodeKey, string | null, boolean][]).filter(
        ([, , isDc]) => isDc === (flavor === 'dc'),
      );
      const key = record.get('key') as NodeKey;
      const wanted =
        kind === null || !isLeveledName(kind) ? [] : [...within(flavor, kind, key), ...fromContainers(flavor, kind, key, containers)];
      const found = new Set((record.get('implied') as [NodeKey, NodeKey][]).map(([from, to]) => `${from} ${to}`));
      const pairs = new Map(wanted.map((each) => [`${each.from} ${each.to}`, each]));
      for (const [pair, each] of pairs) if (!found.has(pair)) made.push(each);
      for (const pair of found) {
        const [from = '', to = ''] = pair.split(' ');
        if (!pairs.has(pair)) dropped.push({ from, to });
      }
    }
    if (made.length > 0) await tx.run(MAKE_IMPLICATIONS, { tenant, rows: made });
    if (dropped.length > 0) await tx.run(DROP_IMPLICATIONS, { tenant, rows: dropped });
    return [];
  });
}

/** What levels include on their own resource. */
function within(flavor: Flavor, kind: LeveledKind, key: NodeKey): Implication[] {
  return levelsOf(flavor, kind).flatMap((row) =>
    row.implies.map((level) => ({
      from: permissionKey(row.level, key),
      to: permissionKey(level, key),
      rule: 'levels/implies',
      reason: `${row.level} includes ${level}`,
    })),
  );
}

/** What levels on containers of the same flavor give here. */
function fromContainers(
  flavor: Flavor,
  kind: LeveledKind,
  key: NodeKey,
  containers: readonly (readonly [NodeKey, string | null, boolean])[],
): Implication[] {
  return containers.flatMap(([container, containerKind]) =>
    inherited
      .filter(({ way, flavor: of, from, to }) => way === 'down' && of === flavor && from[0] === containerKind && to[0] === kind)
      .map(({ from, to }) => ({
        from: permissionKey(from[1], container),
        to: permissionKey(to[1], key),
        rule: 'levels/inherit',
        reason: `${from[0]} ${from[1]} gives ${to[1]}`,
      })),
  );
}

function isLeveledName(kind: string): kind is LeveledKind {
  return isNodeKind(kind) && isLeveled(kind);
}

const READ_PERMISSIONS = `
UNWIND $numbers AS number
MATCH (r:Node {tenant: $tenant, number: number})
RETURN number,
  EXISTS { (r)<-[:CONTAINS|STALE_CONTAINS*0..]-(:Instance) } AS isDc,
  COLLECT {
    MATCH (p:Permission {tenant: $tenant, resource: number})
    RETURN [p.key, p.level, p.rule, EXISTS { (p)-[:ON]->() }, EXISTS { (p)<-[:HOLDS|REPORTED]-() }]
  } AS permissions`;

const MAKE_PERMISSIONS = `
UNWIND $rows AS row
MATCH (r:Node {tenant: $tenant, number: row.resource})
MERGE (p:Permission {tenant: $tenant, key: row.key})
SET p.level = row.level, p.resource = r.number, p.rule = row.rule, p.derived = true
MERGE (p)-[on:ON]->(r)
ON CREATE SET on.derived = true, on.rule = 'levels/on', on.reason = 'a level of its resource'`;

const DROP_PERMISSIONS = `
UNWIND $keys AS key
MATCH (p:Permission {tenant: $tenant, key: key})
DETACH DELETE p`;

/** Held, but on nothing that has levels now. */
const BARE_PERMISSIONS = `
UNWIND $keys AS key
MATCH (p:Permission {tenant: $tenant, key: key})
REMOVE p.rule
WITH p
MATCH (p)-[derived:ON|IMPLIES]-()
DELETE derived`;

const READ_CONTENT = `
UNWIND $numbers AS number
MATCH (:Node {tenant: $tenant, number: number})-[:CONTAINS|STALE_CONTAINS]->(content)
WITH DISTINCT content
RETURN content.number AS number, content.key AS key, head([label IN labels(content) WHERE label <> 'Node']) AS kind`;

const READ_IMPLICATIONS = `
UNWIND $numbers AS number
MATCH (r:Node {tenant: $tenant, number: number})
RETURN r.key AS key,
  head([label IN labels(r) WHERE label <> 'Node']) AS kind,
  EXISTS { (r)<-[:CONTAINS|STALE_CONTAINS*0..]-(:Instance) } AS isDc,
  COLLECT {
    MATCH (r)<-[:CONTAINS]-(c)
    RETURN DISTINCT [c.key, head([label IN labels(c) WHERE label <> 'Node']), EXISTS { (c)<-[:CONTAINS|STALE_CONTAINS*0..]-(:Instance) }]
  } AS containers,
  COLLECT {
    MATCH (p:Permission {tenant: $tenant, resource: number})<-[:IMPLIES]-(q)
    RETURN [q.key, p.key]
  } AS implied`;

const MAKE_IMPLICATIONS = `
UNWIND $rows AS row
MATCH (from:Permission {tenant: $tenant, key: row.from})
MATCH (to:Permission {tenant: $tenant, key: row.to})
CREATE (from)-[:IMPLIES {derived: true, rule: row.rule, reason: row.reason}]->(to)`;

const DROP_IMPLICATIONS = `
UNWIND $rows AS row
MATCH (:Permission {tenant: $tenant, key: row.from})-[implies:IMPLIES]->(:Permission {tenant: $tenant, key: row.to})
DELETE implies`;
