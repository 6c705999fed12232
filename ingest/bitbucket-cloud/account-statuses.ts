/**
 * What Bitbucket Cloud says of an account: whether it may act at all. A status without a row is a gap and never a guess.
 */
import type { Row } from '../../graph/model/row.ts';
import { SOURCES } from '../../graph/model/row.ts';

export interface AccountStatusRow extends Row {
  readonly mayAct: boolean;
}

const managed = { source: 'Atlassian organizations API: statuses of managed accounts', confidence: 'inferred' } as const;

export const ACCOUNT_STATUSES: ReadonlyMap<string, AccountStatusRow> = new Map<string, AccountStatusRow>([
  ['active', { mayAct: true, doc: 'the account is in use', source: SOURCES.openapi, confidence: 'documented' }],
  ['inactive', { ...managed, mayAct: false, doc: 'the account was deactivated: it cannot log in, and its credentials are refused' }],
  ['closed', { ...managed, mayAct: false, doc: 'the account was deleted by its owner or organization' }],
]);

/** What one object shows: `is_active` of 1.0, `account_status` of 2.0; either may be missing. */
export interface ShownActivity {
  readonly is_active?: boolean | null | undefined;
  readonly account_status?: string | null | undefined;
}

/** May the account act? Undefined where the object does not show it; `unknown` is a status without a row. */
export function activityOf({ is_active: flag, account_status: status }: ShownActivity): { active?: boolean; unknown?: string } {
  const row = status === null || status === undefined ? undefined : ACCOUNT_STATUSES.get(status);
  const said = [flag ?? undefined, row?.mayAct].filter((active) => active !== undefined);
  return {
    ...(said.length === 0 ? {} : { active: !said.includes(false) }),
    ...(typeof status === 'string' && row === undefined ? { unknown: status } : {}),
  };
}
