/**
 * A real Neo4j server as a child process, without containers: the database's own jars in the Java of this machine.
 *
 * INVARIANT: a server never outlives the process that started it, however that ends: it watches the pipe of its standard input.
 * Its home lies in the folder for temporary files and goes with it.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { fetchJars } from './artifacts.ts';
import { findJavas, type Java, javaFlags, NEO4J_VERSIONS } from './java.ts';

export interface ServerOptions {
  /** A row of `NEO4J_VERSIONS`; the newest that a Java of this machine runs if left out. */
  readonly version?: string | undefined;
  /** Turns authentication on, for the user `neo4j`. */
  readonly password?: string | undefined;
  /** Of the Bolt connector; any free one if left out. */
  readonly port?: number | undefined;
  readonly heapMb?: number;
  /** Lines of `neo4j.conf`, by name. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Where its home is made; the folder for temporary files if left out. */
  readonly folder?: string;
}

/** How to reach a server. */
export interface ServerAddress {
  /** `bolt://127.0.0.1:PORT` */
  readonly address: string;
  /** Left out where nobody asks who it is. */
  readonly user?: string;
  readonly password?: string;
}

/** More would be taken from those who share the machine, less is slow at a million relationships. */
const HEAP_MB = 1024;
const PAGE_CACHE_MB = 128;
const START_TIMEOUT_MS = 180_000;
const STOP_TIMEOUT_MS = 30_000;
const SOURCE = fileURLToPath(new URL('EmbeddedServer.java', import.meta.url));
/** Words of a server that does not start; the rest stands in its log, which goes with its home. */
const TOLD_MAX = 2_000;

export class Neo4jServer implements ServerAddress {
  readonly version: string;
  readonly home: string;
  readonly user?: string;
  readonly password?: string;
  readonly #java: Java;
  readonly #options: ServerOptions;
  #settings: Readonly<Record<string, string>>;
  #process: ChildProcess | null = null;
  #port: number;

  private constructor(options: ServerOptions, { version, java }: { version: string; java: Java }) {
    this.version = version;
    this.#java = java;
    this.#options = options;
    this.#port = options.port ?? 0;
    this.#settings = options.settings ?? {};
    this.home = mkdtempSync(join(options.folder ?? tmpdir(), 'grantpath-neo4j-'));
    if (options.password !== undefined) {
      this.user = 'neo4j';
      this.password = options.password;
    }
  }

  /** Starts one and waits until it answers. Errors: in words, if there is no Java for it, Maven cannot fetch it or it does not start. */
  static async start(options: ServerOptions = {}): Promise<Neo4jServer> {
    const chosen = await chooseVersion(options.version);
    const server = new Neo4jServer(options, chosen);
    try {
      await server.#launch({ first: true });
    } catch (error) {
      await server.close();
      throw error;
    }
    return server;
  }

  get address(): string {
    return `bolt://127.0.0.1:${this.#port}`;
  }

  get port(): number {
    return this.#port;
  }

  /** Ends it as a loss of power would, without a word, and waits for its end. Its home stays. */
  async kill(): Promise<void> {
    await this.#end((child) => child.kill('SIGKILL'));
  }

