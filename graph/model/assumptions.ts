/**
 * The table rows that an answer rests on and whose confidence is `inferred`: rows that apply to the question by its form,
 * not rows that happened to be decisive, so that the list does not depend on how an answer was computed.
 */
import { type Action, actionRow } from './actions.ts';
import { credentialRow, SCOPES } from './credentials.ts';
import type { NodeKind } from './node-kinds.ts';
import { type RestrictionKind, restrictionRow } from './restrictions.ts';
import type { RowId } from './row.ts';

/** `held`: the scopes that the credential is known to have. `restrictions`: the kinds of the rules that bind or may bind the branch and can decide the action. */
export function assumptionsOf(question: { kind: NodeKind; action: Action; held: readonly string[]; restrictions: readonly RestrictionKind[] }): RowId[] {
  const { kind, action, held, restrictions } = question;
  const rows: RowId[] = [];
  if (actionRow(action).confidence === 'inferred') rows.push(`actions/${action}`);
  const credential = credentialRow(kind);
  if (credential?.confidence === 'inferred') rows.push(`credentials/${kind}`);
  for (const row of SCOPES) {
    if (row.confidence === 'inferred' && row.family === credential?.scopes && held.includes(row.scope) && row.allows.includes(action)) rows.push(`scopes/${row.family}/${row.scope}`);
  }
  for (const restriction of restrictions) if (restrictionRow(restriction).confidence === 'inferred') rows.push(`restrictions/${restriction}`);
  return rows;
}
