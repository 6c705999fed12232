/** The bench of the Neo4j store runs from end to end at its smallest size. Bounds are for quiet machines and large sizes: none is held here. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { describeOnNeo4j, openDriver } from '../neo4j/shared-server.ts';
import type { Figure } from './figure.ts';
import type { Way } from './ways.ts';

const PROGRAM = fileURLToPath(new URL('bench.ts', import.meta.url));

const NAMES = [
  'first load',
  '1,000 facts changed, visible',
  '1,000 facts changed, all read again',
  'empty round trip',
  'Neo4j to ready',
  'saved snapshot to ready',
  'check in Cypher, most of 200',
  'check in Cypher, 95 of 100',
];

describeOnNeo4j('npm run bench -- --store neo4j', ({ address, user, password }) => {
  it('prints every figure and every way as JSON, and leaves nothing behind', { timeout: 900_000 }, async () => {
    const env = { ...process.env, NEO4J_URI: address, ...(user !== undefined && { NEO4J_USER: user, NEO4J_PASSWORD: password }) };
    const args = [PROGRAM, '--store', 'neo4j', '--size', 'S', '--rounds', '1', '--json', '--no-fail'];
    const { stdout } = await promisify(execFile)(process.execPath, args, { env });
    const { figures, ways, ...rest } = JSON.parse(stdout) as { figures: Figure[]; ways: Way[] };
    expect(rest).toEqual({});
    expect(figures.map(({ name }) => name)).toEqual(NAMES);
    for (const figure of figures) {
      expect(figure.value).toBeGreaterThan(0);
      expect(Number.isFinite(figure.value)).toBe(true);
      expect(figure.within === null).toBe(figure.bound === null);
    }
    const asked = ['check', 'proof', 'what-can', 'who-can'];
    const ofWhom = ['engine in process', 'JSON endpoint', 'GraphQL', 'Cypher'];
    expect(ways.map(({ question, way }) => [question, way])).toEqual(asked.flatMap((question) => ofWhom.map((way) => [question, way])));
    for (const { p50, p95, hop, work } of ways) {
      expect(p50).toBeGreaterThan(0);
      expect(p95).toBeGreaterThanOrEqual(p50);
      expect(work).toBe(Math.max(0, p50 - hop));
    }
    expect(await tenantsOfBenches()).toEqual([]);
  });

  it('takes no options of the other store', async () => {
    const refused = { code: 2, stderr: expect.stringContaining('usage: npm run bench') };
    for (const option of ['--keep', '--parts=store'])
      await expect(promisify(execFile)(process.execPath, [PROGRAM, '--store', 'neo4j', option])).rejects.toMatchObject(refused);
  });
});

async function tenantsOfBenches(): Promise<unknown[]> {
  const driver = openDriver();
  try {
    const { records } = await driver.executeQuery("MATCH (n) WHERE n.tenant STARTS WITH 'bench-' RETURN DISTINCT n.tenant AS tenant");
    return records.map((record) => record.get('tenant'));
  } finally {
    await driver.close();
  }
}
