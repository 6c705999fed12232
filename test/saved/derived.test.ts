/**
 * Derived edges on a real Neo4j: what commits keep is what a rebuild makes, whatever changed before; and it is what the tables say.
 */
import { expect, it } from 'vitest';
import { encodeKeyPart, type World } from '../../graph/fact.ts';
import { isLeveled, levelsOf } from '../../graph/model/lattice.ts';
import { parseWorld } from '../../graph/notation.ts';
import { Known } from '../../graph/spec/known.ts';
import { bindingRules } from '../../graph/spec/rules.ts';
import { openNeo4jStore } from '../../graph/store/neo4j.ts';
import { rebuildDerived } from '../../graph/store/neo4j-derived.ts';
import { Neo4jDoor } from '../../graph/store/neo4j-driver.ts';
import { describeOnNeo4j, withTenant } from '../neo4j/shared-server.ts';
import { commitWorld } from '../support/commit-world.ts';
import { Dice, seededSource } from '../twin/dice.ts';
import { generateWorld } from '../twin/generate-world.ts';
import { withBranches } from './cases.ts';
import { targetOf } from './expected-lists.ts';

const LONG = process.env['GRANTPATH_TEST_LONG'] === '1';
const SEQUENCES = LONG ? 40 : 2;
const COMMITS = LONG ? 5 : 4;

const DERIVED = `
MATCH (a:Node|Permission {tenant: $tenant})-[x {derived: true}]->(b)
WHERE a.key > ''
RETURN a.key + ' ' + type(x) + ' ' + coalesce(x.word + ' ', '') + b.key + ' by ' + x.rule + ' because ' + x.reason AS line
UNION ALL
MATCH (p:Permission {tenant: $tenant})
WHERE p.key > ''
RETURN p.key + ' of ' + coalesce(p.rule, 'no row') + ' on ' + toString(p.resource) AS line`;

const DROP_DERIVED = `
MATCH (a:Node|Permission {tenant: $tenant})-[x {derived: true}]->()
WHERE a.key > ''
DELETE x`;

const DROP_PERMISSIONS = `
MATCH (p:Permission {tenant: $tenant})
WHERE p.key > '' AND NOT EXISTS { (p)<-[:HOLDS|REPORTED]-() }
DETACH DELETE p`;

const RULES = `
MATCH (rule:BranchRestriction {tenant: $tenant})-[x:BINDS|MAY_BIND]->(b:Branch)
WHERE rule.key > ''
RETURN DISTINCT rule.key AS rule, type(x) AS type, x.word AS word, b.key AS branch`;

describeOnNeo4j('derived edges', ({ agent: _, ...server }) => {
  const onTenant = (work: (opened: Opened) => Promise<void>) =>
    withTenant(async (tenant) => {
      const door = await Neo4jDoor.open(server);
      let now = 1000;
      const store = await openNeo4jStore({ ...server, tenant, now: () => now++ });
      const lines = async () => (await door.readRows(DERIVED, { tenant })).map(({ line }) => String(line)).sort();
      try {
        await work({
          commit: (world) => commitWorld(store, world).then(() => {}),
          lines,
          rules: () => door.readRows(RULES, { tenant }),
          async rebuild() {
            await door.write((unit) => unit.run(DROP_DERIVED, { tenant }));
            await door.write((unit) => unit.run(DROP_PERMISSIONS, { tenant }));
            await rebuildDerived((work) => door.write(work), tenant);
            return lines();
          },
        });
      } finally {
        await store.close();
        await door.close();
      }
    });

  it(`are after each of ${COMMITS} commits what a rebuild makes, in ${SEQUENCES} sequences of worlds that have little in common`, {
    timeout: 900_000,
  }, async () => {
    for (let sequence = 0; sequence < SEQUENCES; sequence++) {
      await onTenant(async ({ commit, lines, rebuild }) => {
        for (let step = 0; step < COMMITS; step++) {
          const world = generateWorld(new Dice(seededSource(sequence * 1000 + step)));
          await commit(withBranches(world, () => (step % 2 === 0 ? ['main', 'dev'] : [])));
          const kept = await lines();
          expect(kept.length).toBeGreaterThan(0);
          expect(kept, `sequence ${sequence}, commit ${step}`).toEqual(await rebuild());
        }
      });
    }
  });

  it('are what the tables and the definitional engine say', { timeout: 300_000 }, async () => {
    for (const seed of [3, 7, 11]) {
      const world = withBranches(generateWorld(new Dice(seededSource(seed))), () => ['main', 'release/1']);
      await onTenant(async ({ commit, lines, rules }) => {
        await commit(world);
        const known = new Known(world);
        const rows = world.nodes.flatMap(({ key, kind }) =>
          isLeveled(kind)
            ? levelsOf(known.flavorOf(key), kind).map(
                ({ flavor, level }) => `permission:${encodeKeyPart(level)}@${key} of levels/${flavor}/${kind}/${level}`,
              )
            : [],
        );
        const permissions = (await lines()).flatMap((line) => /^(permission:.* of levels\/\S+) on \d+$/.exec(line)?.slice(1) ?? []);
        expect(permissions.sort()).toEqual(rows.sort());
        const bound = (await rules()).map(({ rule, type, word, branch }) => `${rule} ${type} ${word} ${branch}`);
        expect(bound.sort()).toEqual(bindingsBySpec(world, known).sort());
      });
    }
  });

  it('follow a branch that gets a rule, and a level that no row has', { timeout: 120_000 }, async () => {
    const facts = `
      workspace:acme CONTAINS repository:acme/api
      repository:acme/api CONTAINS branch:acme/api#main
      restriction:acme/api#1 RESTRICTS push ON repository:acme/api glob=`;
    await onTenant(async ({ commit, lines }) => {
      await commit(parseWorld(`${facts}dev`));
      expect((await lines()).filter((line) => line.includes('BIND'))).toEqual([]);
      await commit(parseWorld(`${facts}ma*`));
      expect((await lines()).filter((line) => line.includes('BIND'))).toEqual([
        'restriction:acme/api#1 BINDS push branch:acme/api#main by restrictions/push because pattern ma*',
      ]);
      await commit(parseWorld(`${facts}ma|in\nuser:ann HOLDS triage ON repository:acme/api`));
      expect((await lines()).filter((line) => line.includes('BIND') || line.includes('triage'))).toEqual([
        'permission:triage@repository:acme/api ON repository:acme/api by levels/on because a level of its resource',
        expect.stringMatching(/^permission:triage@repository:acme\/api of no row on \d+$/),
        'restriction:acme/api#1 MAY_BIND push branch:acme/api#main by restrictions/push because pattern ma|in',
      ]);
    });
  });
});

interface Opened {
  commit(world: World): Promise<void>;
  /** Everything that is derived, as texts in order. */
  lines(): Promise<string[]>;
  rules(): Promise<readonly Readonly<Record<string, unknown>>[]>;
  /** Takes everything away that is derived and derives it again. */
  rebuild(): Promise<string[]>;
}

function bindingsBySpec(world: World, known: Known): string[] {
  const lines = world.nodes.flatMap((node) => {
    if (node.kind !== 'Branch') return [];
    const { key, branch } = targetOf(known, node.key);
    if (known.kindOf(key) !== 'Repository' || branch === null) return [];
    return bindingRules(known, key, branch).map(
      ({ rule, kind, certain }) => `${rule.from} ${certain ? 'BINDS' : 'MAY_BIND'} ${kind} ${node.key}`,
    );
  });
  // Several upstream kinds without a row are one kind.
  return [...new Set(lines)];
}
