/**
 * One saved question in several forms, compared: the rows of the definitional engine are what the others must give.
 */
import { CodedError } from '../../graph/errors.ts';
import type { World } from '../../graph/fact.ts';
import { parseWorld, printWorld } from '../../graph/notation.ts';
import { Known } from '../../graph/spec/known.ts';
import type { Grantpath } from '../../queries/port.ts';
import { type SavedQuestion, type SavedRow, sortedRows } from '../../queries/saved-question.ts';
import { SAVED_QUESTIONS } from '../../queries/saved-questions.ts';
import { Dice, seededSource } from '../twin/dice.ts';
import { generateWorld } from '../twin/generate-world.ts';
import { WORLDS } from '../worlds/index.ts';
import { branchesAsked, casesOf, EXPECTED, withBranches } from './cases.ts';
import type { Values } from './expected-lists.ts';

export interface AskedWorld {
  readonly title: string;
  readonly world: World;
}

/** One way to answer. */
export type Form = (question: SavedQuestion, values: Values) => Promise<readonly SavedRow[]>;

/** All named worlds, with the branches that they ask of. */
export const NAMED_WORLDS: readonly AskedWorld[] = WORLDS.map(({ title, facts, expect }) => ({
  title,
  world: withBranches(parseWorld(facts), branchesAsked(expect)),
}));

/** A random world; every other one has main branches. */
export function randomWorld(seed: number): AskedWorld {
  const world = generateWorld(new Dice(seededSource(seed)));
  return { title: `random world ${seed}`, world: withBranches(world, () => (seed % 2 === 0 ? [] : ['main'])) };
}

export interface Comparison {
  asked: number;
  /** By question: how many rows were compared. */
  readonly rows: Map<string, number>;
  /** Answers that are too long for their form: too many proofs, or rows inside of rows. */
  beyond: number;
}

export const newComparison = (): Comparison => ({ asked: 0, rows: new Map(), beyond: 0 });

interface Asking {
  readonly grantpath: Grantpath;
  /** Values of parameters of one question. */
  readonly most: number;
  readonly seen: Comparison;
  /** What gives the rows that the others must give; the definitional engine if left out, which is slow on thousands of nodes. */
  readonly standard?: Form;
}

/** Asks every question with a few values of its parameters. Returns what differs, in words. */
export async function differences(
  { title, world }: AskedWorld,
  forms: Readonly<Record<string, Form>>,
  { grantpath, most, seen, standard }: Asking,
): Promise<string[]> {
  const known = new Known(world);
  const found: string[] = [];
  const bySpec: Form = async (question, values) => {
    const expected = EXPECTED[question.name];
    if (expected === undefined) throw new Error(`the rows of ${question.name} are not known to the definitional engine`);
    return named(grantpath, question, expected(known, values));
  };
  for (const question of SAVED_QUESTIONS) {
    for (const values of casesOf(question, known, most)) {
      const rows = await orBeyond(seen, () => (standard ?? bySpec)(question, values), null);
      seen.asked++;
      if (rows === null) continue;
      seen.rows.set(question.name, (seen.rows.get(question.name) ?? 0) + rows.length);
      for (const [form, ask] of Object.entries(forms)) {
        const got = await orBeyond(seen, () => ask(question, values), rows);
        if (JSON.stringify(got) === JSON.stringify(rows)) continue;
        const told = standard === undefined ? `\nin\n${printWorld(world)}` : '';
        found.push(`${title}: ${question.name} ${JSON.stringify(values)} by ${form}\n${difference(got, rows)}${told}`);
      }
    }
  }
  return found;
}

/** Where an answer is too long for its form, that is counted and the other value stands for it. */
async function orBeyond<T>(seen: Comparison, ask: () => Promise<readonly SavedRow[]>, instead: T): Promise<readonly SavedRow[] | T> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof CodedError) || error.code !== 'LIMIT') throw error;
    seen.beyond++;
    return instead;
  }
}

/** Keys in columns of nodes become references, as answers print them. */
async function named(grantpath: Grantpath, { columns }: SavedQuestion, rows: readonly SavedRow[]): Promise<SavedRow[]> {
  const isNode = (column: number) => columns[column]?.holds === 'node';
  const keys = [...new Set(rows.flatMap((row) => row.filter((cell, at) => isNode(at) && cell !== null)))] as string[];
  const names = keys.length === 0 ? [] : await grantpath.namedNodes(keys);
  const refs = new Map(keys.map((key, at) => [key, names[at]?.ref ?? key]));
  return sortedRows(rows.map((row) => row.map((cell, at) => (isNode(at) ? (refs.get(cell as string) ?? cell) : cell))));
}

function difference(got: readonly SavedRow[], rows: readonly SavedRow[]): string {
  const texts = (list: readonly SavedRow[]) => new Set(list.map((row) => JSON.stringify(row)));
  const [have, want] = [texts(got), texts(rows)];
  return [
    ...[...have.difference(want)].map((row) => `  too much: ${row}`),
    ...[...want.difference(have)].map((row) => `  missing: ${row}`),
  ].join('\n');
}
