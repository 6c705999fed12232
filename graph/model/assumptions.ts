/**
 * The table rows that an answer rests on and whose confidence is `inferred`: rows that apply to the question by its form,
 * not rows that happened to be decisive, so that the list does not depend on how an answer was computed.
 */
import { type Action, actionRow } from './actions.ts';
import { credentialRow, SCOPE_WAYS, SCOPES, scopeWayId } from './credentials.ts';
import type { NodeKind } from './node-kinds.ts';
import { type RestrictionKind, restrictionRow } from './restrictions.ts';
import type { RowId } from './row.ts';

/** `on`: the kind of the resource. `held`: the scopes that the credential is known to have. `restrictions`: the kinds of the rules that bind or may bind the branch and can decide the action. */
export function assumptionsOf(question: { kind: NodeKind; action: Action; on: NodeKind | undefined; held: readonly string[]; restrictions: readonly RestrictionKind[] }): RowId[] {
  const { kind, action, on, held, restrictions } = question;
  const rows: RowId[] = [];
  if (actionRow(action).confidence === 'inferred') rows.push(`actions/${action}`);
  const credential = credentialRow(kind);
  if (credential?.confidence === 'inferred') rows.push(`credentials/${kind}`);
  for (const row of SCOPES) {
    if (row.confidence === 'inferred' && row.family === credential?.scopes && held.includes(row.scope) && row.allows.includes(action)) rows.push(`scopes/${row.family}/${row.scope}`);
  }
  for (const row of SCOPE_WAYS) {
    const applies = row.family === credential?.scopes && row.action === action && (row.on.length === 0 || row.on.some((each) => each === on));
    if (row.confidence === 'inferred' && applies && row.all.every((scope) => held.includes(scope))) rows.push(scopeWayId(row));
  }
  for (const restriction of restrictions) if (restrictionRow(restriction).confidence === 'inferred') rows.push(`restrictions/${restriction}`);
  return rows;
}
