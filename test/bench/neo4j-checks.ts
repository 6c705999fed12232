/**
 * What a check costs in Cypher, by PROFILE: the most db hits of any pair of a sample. Each answer is that of the engine.
 *
 * The questions are the saved ones that answer with yes or no.
 */
import type { ProfiledPlan, Session } from 'neo4j-driver';
import type { CheckRequest, Grantpath } from '../../queries/port.ts';
import { actionParameters } from '../../queries/saved-action.ts';
import { SAVED_QUESTIONS } from '../../queries/saved-questions.ts';
import type { ServerAddress } from '../neo4j/server.ts';
import { keyNames, numberingOf, principalIndex } from './columns.ts';
import { type Figure, figureOf, valueAtMost } from './figure.ts';
import { withSession } from './neo4j-bare.ts';
import { randomFrom, type Size, synthesize } from './organisation.ts';
import { drawQuestions, PROVEN } from './questions.ts';

const PAIRS = 200;
const HITS_MAX = 400;
const SEED = 13;

interface ChecksInput {
  readonly server: ServerAddress;
  readonly tenant: string;
  readonly size: Size;
  readonly grantpath: Grantpath;
  readonly say: (line: string) => void;
}

export async function checkFigures({ server, tenant, size, grantpath, say }: ChecksInput): Promise<Figure[]> {
  const requests = drawPairs(size);
  const answers = await grantpath.checks(requests);
  const expected = answers.map(({ verdict }) => verdict === 'ALLOW');
  const questions = SAVED_QUESTIONS.filter(({ columns }) => columns.every(({ holds }) => holds === 'boolean'));
  return withSession(server, async (session) => {
    const figures: Figure[] = [];
    for (const { name, cypher, columns } of questions) {
      const hits: number[] = [];
      for (const [at, { identity, action, resource }] of requests.entries()) {
        const parameters = { tenant, identity, resource, ...actionParameters('action', action) };
        const { answer, dbHits } = await profile(session, cypher, parameters, columns[0]!.name);
        if (answer !== expected[at]) throw new Error(`${name} ${identity} ${action} ${resource}: expected ${expected[at]}, got ${answer}`);
        hits.push(dbHits);
      }
      hits.sort((a, b) => a - b);
      const allowed = expected.filter((each) => each).length;
      say(
        `${PAIRS} answers of \`${name}\` in Cypher equal those of the engine, ${allowed} are yes; ${hits[PAIRS / 2]} db hits in the middle`,
      );
      const figure = (of: string, value: number, bound: Figure['bound']) =>
        figureOf({
          name: `${name} in Cypher, ${of}`,
          unit: 'db hits',
          value,
          reference: null,
          bound: bound === null ? null : valueAtMost(bound),
        });
      figures.push(figure(`most of ${PAIRS}`, hits.at(-1)!, HITS_MAX), figure('95 of 100', hits[Math.floor(PAIRS * 0.95)]!, null));
    }
    return figures;
  });
}

/** At random, as the questions of the engine figures are: users and tokens, and repositories without any locality. */
function drawPairs(size: Size): CheckRequest[] {
  const org = synthesize(size);
  const at = numberingOf(org, new Set(org.rsSrc).size);
  const keyOf = keyNames(at);
  const { identity, resource, level } = drawQuestions(org, randomFrom(SEED), PAIRS);
  return Array.from(identity, (each, i) => ({
    identity: keyOf(principalIndex(at, each)),
    action: PROVEN[level[i]!]!,
    resource: keyOf(at.workspace + resource[i]!),
  }));
}

async function profile(
  session: Session,
  cypher: string,
  parameters: Readonly<Record<string, unknown>>,
  column: string,
): Promise<{ answer: unknown; dbHits: number }> {
  const { records, summary } = await session.run(`PROFILE ${cypher}`, parameters);
  if (summary.profile === false) throw new Error('a statement that is profiled has a profile');
  return { answer: records[0]?.get(column), dbHits: hitsOf(summary.profile) };
}

function hitsOf({ dbHits, children }: ProfiledPlan): number {
  return children.reduce((sum, child) => sum + hitsOf(child), dbHits);
}
