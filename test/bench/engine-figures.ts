/**
 * The figures of the compiled engine against the prototype, on dense ids, over the very same organisation.
 */
import { compile } from '../../graph/engine/compile.ts';
import { Engine } from '../../graph/engine/engine.ts';
import type { Snapshot } from '../../graph/engine/snapshot.ts';
import { columnsOf, type Numbering, type OrgColumns } from './columns.ts';
import { atMost, type Duel, type Figure, fight, figureOf, valueAtMost } from './figure.ts';
import { randomFrom, type SyntheticOrg } from './organisation.ts';
import type { Prototype } from './prototype.ts';
import { checkOf, drawQuestions, proofOf, QUESTION_COUNT, type Questions } from './questions.ts';
import { compareAnswers } from './same-answers.ts';

export interface EngineInput {
  readonly org: SyntheticOrg;
  readonly prototype: Prototype | null;
  readonly rounds: number;
  readonly say: (line: string) => void;
}

/** The seed with which the prototype draws its questions. */
const QUESTION_SEED = 7;
const LISTS = 2_000;

export async function engineFigures({ org, prototype, rounds, say }: EngineInput): Promise<Figure[]> {
  const columns = columnsOf(org);
  say(`${columns.nodes.length} nodes, ${columns.edges.length} edges in columns`);
  const compiled = () => compileColumns(columns);
  const snapshot = compiled();
  const engine = new Engine(snapshot);
  const questions = drawQuestions(org, (prototype?.rng ?? randomFrom)(QUESTION_SEED));
  if (prototype !== null) {
    const count = compareAnswers({ engine, prototype: prototype.engineOf(org), org, numbering: columns.numbering, questions });
    say(`${count} answers equal those of the prototype`);
  }
  const best = await fight(duels({ columns, engine, questions, prototype }), rounds);
  const { grants, bytes } = grantBytes(snapshot);
  const own = (name: string, unit: string, pair: { own: number; reference: number | null }, limit: number) =>
    figureOf({ name, unit, value: pair.own, reference: pair.reference, bound: atMost(limit) });
  const alone = (name: string, unit: string, value: number, limit: number) =>
    figureOf({ name, unit, value, reference: null, bound: valueAtMost(limit) });
  return [
    own('compile', 'ms', best.compile, 1.6),
    own('check', 'us', best.check, 1.6),
    own('check with proof', 'us', best.proof, 2.2),
    own('what-can', 'us', best.whatCan, 1.6),
    own('who-can (write)', 'us', best.whoCan, 2),
    alone('bytes a grant, both ways', 'B', bytes / grants, 12),
    alone('snapshot and engine', 'MB', (snapshot.buffer.byteLength + scratchBytes(snapshot, columns, questions)) / 1e6, 300),
  ];
}

interface Measured {
  readonly columns: OrgColumns;
  readonly engine: Engine;
  readonly questions: Questions;
  readonly prototype: Prototype | null;
}

function duels({ columns, engine, questions, prototype }: Measured) {
  const { numbering } = columns;
  const against = (name: keyof Prototype['rounds'], scale: number, own: () => number): Duel => ({
    own,
    reference: prototype === null ? null : () => prototype.rounds[name]() * scale,
    best: 'least',
  });
  const repositories = questions.resource.map((resource) => numbering.workspace + resource);
  return {
    compile: against('compile', 1e-3, () => {
      const start = performance.now();
      compileColumns(columns);
      return performance.now() - start;
    }),
    check: against('check', 1, () => each(QUESTION_COUNT, (i) => (engine.check(checkOf(numbering, questions, i), 0) ? 1 : 0))),
    // Proofs are measured on dense ids, as the prototype gives them.
    proof: against('proof', 1, () =>
      each(QUESTION_COUNT / 4, (i) => {
        const { value } = engine.denseWitnesses(proofOf(numbering, questions, i), 0).next();
        return value === undefined ? 0 : value.level.length;
      }),
    ),
    whatCan: against('whatCan', 1, () => each(LISTS, (i) => engine.whatCan(questions.user[i]!, null, 0).length)),
    whoCan: against('whoCanWrite', 1, () =>
      each(LISTS, (i) => {
        const question = { action: 'repository.write', target: repositories[i]!, targetKind: 'Repository', branch: null } as const;
        return engine.whoCan(question, 0).length;
      }),
    ),
  };
}

/** Microseconds of one of so many operations. What they return is looked at, so that none is left out. */
function each(count: number, run: (i: number) => number): number {
  const start = performance.now();
  let sum = 0;
  for (let i = 0; i < count; i++) sum += run(i);
  const took = ((performance.now() - start) * 1e3) / count;
  if (Number.isNaN(sum)) throw new Error('an operation returns a number');
  return took;
}

/** From columns to a snapshot. */
export function compileColumns(columns: OrgColumns): Snapshot {
  const { nodes, edges, rules } = columns;
  return compile({ nodes, edges, rules, gaps: [], snapshot: { id: 'bench', at: 0 } });
}

function grantBytes({ sections }: Snapshot): { grants: number; bytes: number } {
  const { grantHolderOff, grantHolderVal, grantResourceOff, grantResourceVal } = sections;
  const arrays = [grantHolderOff, grantHolderVal, grantResourceOff, grantResourceVal];
  return { grants: grantHolderVal.length, bytes: arrays.reduce((sum, { byteLength }) => sum + byteLength, 0) };
}

/** What an engine allocates beside the snapshot once every sort of question was asked. */
function scratchBytes(snapshot: Snapshot, columns: OrgColumns, questions: Questions): number {
  const before = process.memoryUsage().arrayBuffers;
  const engine = new Engine(snapshot);
  const { numbering }: { numbering: Numbering } = columns;
  engine.check(checkOf(numbering, questions, 0), 0);
  engine.whatCan(questions.user[0]!, null, 0);
  engine.whoCan({ action: 'repository.write', target: numbering.repository, targetKind: 'Repository', branch: null }, 0);
  return Math.max(0, process.memoryUsage().arrayBuffers - before);
}
