/**
 * Questions of analysts in Cypher, asked of one tenant of a database: reading alone, and of one complete state.
 *
 * INVARIANT: `$tenant` is bound here and cannot be given otherwise.
 */
import { CodedError } from '../errors.ts';
import type { NodeKey } from '../fact.ts';
import { claimStore } from './neo4j-claim.ts';
import { Neo4jDoor, type Neo4jOptions } from './neo4j-driver.ts';
import { readExactly } from './neo4j-frame.ts';
import type { Parameters } from './neo4j-values.ts';

/** A node of the graph as a cell. */
export interface NodeCell {
  readonly key: NodeKey;
}

export type QuestionCell = string | number | boolean | null | NodeCell;

export interface Neo4jQuestions {
  /** The values of the named columns, row by row. Errors: STORE_BUSY while a large change is being applied, and those of the server. */
  ask(cypher: string, parameters: Parameters, columns: readonly string[]): Promise<QuestionCell[][]>;
  close(): Promise<void>;
}

/** A question over everything takes longer than one of the store. */
const QUESTION_MS = 600_000;

/** Errors: as of the store opened to be read. */
export async function openNeo4jQuestions({ tenant, ...options }: Neo4jOptions & { readonly tenant: string }): Promise<Neo4jQuestions> {
  const door = await Neo4jDoor.open({ ...options, readOnly: true });
  try {
    await claimStore(door, { tenant });
  } catch (error) {
    await door.close();
    throw error;
  }
  return {
    ask: (cypher, parameters, columns) =>
      readExactly(
        door,
        { tenant, at: Infinity },
        async (frame) => {
          if (frame.state.isApplying)
            throw new CodedError(
              'STORE_BUSY',
              `expected a store of tenant \`${tenant}\` to which no change is being applied, got one in the middle of a large change: \`store status\` says who writes it; where nobody does, \`store migrate\` takes it back`,
            );
          const rows = await frame.rows(cypher, { ...parameters, tenant });
          return rows.map((row) => columns.map((column) => cellOf(row[column])));
        },
        { transactionMs: QUESTION_MS },
      ),
    close: () => door.close(),
  };
}

/** Nodes come with all their properties; what is told of them is read by key. */
function cellOf(value: unknown): QuestionCell {
  if (typeof value !== 'object' || value === null || !('properties' in value)) return (value ?? null) as QuestionCell;
  return { key: String((value as { properties: { key: unknown } }).properties.key) };
}
