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

/** Words before several commands. */
const GROUPS: Readonly<Record<string, string>> = {
  ingest: 'read an upstream into the store',
  store: 'look at the store, bring it to the form of this version, compare it with its raw pages',
};

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
  for (const spec of commands) addCommand(program, spec, { commands, run });
  return program;
}

function addCommand(
  program: Command,
  spec: CommandSpec,
  { commands, run }: Pick<ProgramOptions, 'commands'> & { readonly run: Run },
): void {
  const [word = '', under] = spec.name.split(' ');
  const known = program.commands.find((each) => each.name() === word);
  const parent = under === undefined ? program : (known ?? addGroup(program, word, commands));
  const name = under ?? word;
  const command = parent.command(name).description(spec.doc).helpOption('--help', 'show help');
  for (const { name: argument, doc, required, repeatable = false } of spec.args) {
    const shown = repeatable ? `${argument}...` : argument;
    command.argument(required ? `<${shown}>` : `[${shown}]`, doc);
  }
  for (const option of spec.options) command.addOption(optionOf(option));
  command.addHelpText('after', `\n${examplesHelp(spec.examples)}`);
  command.action(async (...given: unknown[]) => {
    const args = Object.fromEntries(spec.args.map(({ name: argument }, index) => [argument, given[index] as Values[string]]));
    await run(spec, args, command.optsWithGlobals<Values>());
  });
}

function addGroup(program: Command, word: string, commands: readonly CommandSpec[]): Command {
  const under = commands.filter(({ name }) => name.startsWith(`${word} `));
  const group = program
    .command(word)
    .description(GROUPS[word] ?? '')
    .helpOption('--help', 'show help');
  return group.addHelpText('after', `\n${examplesHelp(under.flatMap(({ examples }) => examples))}`);
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
  const named = typeof store === 'string' ? { address: store, option: '--store' } : undefined;
  return {
    args,
    options,
    io,
    config: readConfig(io.env, named),
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
  4  an upstream or store failed; of ingest --probe: not everything can be read`;
