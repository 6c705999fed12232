/**
 * Are the measured engines asked the same, and do they answer the same? A bench of two programs that do different work says nothing.
 *
 * The prototype differs in two points, which are evened out here: a token with grants of its own does not see what is public in it,
 * and what may be read on a workspace it counts as a resource of its own.
 */
import type { Engine } from '../../graph/engine/engine.ts';
import type { Numbering } from './columns.ts';
import type { SyntheticOrg } from './organisation.ts';
import type { PrototypeEngine } from './prototype.ts';
import { checkOf, proofOf, type Questions } from './questions.ts';

const CHECKS_COMPARED = 20_000;
const PROOFS_COMPARED = 2_000;
const WHO_COMPARED = 50;
const WHAT_COMPARED = 2;

interface Compared {
  readonly engine: Engine;
  readonly prototype: PrototypeEngine;
  readonly org: SyntheticOrg;
  readonly numbering: Numbering;
  readonly questions: Questions;
}

/** How many answers were compared. Throws where one differs. */
export function compareAnswers(compared: Compared): number {
  return compareChecks(compared) + compareProofs(compared) + compareLists(compared);
}

function compareChecks({ engine, prototype, org, numbering, questions }: Compared): number {
  const count = Math.min(CHECKS_COMPARED, questions.level.length);
  for (let i = 0; i < count; i++) {
    const { identity, level, resource } = {
      identity: questions.identity[i]!,
      level: questions.level[i]!,
      resource: questions.resource[i]!,
    };
    const token = identity - org.U - org.G;
    const isPublic = org.pub[resource - org.W - org.P] === 1 && level === 1;
    const expected = prototype.check(identity, level, resource) || (isPublic && token >= 0 && org.tokOwner[token]! < 0);
    const got = engine.check(checkOf(numbering, questions, i), 0);
    if (got !== expected) throw new Error(`check ${identity} ${level} ${resource}: expected ${expected}, got ${got}`);
  }
  return count;
}

/** By their number of facts: of several shortest ones the two may take different ones. */
function compareProofs({ engine, prototype, org, numbering, questions }: Compared): number {
  const count = Math.min(PROOFS_COMPARED, questions.level.length);
  for (let i = 0; i < count; i++) {
    const { user, level, resource } = { user: questions.user[i]!, level: questions.level[i]!, resource: questions.resource[i]! };
    const nodes = prototype.proof(user, level, resource)?.length ?? Number.POSITIVE_INFINITY;
    const isPublic = org.pub[resource - org.W - org.P] === 1 && level === 1;
    const expected = Math.min(nodes - 1, isPublic ? 1 : Number.POSITIVE_INFINITY);
    const [witness] = engine.witnesses(proofOf(numbering, questions, i), 0);
    const got = witness?.level.length ?? Number.POSITIVE_INFINITY;
    if (got !== expected) throw new Error(`proof ${user} ${level} ${resource}: expected ${expected} facts, got ${got}`);
  }
  return count;
}

function compareLists({ engine, prototype, org, numbering, questions }: Compared): number {
  for (let i = 0; i < WHO_COMPARED; i++) {
    const resource = questions.resource[i]!;
    const question = {
      action: 'repository.write',
      target: numbering.workspace + resource,
      targetKind: 'Repository',
      branch: null,
    } as const;
    const got = engine.whoCan(question, 0, { kinds: ['User', 'ApiToken', 'AccessToken'] }).length;
    const expected = prototype.whoCan(2, resource);
    if (got !== expected) throw new Error(`who-can ${resource}: expected ${expected}, got ${got}`);
  }
  for (let i = 0; i < WHAT_COMPARED; i++) {
    const user = questions.user[i]!;
    let expected = 0;
    for (let resource = org.W; resource < org.W + org.P + org.R; resource++) if (prototype.userLevel(user, resource) > 0) expected++;
    const got = engine.whatCan(user, null, 0).length;
    if (got !== expected) throw new Error(`what-can ${user}: expected ${expected}, got ${got}`);
  }
  return WHO_COMPARED + WHAT_COMPARED;
}
