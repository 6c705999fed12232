/**
 * What a command is: a record that the program turns into help, parsing and a call. Nothing here knows how arguments are parsed.
 */
import type { Config, Environment } from '../config.ts';

/** Where text goes; a terminal or not. */
export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
}

/** What the process gives the program, so that it can be run inside another one. */
export interface Io {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Environment;
  /** Fires when the process is told to stop: what goes on ends in order. */
  readonly stop: AbortSignal;
}

export interface ArgumentSpec {
  readonly name: string;
  readonly doc: string;
  readonly required: boolean;
  /** The last one may be given several times. */
  readonly repeatable?: boolean;
}

export interface OptionSpec {
  /** As help shows it: `--first N`; a name alone is a switch. */
  readonly flags: string;
  readonly doc: string;
  /** May be given several times. */
  readonly repeatable?: boolean;
}

/** Values of arguments by name, of options by name in camel case. */
export type Values = Readonly<Record<string, string | readonly string[] | boolean | undefined>>;

export interface Call {
  readonly args: Values;
  readonly options: Values;
  readonly io: Io;
  readonly config: Config;
  /** Was a store named, by option or environment? */
  readonly storeSet: boolean;
  readonly json: boolean;
  /** The asked instant, null for now. */
  readonly at: number | null;
}

export interface CommandSpec {
  /** One word, or two for a command under another. */
  readonly name: string;
  readonly doc: string;
  readonly args: readonly ArgumentSpec[];
  readonly options: readonly OptionSpec[];
  /** Command lines without the program's name. */
  readonly examples: readonly string[];
  /** Gives the exit status. Errors are printed by the program. */
  run(call: Call): Promise<number>;
}

/** The exit statuses that tools rely on. */
export const EXIT = { allow: 0, done: 0, deny: 1, usage: 2, unknown: 3, failed: 4 } as const;
