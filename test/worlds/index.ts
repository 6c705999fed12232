/** All worlds. */
import { CONTENT_WORLDS } from './content.ts';
import { CREDENTIAL_WORLDS } from './credentials.ts';
import { DATA_CENTER_WORLDS } from './data-center.ts';
import { GAP_WORLDS } from './gaps.ts';
import { GRANT_WORLDS } from './grants.ts';
import { MERGE_CHECK_WORLDS } from './merge-checks.ts';
import { RULE_WORLDS } from './rules.ts';
import { SCOPE_WORLDS } from './scopes.ts';

export const WORLDS = [
  ...GRANT_WORLDS,
  ...CONTENT_WORLDS,
  ...RULE_WORLDS,
  ...MERGE_CHECK_WORLDS,
  ...CREDENTIAL_WORLDS,
  ...SCOPE_WORLDS,
  ...GAP_WORLDS,
  ...DATA_CENTER_WORLDS,
];
