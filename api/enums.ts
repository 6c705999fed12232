/**
 * The enums of GraphQL, rendered from the tables by one mechanical rule: upper snake. There is no second table of names.
 *
 * INVARIANT: within one enum the rule maps no two names to one value; a test holds the tables to it.
 */
import { ACTIONS } from '../graph/model/actions.ts';
import { CHANGE_KINDS } from '../graph/model/change-kinds.ts';
import { EDGE_KINDS } from '../graph/model/edge-kinds.ts';
import { GAP_REASONS, HIDDEN } from '../graph/model/gaps.ts';
import { NODE_KINDS } from '../graph/model/node-kinds.ts';

export interface EnumTable {
  readonly doc: string;
  /** Description by the name that the program uses. */
  readonly values: Readonly<Record<string, string>>;
}

/** `AccessToken` is ACCESS_TOKEN, `branch.force_push` is BRANCH_FORCE_PUSH, `unknown-value` is UNKNOWN_VALUE. */
export function upperSnake(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/[^A-Za-z0-9]+/g, '_')
    .toUpperCase();
}

const docs = (table: Readonly<Record<string, { readonly doc: string }>>): Record<string, string> =>
  Object.fromEntries(Object.entries(table).map(([name, row]) => [name, row.doc]));

export const ENUMS: Readonly<Record<string, EnumTable>> = {
  NodeKind: { doc: 'What exists. The values are the rows of the table of node kinds.', values: docs(NODE_KINDS) },
  EdgeKind: {
    doc: 'What connects: the kinds of observed facts, and the derived edges of proofs.',
    values: {
      ...docs(EDGE_KINDS),
      IMPLIES: 'derived: the permission gives another one, on the same resource or on what it contains',
      ON: 'derived: the permission is one on this resource',
    },
  },
  Action: {
    doc: 'What can be done: `resource.verb` in upper snake. The values are the rows of the table of actions.',
    values: docs(ACTIONS),
  },
  GapReason: { doc: 'Why knowledge is missing.', values: docs(GAP_REASONS) },
  Hidden: { doc: 'What a gap hides: the most that it may add or take away.', values: docs(HIDDEN) },
  Verdict: {
    doc: 'What an answer comes to.',
    values: {
      ALLOW: 'allowed, whatever the gaps hide',
      DENY: 'refused, whatever the gaps hide',
      UNKNOWN: 'the gaps could make it either',
    },
  },
  ChangeKind: { doc: 'What a change is a change of.', values: docs(CHANGE_KINDS) },
  Turn: {
    doc: 'What became of a fact between two times.',
    values: {
      appeared: 'it holds at the later time alone',
      vanished: 'it held at the earlier time alone',
      changed: 'it holds at both and does not say the same',
    },
  },
  DenialKind: {
    doc: 'Independent reasons why not, in the order in which an answer lists them.',
    values: {
      inactive: 'the identity or its owner is deactivated',
      expired: 'the credential has expired',
      level: 'the permission held is less than the action needs',
      scope: 'no scope of the credential allows the action',
      rule: 'a rule takes the action away',
    },
  },
};

/** The enum as SDL with every value described. */
export function renderEnum(name: string, { doc, values }: EnumTable): string {
  const lines = Object.entries(values).map(([value, text]) => `  ${JSON.stringify(text)}\n  ${upperSnake(value)}\n`);
  return `${JSON.stringify(doc)}\nenum ${name} {\n${lines.join('')}}\n`;
}

/** External to internal values, as `makeExecutableSchema` takes them. */
export function enumResolver({ values }: EnumTable): Record<string, string> {
  return Object.fromEntries(Object.keys(values).map((value) => [upperSnake(value), value]));
}
