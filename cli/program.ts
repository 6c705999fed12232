/**
 * The door to commander: commands as records become a program with help, and whatever goes wrong becomes one line and a status.
 *
 * INVARIANT: standard output carries answers alone; with `--json` it is JSON whatever happens, errors too.
 */
import { Command, CommanderError, Option } from 'commander';
import { isSet, readConfig, SETTINGS } from '../config.ts';
import { CodedError, ERROR_CODES, type ErrorCode, isCodedError } from '../graph/errors.ts';
import { requireLaws } from '../graph/model/lint.ts';
import { parseInstant } from '../queries/instant.ts';
import { type Call, type CommandSpec, EXIT, type Io, type OptionSpec, type Values } from './command.ts';
import { plain } from './plain.ts';

export interface ProgramOptions {
  readonly commands: readonly CommandSpec[];
  readonly version: string;
  readonly io: Io;
}

const GLOBAL: readonly OptionSpec[] = [
  { flags: '--json', doc: 'print JSON for tools' },
  { flags: '--at TIME', doc: 'ask of a time, e.g. 2026-01-31T12:00:00Z' },
  { flags: '--store URL', doc: 'the store, instead of GRANTPATH_STORE' },
];

/** Runs one command line and gives its exit status. Never throws. */
export async function runProgram(argv: readonly string[], options: ProgramOptions): Promise<number> {
  const { io } = options;
  try {
    let status: number = EXIT.done;
    const program = createProgram(options, async (spec, args, values) => {
      status = await spec.run(createCall(io, args, values));
    });
    await program.parseAsync([...argv], { from: 'user' });
    return status;
  } catch (error) {
    return reportError(error, io, argv.includes('--json'));
  }
}

type Run = (spec: CommandSpec, args: Values, options: Values) => Promise<void>;

function createProgram({ commands, version, io }: ProgramOptions, run: Run): Command {
  const program = new Command('grantpath')
    .description('Effective permissions of Bitbucket, with proof: who can, what can, why and why not')
    .version(version, '--version', 'print the version')
    .helpOption('--help', 'show help')
    .helpCommand('help [command]', 'show the help of a command')
    .exitOverride()
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({ writeOut: (text) => io.stdout.write(text), writeErr: () => {}, getOutHelpWidth: () => io.stdout.columns ?? 100 });
  for (const option of GLOBAL) program.addOption(optionOf(option));
  const examples = commands.flatMap((spec) => spec.examples.slice(0, 1));
  program.addHelpText('after', `\n${examplesHelp(examples)}\n\n${settingsHelp()}\n\n${STATUS_HELP}`);
  for (const spec of commands) addCommand(program, spec, run);
  return program;
}

function addCommand(program: Command, spec: CommandSpec, run: Run): void {
  const words = spec.name.split(' ');
  const name = words.pop() as string;
  const parent = words.reduce((group, word) => group.commands.find((each) => each.name() === word) ?? addGroup(group, word, spec), program);
  const command = parent.command(name).description(spec.doc).helpOption('--help', 'show help');
  for (const { name: argument, doc, required } of spec.args) command.argument(required ? `<${argument}>` : `[${argument}]`, doc);
  for (const option of spec.options) command.addOption(optionOf(option));
  command.addHelpText('after', `\n${examplesHelp(spec.examples)}`);
  command.action(async (...given: unknown[]) => {
    const args = Object.fromEntries(spec.args.map(({ name: argument }, index) => [argument, given[index] as string | undefined]));
    await run(spec, args, command.optsWithGlobals<Values>());
  });
}

function addGroup(parent: Command, word: string, { doc, examples }: CommandSpec): Command {
  const group = parent.command(word).description(doc).helpOption('--help', 'show help');
  return group.addHelpText('after', `\n${examplesHelp(examples)}`);
}

function examplesHelp(examples: readonly string[]): string {
  return ['Examples:', ...examples.map((example) => `  $ grantpath ${example}`)].join('\n');
}

function optionOf({ flags, doc, repeatable = false }: OptionSpec): Option {
  const [name, value] = flags.split(' ');
  const option = new Option(value === undefined ? flags : `${name} <${value}>`, doc);
  if (repeatable) option.argParser((text: string, before: readonly string[] | undefined) => [...(before ?? []), text]);
  return option;
}

function createCall(io: Io, args: Values, options: Values): Call {
  requireLaws();
  const { json, at, store } = options;
  if (store === '') throw new CodedError('CONFIG', '--store must be an address like `sqlite:PATH`, got nothing', { option: '--store' });
  const named = typeof store === 'string' ? store : undefined;
  const config = readConfig(io.env);
  return {
    args,
    options,
    io,
    config: named === undefined ? config : { ...config, store: named },
    storeSet: named !== undefined || isSet(io.env, 'GRANTPATH_STORE'),
    json: json === true,
    at: typeof at === 'string' ? parseInstant(at) : null,
  };
}

/** One line for people, an object for tools. A defect shows its stack: there is nobody to hide it from. */
function reportError(error: unknown, io: Io, json: boolean): number {
  if (error instanceof CommanderError) {
    // Help and version are no errors; a group without its command is.
    if (error.exitCode === 0) return EXIT.done;
    const told = error.code === 'commander.help' ? 'a command is needed: see --help' : error.message.replace(/^error: /, '');
    return reportError(new CodedError('USAGE', told.replaceAll('\n', ' ')), io, json);
  }
  const known = isCodedError(error) ? error : null;
  const code: ErrorCode = known?.code ?? 'INTERNAL';
  const { remedy, exit } = ERROR_CODES[code];
  const message = error instanceof Error ? error.message : String(error);
  if (json) io.stdout.write(`${JSON.stringify({ error: { code, message, remedy, details: known?.details ?? {} } })}\n`);
  io.stderr.write(`error ${code}: ${plain(message)}; ${remedy}\n`);
  if (known === null && error instanceof Error) io.stderr.write(`${plain(error.stack ?? '', { lines: true })}\n`);
  return exit;
}

function settingsHelp(): string {
  const width = Math.max(...SETTINGS.map(({ name }) => name.length));
  const rows = SETTINGS.map((row) => {
    const standard = row.default === null ? '' : ` (default ${row.default})`;
    return `  ${row.name.padEnd(width)}  ${row.doc}${standard}`;
  });
  return ['Environment:', ...rows].join('\n');
}

const STATUS_HELP = `Exit status:
  0  ALLOW, or done; of ingest: a snapshot was committed, with or without gaps
  1  DENY
  2  an error of usage or of a reference
  3  UNKNOWN
  4  an upstream or store failed`;
