/**
 * The Cypher form of saved questions: parameters become keys and rows of the tables, nodes become references again.
 */
import { CodedError } from '../graph/errors.ts';
import { type NodeKey, repositoryOfBranch } from '../graph/fact.ts';
import type { Action } from '../graph/model/actions.ts';
import { NODE_KINDS } from '../graph/model/node-kinds.ts';
import type { Neo4jQuestions, QuestionCell } from '../graph/store/neo4j-questions.ts';
import type { Grantpath } from './port.ts';
import { actionParameters, requireLeveledAction } from './saved-action.ts';
import { type Cell, type SavedParameter, type SavedQuestion, type SavedRow, type SavedValue, sortedRows } from './saved-question.ts';

/** Nodes that are named by one read. */
const NAMED_AT_ONCE = 1000;

/** `grantpath` asks the same store. Errors: the reference errors, ACTION_UNKNOWN, USAGE for a branch that was never observed, STORE_BUSY, those of the server. */
export async function askByCypher(
  { grantpath, questions }: { grantpath: Grantpath; questions: Neo4jQuestions },
  question: SavedQuestion,
  values: Readonly<Record<string, SavedValue>>,
): Promise<SavedRow[]> {
  await requireAsked(grantpath, question, values);
  const bound = await Promise.all(question.parameters.map((parameter) => bind(grantpath, parameter, values[parameter.name] as SavedValue)));
  const columns = question.columns.map(({ name }) => name);
  const rows = await questions.ask(question.cypher, Object.assign({}, ...bound), columns);
  const keys = [...new Set(rows.flat().flatMap((cell) => (isNode(cell) ? [cell.key] : [])))];
  const refs = new Map<NodeKey, string>();
  for (let start = 0; start < keys.length; start += NAMED_AT_ONCE) {
    const part = keys.slice(start, start + NAMED_AT_ONCE);
    const named = await grantpath.namedNodes(part);
    for (const [at, key] of part.entries()) refs.set(key, named[at]?.ref ?? key);
  }
  return sortedRows(rows.map((row) => row.map((cell): Cell => (isNode(cell) ? (refs.get(cell.key) ?? cell.key) : cell))));
}

/** What cannot be asked has no rows in Cypher, which could be taken for an answer. Errors: ACTION_UNKNOWN. */
async function requireAsked(grantpath: Grantpath, { asks }: SavedQuestion, values: Readonly<Record<string, SavedValue>>): Promise<void> {
  if (asks === null) return;
  const action = asks.action.startsWith('$') ? requireLeveledAction(String(values[asks.action.slice(1)])) : (asks.action as Action);
  await grantpath.check({ identity: `${NODE_KINDS.Anonymous.ref}:`, action, resource: String(values[asks.of]) });
}

function isNode(cell: QuestionCell): cell is Exclude<QuestionCell, Cell> {
  return typeof cell === 'object' && cell !== null;
}

async function bind(grantpath: Grantpath, { name, kind, of = [] }: SavedParameter, value: SavedValue): Promise<Record<string, unknown>> {
  if (kind === 'action') return actionParameters(name, requireLeveledAction(String(value)));
  if (kind !== 'node' && kind !== 'branch') return { [name]: value };
  const { named } = await grantpath.node(String(value));
  const wanted = kind === 'branch' ? (['Branch'] as const) : of;
  if (wanted.length > 0 && !wanted.some((each) => each === named.kind))
    throw new CodedError('USAGE', `\`${name}\` is a ${wanted.join(' or ')}, got \`${named.ref}\`, which is a ${named.kind}`, {
      parameter: name,
    });
  if (kind === 'node') return { [name]: named.key };
  const [observed] = await grantpath.nodeFacts([named.key]);
  if (observed === null)
    throw new CodedError('USAGE', `in Cypher \`${name}\` is a branch that was observed, got \`${named.ref}\`: ask without \`--cypher\``, {
      parameter: name,
    });
  return { [name]: named.key, [`${name}Repository`]: repositoryOfBranch(named.key) };
}
