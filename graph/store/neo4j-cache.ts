/**
 * Compiled snapshots beside the facts in Neo4j, in parts.
 *
 * A part is text (base64), because the driver takes bytes one by one and text as a whole. The parts of one writing have one stamp:
 * what was half written, or is being replaced, is not there.
 */
import { randomUUID } from 'node:crypto';
import type { Neo4jDoor } from './neo4j-driver.ts';

/** Bytes of one part. Measured: below 50 KB and above 1 MB reading takes longer. A multiple of three, so that no text is padded but the last. */
const PART_BYTES = 192 * 1024;
/** Parts of one transaction: what it writes is in the memory of the server until it is over. */
const PARTS_AT_ONCE = 64;

interface CacheOf {
  readonly tenant: string;
  readonly name: string;
}

export async function readCache(door: Neo4jDoor, of: CacheOf): Promise<Uint8Array | null> {
  const rows = door.stream(
    `MATCH (c:GrantpathCache) WHERE c.tenant = $tenant AND c.name = $name AND c.part >= 0
     RETURN c.part AS part, c.parts AS parts, c.stamp AS stamp, c.text AS text ORDER BY part`,
    { ...of },
  );
  let [bytes, stamp, parts, length]: [Buffer, unknown, number, number] = [Buffer.alloc(0), null, 0, 0];
  for await (const row of rows) {
    if (row['part'] === 0) {
      [stamp, parts] = [row['stamp'], row['parts'] as number];
      bytes = Buffer.allocUnsafeSlow(parts * PART_BYTES);
    }
    if (row['stamp'] !== stamp || row['part'] !== Math.ceil(length / PART_BYTES)) return null;
    length += bytes.write(row['text'] as string, length, 'base64');
  }
  const isWhole = stamp !== null && Math.max(1, Math.ceil(length / PART_BYTES)) === parts;
  return isWhole ? new Uint8Array(bytes.buffer, 0, length) : null;
}

/** Errors: STORE_UNREADABLE for a store that is opened to read, STORE_FULL. */
export async function writeCache(door: Neo4jDoor, of: CacheOf, bytes: Uint8Array): Promise<void> {
  const whole = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const parts = Math.max(1, Math.ceil(whole.length / PART_BYTES));
  const stamp = randomUUID();
  for (let first = 0; first < parts; first += PARTS_AT_ONCE) {
    const rows = Array.from({ length: Math.min(PARTS_AT_ONCE, parts - first) }, (_, at) => {
      const start = (first + at) * PART_BYTES;
      return [first + at, whole.toString('base64', start, Math.min(start + PART_BYTES, whole.length))];
    });
    await door.write(
      async (unit) => {
        await unit.run(
          `UNWIND $rows AS row MERGE (c:GrantpathCache {tenant: $tenant, name: $name, part: row[0]})
           SET c.parts = $parts, c.stamp = $stamp, c.text = row[1]`,
          { ...of, rows, parts, stamp },
        );
      },
      { isRepeatable: true },
    );
  }
  const behind = 'MATCH (c:GrantpathCache) WHERE c.tenant = $tenant AND c.name = $name AND c.part >= $parts DELETE c';
  await door.write(async (unit) => void (await unit.run(behind, { ...of, parts })), { isRepeatable: true });
}
