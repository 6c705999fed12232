/**
 * Values of arguments and options, read and checked.
 */
import { CodedError } from '../graph/errors.ts';
import { ACTION_NAMES, type Action, isAction } from '../graph/model/actions.ts';
import { CHANGE_KIND_NAMES, type ChangeKind, isChangeKind } from '../graph/model/change-kinds.ts';
import { isNodeKind, NODE_KIND_NAMES, type NodeKind } from '../graph/model/node-kinds.ts';
import { FIRST_MAX } from '../queries/port.ts';
import type { OptionSpec, Values } from './command.ts';

export function textOf(values: Values, name: string): string | undefined {
  const value = values[name];
  return typeof value === 'string' ? value : undefined;
}

export function textsOf(values: Values, name: string): readonly string[] {
  const value = values[name];
  return Array.isArray(value) ? (value as readonly string[]) : [];
}

/** Of an argument that the program requires. */
export function requiredText(values: Values, name: string): string {
  return textOf(values, name) ?? '';
}

/** Errors: USAGE naming the option. */
export function numberOf(values: Values, name: string, { min = 0, max }: { min?: number; max: number }): number | undefined {
  const text = textOf(values, name);
  if (text === undefined) return undefined;
  const number = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (!(number >= min && number <= max))
    throw new CodedError('USAGE', `--${kebab(name)} is a number from ${min} to ${max}, got \`${text.slice(0, 40)}\``);
  return number;
}

const UNIT_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A span of time like `90m`, `6h` or `7d`, in milliseconds; bounds are spans too. Errors: USAGE naming the option. */
export function spanOf(values: Values, name: string, { min, max }: { min: string; max: string }): number | undefined {
  const text = textOf(values, name);
  if (text === undefined) return undefined;
  const span = parseSpan(text);
  if (!(span >= parseSpan(min) && span <= parseSpan(max)))
    throw new CodedError(
      'USAGE',
      `--${kebab(name)} is a time from ${min} to ${max} in minutes, hours or days, as in \`90m\`, \`6h\` or \`7d\`; got \`${text.slice(0, 40)}\``,
    );
  return span;
}

/** NaN where it is none. 0 needs no unit. */
function parseSpan(text: string): number {
  const [, number = '', unit = ''] = /^(\d{1,6})([mhd])$/.exec(text) ?? [];
  return text === '0' ? 0 : Number(number || Number.NaN) * (UNIT_MS[unit] ?? Number.NaN);
}

/** Errors: ACTION_UNKNOWN. */
export function actionOf(text: string): Action {
  if (isAction(text)) return text;
  throw new CodedError('ACTION_UNKNOWN', `an action is one of ${ACTION_NAMES.join(', ')}; got \`${text.slice(0, 100)}\``, {
    action: text.slice(0, 100),
    actions: ACTION_NAMES,
  });
}

/** Errors: USAGE with the kinds. */
export function kindsOf(values: Values): readonly NodeKind[] | null {
  const names = textsOf(values, 'kind');
  const unknown = names.find((name) => !isNodeKind(name));
  if (unknown !== undefined)
    throw new CodedError('USAGE', `--kind is one of ${NODE_KIND_NAMES.join(', ')}; got \`${unknown.slice(0, 40)}\``);
  return names.length === 0 ? null : names.filter(isNodeKind);
}

/** Of `--kinds`, with commas. Errors: USAGE with the kinds. */
export function changeKindsOf(values: Values): readonly ChangeKind[] | null {
  const names = textOf(values, 'kinds')
    ?.split(',')
    .map((name) => name.trim());
  const unknown = names?.find((name) => !isChangeKind(name));
  if (unknown !== undefined)
    throw new CodedError('USAGE', `--kinds is some of ${CHANGE_KIND_NAMES.join(',')}; got \`${unknown.slice(0, 40)}\``);
  return names?.filter(isChangeKind) ?? null;
}

export const PAGE_OPTIONS: readonly OptionSpec[] = [
  { flags: '--first N', doc: `at most so many entries, up to ${FIRST_MAX} (default 100)` },
  { flags: '--after CURSOR', doc: 'go on after a page' },
];

export const LIST_OPTIONS: readonly OptionSpec[] = [
  ...PAGE_OPTIONS,
  { flags: '--kind KIND', doc: 'only nodes of this kind, e.g. User (repeatable)', repeatable: true },
  { flags: '--include-unknown', doc: 'list those too for which gaps leave it open' },
];

/** The page that the options ask for. Errors: USAGE. */
export function pageOf(values: Values, at: number | null): { first: number | undefined; after: string | undefined; at: number | null } {
  return { first: numberOf(values, 'first', { max: FIRST_MAX }), after: textOf(values, 'after'), at };
}

/** The name of an option as it is given: `callsPerHour` is `calls-per-hour`. */
export function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
