/** The program in this process with captured output: what a process would print, without the time that starting one takes. */
import type { Output } from '../../cli/command.ts';
import { main } from '../../main.ts';

export interface Ran {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly stop?: AbortSignal;
  /** As a terminal of so many columns. */
  readonly columns?: number;
}

export async function runMain(argv: readonly string[], { env = {}, stop, columns }: RunOptions = {}): Promise<Ran> {
  const written = { stdout: '', stderr: '' };
  const output = (name: 'stdout' | 'stderr'): Output => ({
    write(text) {
      written[name] += text;
    },
    isTTY: columns !== undefined,
    columns,
  });
  const io = { stdout: output('stdout'), stderr: output('stderr'), env, stop: stop ?? new AbortController().signal };
  return { status: await main(argv, io), ...written };
}
