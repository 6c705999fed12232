/** All worlds. */
import { CREDENTIAL_WORLDS } from './credentials.ts';
import { GAP_WORLDS } from './gaps.ts';
import { GRANT_WORLDS } from './grants.ts';
import { RULE_WORLDS } from './rules.ts';

export const WORLDS = [...GRANT_WORLDS, ...RULE_WORLDS, ...CREDENTIAL_WORLDS, ...GAP_WORLDS];
