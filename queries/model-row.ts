/**
 * Rows of the model by the id that an answer cites: `actions/variable.read`, `scopes/oauth/account`.
 */
import { invariant } from '../graph/errors.ts';
import { actionRow, isAction } from '../graph/model/actions.ts';
import { BLIND_SPOTS, type BlindSpot } from '../graph/model/blind-spots.ts';
import { credentialRow, SCOPE_WAYS, SCOPES, scopeWayId } from '../graph/model/credentials.ts';
import { isNodeKind } from '../graph/model/node-kinds.ts';
import { restrictionRow } from '../graph/model/restrictions.ts';
import type { Row, RowId } from '../graph/model/row.ts';
import type { NamedRow } from './port.ts';

export function nameRow(id: RowId): NamedRow {
  const [table, name = '', scope] = id.split('/');
  const row = table === 'scope-ways' ? (SCOPE_WAYS.find((way) => scopeWayId(way) === id) ?? null) : findRow(table ?? '', name, scope);
  invariant(row !== null, `an answer cites a row that is there, got ${id}`);
  return { id, doc: row.doc, source: row.source };
}

export function nameBlindSpot(name: BlindSpot): NamedRow {
  const { doc, source } = BLIND_SPOTS[name];
  return { id: `blind-spots/${name}`, doc, source };
}

function findRow(table: string, name: string, scope: string | undefined): Row | null {
  if (table === 'actions') return isAction(name) ? actionRow(name) : null;
  if (table === 'credentials') return isNodeKind(name) ? credentialRow(name) : null;
  if (table === 'restrictions') return restrictionRow(name);
  return table === 'scopes' ? (SCOPES.find((row) => row.family === name && row.scope === scope) ?? null) : null;
}
