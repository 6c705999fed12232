/**
 * The jars of a version of Neo4j, fetched by Maven once and kept beside the checkout's own stores.
 *
 * INVARIANT: a folder that is there is whole: it is filled under another name and renamed. One process fetches, the others wait.
 */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { RunLock } from '../../graph/store/sqlite-lock.ts';

const CACHE = fileURLToPath(new URL('../../.grantpath/neo4j/', import.meta.url));
const POM = fileURLToPath(new URL('pom.xml', import.meta.url));
const LOCK_POLL_MS = 200;
const FETCH_TIMEOUT_MS = 10 * 60 * 1000;

/** The folder of the jars. Errors: whatever Maven says. */
export async function fetchJars(version: string): Promise<string> {
  const folder = `${CACHE}${version}`;
  if (existsSync(folder)) return folder;
  mkdirSync(CACHE, { recursive: true });
  const lock = new RunLock(`${CACHE}fetch`);
  while (!lock.take()) await sleep(LOCK_POLL_MS);
  try {
    if (!existsSync(folder)) await fetch(version, folder);
    return folder;
  } finally {
    lock.release();
  }
}

async function fetch(version: string, folder: string): Promise<void> {
  const part = `${folder}.part`;
  rmSync(part, { recursive: true, force: true });
  const words = ['-B', '-q', '-f', POM, 'dependency:copy-dependencies', `-Dneo4j.version=${version}`, `-DoutputDirectory=${part}`];
  try {
    await promisify(execFile)('mvn', words, { timeout: FETCH_TIMEOUT_MS });
  } catch (error) {
    throw new Error(`Maven could not fetch Neo4j ${version}: ${tellFailure(error)}`, { cause: error });
  }
  if (readdirSync(part).length === 0) throw new Error(`Maven fetched nothing for Neo4j ${version}`);
  renameSync(part, folder);
}

function tellFailure(error: unknown): string {
  const { code, stdout = '', message = String(error) } = error as { code?: unknown; stdout?: string; message?: string };
  if (code === 'ENOENT') return 'there is no `mvn` on the path';
  return /\[ERROR\] (.*)/.exec(stdout)?.[1] ?? message.split('\n')[0] ?? message;
}