  /** Waits for its end. */
  async ended(): Promise<void> {
    if (this.#process !== null && isAlive(this.#process)) await once(this.#process, 'exit');
  }

  /** Lets it stand still, with its connections open, or go on. */
  pause(isPaused: boolean): void {
    this.#process?.kill(isPaused ? 'SIGSTOP' : 'SIGCONT');
  }

  /** Ends it in order. Its home stays. */
  async stop(): Promise<void> {
    await this.#end((child) => child.stdin?.write('stop\n'));
  }

  /** Starts it again after `kill` or `stop`, with what it held, on the same port, with these settings besides. */
  async restart(settings: ServerOptions['settings'] = {}): Promise<void> {
    this.#settings = { ...this.#settings, ...settings };
    await this.#launch({ first: false });
  }

  /** Ends it and removes what it held. */
  async close(): Promise<void> {
    await this.#end((child) => child.kill('SIGKILL'));
    rmSync(this.home, { recursive: true, force: true, maxRetries: 5 });
  }

  async #launch({ first }: { first: boolean }): Promise<void> {
    const jars = await fetchJars(this.version);
    mkdirSync(this.home, { recursive: true });
    writeFileSync(join(this.home, 'neo4j.conf'), this.#configuration());
    const { heapMb = HEAP_MB, password } = this.#options;
    const words = [`-Xmx${heapMb}m`, ...javaFlags(this.#java), '-cp', join(jars, '*'), SOURCE, this.home];
    const env = { ...process.env, ...(first && password !== undefined && { EMBEDDED_SERVER_PASSWORD: password }) };
    // A group of its own: ctrl-C at a terminal is for the program that started it, which ends it in order.
    const child = spawn(this.#java.command, words, { stdio: ['pipe', 'pipe', 'pipe'], detached: true, env });
    this.#process = child;
    this.#port = await portOf(child, `Neo4j ${this.version} on Java ${this.#java.release}`);
    // It keeps no process alive: what waits for it holds a connection.
    child.unref();
    for (const stream of [child.stdin, child.stdout, child.stderr]) (stream as { unref?: () => void } | null)?.unref?.();
  }

  #configuration(): string {
    const settings = {
      'server.bolt.enabled': 'true',
      'server.bolt.listen_address': `127.0.0.1:${this.#port}`,
      'server.bolt.advertised_address': `127.0.0.1:${this.#port}`,
      'server.memory.pagecache.size': `${PAGE_CACHE_MB}m`,
      'dbms.usage_report.enabled': 'false',
      'dbms.security.auth_enabled': String(this.password !== undefined),
      ...this.#settings,
    };
    return Object.entries(settings)
      .map(([name, value]) => `${name}=${value}\n`)
      .join('');
  }

  async #end(how: (child: ChildProcess) => unknown): Promise<void> {
    const child = this.#process;
    this.#process = null;
    if (child === null || !isAlive(child)) return;
    child.ref();
    const exit = once(child, 'exit');
    how(child);
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
    await exit;
    clearTimeout(timer);
  }
}

/** The version to start and the Java for it. Errors: in words, which Java would be needed and which are there. */
export async function chooseVersion(asked?: string | undefined): Promise<{ version: string; java: Java }> {
  const javas = await findJavas();
  const versions = asked === undefined ? Object.keys(NEO4J_VERSIONS) : [asked];
  for (const version of versions) {
    const range = NEO4J_VERSIONS[version];
    if (range === undefined)
      throw new Error(`expected a version of Neo4j out of ${Object.keys(NEO4J_VERSIONS).join(', ')}, got \`${version}\``);
    const java = javas.filter(({ release }) => release >= range[0] && release <= range[1]).sort((a, b) => b.release - a.release)[0];
    if (java !== undefined) return { version, java };
  }
  const needed = versions.map((version) => `Neo4j ${version} needs a Java kit from ${NEO4J_VERSIONS[version]?.join(' to ')}`).join(', ');
  const there = [...new Set(javas.map(({ release }) => release))].join(', ');
  throw new Error(`${needed}; this machine has ${there === '' ? 'none' : there}`);
}

function isAlive(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null;
}

/** Waits for `ready PORT`. */
async function portOf(child: ChildProcess, name: string): Promise<number> {
  let told = '';
  child.stderr?.on('data', (text) => {
    told = `${told}${text}`.slice(-TOLD_MAX);
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), START_TIMEOUT_MS);
  try {
    return await new Promise<number>((resolve, reject) => {
      if (child.stdout !== null)
        createInterface(child.stdout).on('line', (line) => {
          const port = /^ready (\d+)$/.exec(line)?.[1];
          if (port !== undefined) resolve(Number(port));
        });
      child.on('error', reject);
      child.on('exit', () => reject(new Error(`${name} did not start: ${told.trim() || 'it was too slow'}`)));
    });
  } finally {
    clearTimeout(timer);
  }
}
