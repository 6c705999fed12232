/** A process of `sqlite-child.ts`, or of another script that speaks in lines, as they come. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

const SCRIPT = fileURLToPath(new URL('sqlite-child.ts', import.meta.url));

export class StoreChild {
  readonly process: ChildProcess;
  readonly lines: string[] = [];
  readonly #exit: Promise<unknown>;
  #wake = () => {};
  #error = '';

  constructor(mode: string, path: string, { script = SCRIPT, words = [] }: { script?: string; words?: readonly string[] } = {}) {
    this.process = spawn(process.execPath, [script, mode, path, ...words], { stdio: ['pipe', 'pipe', 'pipe'] });
    this.#exit = once(this.process, 'close');
    this.process.stderr?.on('data', (text) => {
      this.#error += String(text);
    });
    if (this.process.stdout !== null)
      createInterface(this.process.stdout).on('line', (line) => {
        this.lines.push(line);
        this.#wake();
      });
    void this.#exit.then(() => this.#wake());
    onTestFinished(() => void this.process.kill('SIGKILL'));
  }

  /** The first line that begins so; waits for it. */
  async line(start: string): Promise<string> {
    for (;;) {
      const found = this.lines.find((line) => line.startsWith(start));
      if (found !== undefined) return found;
      if (this.process.exitCode !== null) throw new Error(`the process ended before it said \`${start}\`: ${this.#error}`);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  go(): void {
    this.process.stdin?.write('\n');
  }

  /** Its exit status and what it said on standard error. */
  async end(): Promise<{ status: number | null; error: string }> {
    await this.#exit;
    return { status: this.process.exitCode, error: this.#error };
  }

  async kill(): Promise<void> {
    this.process.kill('SIGKILL');
    await this.#exit;
  }
}
