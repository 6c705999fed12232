/** `check`: may this identity do this, and why or why not. */
import { type Answer, type CheckRequest, FIRST_MAX, type Grantpath } from '../queries/port.ts';
import { asking } from './asking.ts';
import { type Call, type CommandSpec, EXIT, type Io } from './command.ts';
import { actionOf, numberOf, requiredText } from './options.ts';
import { printGaps, printJson, printLine, printTable, snapshotJson, snapshotLine } from './print.ts';
import { printProof, proofJson, readFacts } from './proof.ts';

const STATUS = { ALLOW: EXIT.allow, DENY: EXIT.deny, UNKNOWN: EXIT.unknown } as const;

export const CHECK: CommandSpec = {
  name: 'check',
  doc: 'may an identity do an action on a resource? exits with 0 for ALLOW, 1 for DENY, 3 for UNKNOWN',
  args: [
    { name: 'IDENTITY', doc: 'user, group, token, key or `anonymous:`', required: true },
    { name: 'ACTION', doc: 'e.g. repository.write, branch.push', required: true },
    { name: 'RESOURCE', doc: 'e.g. repository:acme/api, branch:acme/api#main', required: true },
  ],
  options: [{ flags: '--proofs N', doc: `at most so many proofs, up to ${FIRST_MAX} (default 1)` }],
  examples: [
    'check user:marcus branch.push branch:acme/api#main',
    'check user:evan branch.push branch:acme/api#main --json',
    'check user:evan repository.read repository:acme/api --at 2099-01-31T12:00:00Z',
  ],
  run,
};

async function run(call: Call): Promise<number> {
  const { args, options, at, io, json } = call;
  const request: CheckRequest = {
    identity: requiredText(args, 'IDENTITY'),
    action: actionOf(requiredText(args, 'ACTION')),
    resource: requiredText(args, 'RESOURCE'),
  };
  const count = numberOf(options, 'proofs', { max: FIRST_MAX }) ?? 1;
  return asking(call, async (grantpath) => {
    const answer = await grantpath.check(request, { at });
    await (json ? printAnswerJson : printAnswer)(io, grantpath, { request, answer, count });
    return STATUS[answer.verdict];
  });
}

export interface Shown {
  readonly request: CheckRequest;
  readonly answer: Answer;
  /** Proofs at most. */
  readonly count: number;
}

async function printAnswerJson(io: Io, grantpath: Grantpath, { request, answer, count }: Shown): Promise<void> {
  const { verdict, assumptions, blindSpots, snapshot } = answer;
  const { reason, proofs, denials, conditions, gaps } = await readTold(answer, count);
  const held = denials.flatMap(({ proof }) => proof ?? []);
  const facts = await readFacts(grantpath, [...proofs, ...held], snapshot.at);
  printJson(io, {
    ...request,
    verdict,
    reason,
    proofs: proofs.map((proof) => proofJson(proof, facts)),
    denials: denials.map(({ proof, ...denial }) => ({ ...denial, proof: proof === null ? null : proofJson(proof, facts) })),
    conditions,
    assumptions,
    gaps,
    blindSpots,
    snapshot: snapshotJson(snapshot),
  });
}

/** The answer for people. */
export async function printAnswer(io: Io, grantpath: Grantpath, { request, answer, count }: Shown): Promise<void> {
  const { verdict, assumptions, blindSpots, snapshot } = answer;
  const { reason, proofs, denials, conditions, gaps } = await readTold(answer, count);
  const facts = await readFacts(grantpath, proofs, snapshot.at);
  printLine(io, `${verdict}  ${request.identity} ${request.action} ${request.resource}`);
  printLine(io, reason);
  for (const [index, proof] of proofs.entries()) printProof(io, proofs.length === 1 ? 'Proof' : `Proof ${index + 1}`, proof, facts);
  printTable(
    io,
    verdict === 'UNKNOWN' ? 'Why not, unless a gap says otherwise' : 'Why not',
    ['Kind', 'Reason'],
    denials.map(({ kind, text }) => [kind, text]),
  );
  printTable(
    io,
    'What the change must still meet',
    ['Condition'],
    conditions.map(({ text }) => [text]),
  );
  printGaps(io, gaps);
  printTable(
    io,
    'Assumed, because no document says it',
    ['Row', 'Meaning'],
    assumptions.map(({ id, doc }) => [id, doc]),
  );
  printTable(
    io,
    'What no credential can read, and could touch this answer',
    ['Blind spot', 'Meaning'],
    blindSpots.map(({ id, doc }) => [id, doc]),
  );
  printLine(io);
  printLine(io, snapshotLine(snapshot));
}

/** What an answer says beside its verdict, with so many proofs: all of it is read before anything is printed. */
async function readTold(answer: Answer, count: number) {
  const [reason, proofs, denials, conditions, gaps] = await Promise.all([
    answer.reason(),
    answer.proofs(count),
    answer.denials(),
    answer.conditions(),
    answer.gaps(),
  ]);
  return { reason, proofs, denials, conditions, gaps };
}
