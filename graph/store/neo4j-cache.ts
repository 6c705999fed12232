/**
 * Compiled snapshots beside the facts in Neo4j, in parts.
 *
 * A part is text (base64), because the driver takes bytes one by one and text as a whole. It is of packed bytes: the server takes
 * longer to read a text than unpacking takes, and reads the next part meanwhile. The parts of one writing have one stamp: what was
 * half written, or is being replaced, is not there.
 */
import { randomUUID } from 'node:crypto';
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { Neo4jDoor } from './neo4j-driver.ts';

/** Bytes of one part before it is packed, to about a third. Measured: texts below 50 KB and above 1 MB take longer to read. */
const PART_BYTES = 512 * 1024;
const PACKING = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };
/** Parts of one transaction: what it writes is in the memory of the server until it is over. */
const PARTS_AT_ONCE = 64;

interface CacheOf {
  readonly tenant: string;
  readonly name: string;
}

export async function readCache(door: Neo4jDoor, of: CacheOf): Promise<Uint8Array | null> {
  const rows = door.stream(
    `MATCH (c:GrantpathCache) WHERE c.tenant = $tenant AND c.name = $name AND c.part >= 0
     RETURN c.part AS part, c.bytes AS bytes, c.stamp AS stamp, c.text AS text ORDER BY part`,
    { ...of },
  );
  let [bytes, stamp, next]: [Uint8Array, unknown, number] = [new Uint8Array(0), null, 0];
  for await (const row of rows) {
    if (next === 0) {
      stamp = row['stamp'];
      // Of its own, and as large as what is in it, so that it need not be copied to be shared with workers.
      bytes = new Uint8Array(new SharedArrayBuffer(Number(row['bytes'])));
    }
    if (row['stamp'] !== stamp || row['part'] !== next) return null;
    const place = bytes.subarray(next * PART_BYTES, ++next * PART_BYTES);
    const part = unpack(row['text'] as string);
    if (part?.length !== place.length) return null;
    place.set(part);
  }
  return next > 0 && next === partsOf(bytes) ? bytes : null;
}

/** Errors: STORE_UNREADABLE for a store that is opened to read, STORE_FULL. */
export async function writeCache(door: Neo4jDoor, of: CacheOf, bytes: Uint8Array): Promise<void> {
  const whole = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const parts = partsOf(bytes);
  const stamp = randomUUID();
  for (let first = 0; first < parts; first += PARTS_AT_ONCE) {
    const rows = Array.from({ length: Math.min(PARTS_AT_ONCE, parts - first) }, (_, at) => {
      const start = (first + at) * PART_BYTES;
      return [first + at, zstdCompressSync(whole.subarray(start, start + PART_BYTES), PACKING).toString('base64')];
    });
    await door.write(
      async (unit) => {
        await unit.run(
          `UNWIND $rows AS row MERGE (c:GrantpathCache {tenant: $tenant, name: $name, part: row[0]})
           SET c.bytes = $bytes, c.stamp = $stamp, c.text = row[1]`,
          { ...of, rows, bytes: whole.length, stamp },
        );
      },
      { isRepeatable: true },
    );
  }
  const behind = 'MATCH (c:GrantpathCache) WHERE c.tenant = $tenant AND c.name = $name AND c.part >= $parts DELETE c';
  await door.write(async (unit) => void (await unit.run(behind, { ...of, parts })), { isRepeatable: true });
}

function partsOf(bytes: Uint8Array): number {
  return Math.max(1, Math.ceil(bytes.length / PART_BYTES));
}

/** null for what no writing here can have left. */
function unpack(text: string): Buffer | null {
  try {
    // In one piece: of many small ones that are put together afterwards most of the time would go.
    return zstdDecompressSync(Buffer.from(text, 'base64'), { maxOutputLength: PART_BYTES, chunkSize: PART_BYTES });
  } catch {
    return null;
  }
}
