/** The real program in real processes, in a folder of its own. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { SampleServer } from '../../ingest/sample/server.ts';

export const PROGRAM = fileURLToPath(new URL('../../bin/grantpath.js', import.meta.url));

export interface Finished {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface SpawnOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** A process that is told from: what it printed so far, and its end. */
export class Spawned {
  readonly child: ChildProcessWithoutNullStreams;
  readonly finished: Promise<Finished>;
  stdout = '';
  stderr = '';

  constructor(command: string, args: readonly string[], { cwd, env = {} }: SpawnOptions) {
    // Nothing of the environment that the tests run in reaches the program, but where programs are.
    this.child = spawn(command, args, { cwd, env: { PATH: process.env['PATH'] ?? '', HOME: cwd, ...env } });
    // A character may lie across two pieces.
    this.child.stdout.setEncoding('utf8').on('data', (text: string) => (this.stdout += text));
    this.child.stderr.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    this.finished = new Promise((resolve, reject) => {
      this.child.once('error', reject);
      this.child.once('close', (status) => resolve({ status, stdout: this.stdout, stderr: this.stderr }));
    });
  }

  /** Waits until the output matches. Fails when the process ends before. */
  async printed(pattern: RegExp): Promise<RegExpExecArray> {
    for (let ended = false; ; ) {
      const match = pattern.exec(this.stdout);
      if (match !== null) return match;
      if (ended) throw new Error(`the process ended without printing ${pattern}:\n${this.stdout}\n${this.stderr}`);
      await Promise.race([
        new Promise((resolve) => this.child.stdout.once('data', resolve)),
        this.finished.then(() => {
          ended = true;
        }),
      ]);
    }
  }
}

export function startProgram(args: readonly string[], options: SpawnOptions): Spawned {
  return new Spawned(process.execPath, [PROGRAM, ...args], options);
}

export function runProgram(args: readonly string[], options: SpawnOptions): Promise<Finished> {
  return startProgram(args, options).finished;
}

/** A folder that is removed afterwards. */
export function temporaryFolder(): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'grantpath-cli-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** The environment with which the connector reads the sample. */
export function cloudEnv({ url, authUrl, credentials }: SampleServer): Record<string, string> {
  return {
    BITBUCKET_CLOUD_URL: url,
    BITBUCKET_CLOUD_AUTH_URL: authUrl,
    BITBUCKET_CLOUD_CLIENT_ID: credentials.clientId,
    BITBUCKET_CLOUD_CLIENT_SECRET: credentials.clientSecret,
  };
}
