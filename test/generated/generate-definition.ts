/**
 * Random definitions of pipelines: steps as a plan, and the file that says so. The plan stands in the first line of the file, as a
 * comment, so that what is true can be told without reading YAML.
 */
import type { Dice } from '../twin/dice.ts';

export interface PlannedStep {
  readonly selector: 'default' | 'branches' | 'custom';
  readonly pattern: string | null;
  readonly position: number;
  readonly name: string;
  readonly manual: boolean;
  readonly held: boolean;
  readonly oidc: boolean;
  readonly deployment: string | null;
  readonly runsOn: readonly string[];
  readonly image: string | null;
  readonly pipe: string | null;
}

const IMAGES = { 'node:22': 'floating', 'node:22.1.0': 'version', 'acme/build': 'none', '$REGISTRY/build:1.0.0': 'variable' } as const;
const PIPES = { 'acme/upload:1.2.3': 'version', 'acme/upload:1': 'floating' } as const;

/** How each name that is planned pins what it names. */
export const PLANNED_PINS: Readonly<Record<string, string>> = { ...IMAGES, ...PIPES };

const PLACES: readonly (readonly [PlannedStep['selector'], string | null])[] = [
  ['default', null],
  ['branches', 'main'],
  ['branches', 'release/*'],
  ['custom', 'nightly'],
];

/** The file. */
export function generateDefinition(dice: Dice): string {
  const steps = PLACES.flatMap(([selector, pattern]) => {
    let held = false;
    return Array.from({ length: dice.between(0, 3) }, (_, at): PlannedStep => {
      const step: PlannedStep = {
        selector,
        pattern,
        position: at + 1,
        name: `Step ${at + 1}`,
        manual: dice.chance(30),
        held,
        oidc: dice.chance(30),
        deployment: dice.pickAny(['test 1', 'STAGING 1', 'Production 1', 'nowhere']) ?? null,
        runsOn: dice.chance(30) ? ['arm', 'linux'] : [],
        image: dice.pickAny(Object.keys(IMAGES)) ?? null,
        pipe: dice.chance(40) ? dice.pick(Object.keys(PIPES)) : null,
      };
      held ||= step.manual;
      return step;
    });
  });
  return [`# ${JSON.stringify(steps)}`, 'pipelines:', '  extra: 1', ...selectors(steps)].join('\n');
}

/** What the file was made of. */
export function planOf(file: string): readonly PlannedStep[] {
  return JSON.parse(file.slice(2, file.indexOf('\n'))) as PlannedStep[];
}

function selectors(steps: readonly PlannedStep[]): string[] {
  const own = steps.filter(({ pattern }) => pattern === null);
  const rest = Map.groupBy(
    steps.filter(({ pattern }) => pattern !== null),
    ({ selector }) => selector,
  );
  return [
    ...(own.length === 0 ? [] : ['  default:', ...own.flatMap((step) => lines(step, '    '))]),
    ...[...rest].flatMap(([selector, group]) => [
      `  ${selector}:`,
      ...[...Map.groupBy(group, ({ pattern }) => pattern)].flatMap(([pattern, list]) => [
        `    '${pattern}':`,
        ...list.flatMap((step) => lines(step, '      ')),
      ]),
    ]),
  ];
}

function lines({ name, manual, oidc, deployment, runsOn, image, pipe }: PlannedStep, indent: string): string[] {
  return [
    '- step:',
    `    name: ${name}`,
    ...(manual ? ['    trigger: manual'] : []),
    ...(oidc ? ['    oidc: true'] : []),
    ...(deployment === null ? [] : [`    deployment: ${deployment}`]),
    ...(runsOn.length === 0 ? [] : [`    runs-on: [${[...runsOn].reverse().join(', ')}]`]),
    ...(image === null ? [] : [`    image: ${image}`]),
    '    script:',
    '      - make "a: b"',
    ...(pipe === null ? [] : [`      - pipe: ${pipe}`]),
  ].map((line) => `${indent}${line}`);
}
