/**
 * Blind spots: what no credential can ever read. A blind spot does not make an answer UNKNOWN: it is listed with each answer
 * that it could touch.
 */
import { ACTION_NAMES, type Action, actionRow } from './actions.ts';
import { type Flavor, type Row, SOURCES } from './row.ts';

export interface BlindSpotRow extends Row {
  readonly flavor: Flavor;
  readonly actions: readonly Action[];
  /** takes: it may forbid what we allow. gives: it may allow what we refuse. hides: identities that no list shows. */
  readonly may: 'take' | 'give' | 'hide';
}

const branch = ACTION_NAMES.filter((action) => action.startsWith('branch.'));
const lists = ACTION_NAMES;

export const BLIND_SPOTS = {
  'project-branch-restrictions': {
    flavor: 'cloud',
    actions: branch,
    may: 'take',
    doc: 'branch restrictions of the project bind every repository of it and have no public endpoint',
    source: 'support.atlassian.com/bitbucket-cloud/docs/configure-a-projects-branch-restrictions',
    confidence: 'documented',
  },
  'ip-allowlist': {
    flavor: 'cloud',
    actions: ACTION_NAMES.filter((action) => !action.startsWith('instance.')),
    may: 'take',
    doc: 'a list of allowed addresses restricts private content after authorisation',
    source: SOURCES.access,
    confidence: 'documented',
  },
  'two-step-verification': {
    flavor: 'cloud',
    actions: ACTION_NAMES.filter((action) => !action.startsWith('instance.')),
    may: 'take',
    doc: 'where two-step verification is required, who has not set it up is kept from private content; neither is shown by any endpoint',
    source: SOURCES.access,
    confidence: 'documented',
  },
  'tag-protection': {
    flavor: 'cloud',
    actions: ['repository.write'],
    may: 'take',
    doc: 'rules that protect tags have no public endpoint: who writes to a repository may be kept from some of its tags',
    source: SOURCES.openapi,
    confidence: 'inferred',
  },
  'installed-integrations': {
    flavor: 'cloud',
    actions: lists,
    may: 'hide',
    doc: 'apps and integrations that are installed in the workspace act within their scopes and are not listed by any public endpoint',
    source: SOURCES.openapi,
    confidence: 'documented',
  },
  'keys-of-outsiders': {
    flavor: 'cloud',
    actions: ACTION_NAMES.filter((action) => actionRow(action).git),
    may: 'hide',
    doc: 'SSH keys of people who hold grants and are no members are not asked for: no listing names those people',
    source: SOURCES.openapi,
    confidence: 'inferred',
  },
  'unlisted-credentials': { flavor: 'cloud', actions: lists, may: 'hide', doc: 'access tokens, OAuth consumers and API tokens of users are not listed by any endpoint', source: SOURCES.openapi, confidence: 'documented' },
  'workspace-ssh-keys': {
    flavor: 'cloud',
    actions: ['repository.read', 'repository.write', ...branch],
    may: 'hide',
    doc: 'SSH keys of the workspace read and write every repository and have no confirmed endpoint',
    source: 'Atlassian community answer of 2025',
    confidence: 'inferred',
  },
  'public-access-switch': { flavor: 'dc', actions: ['repository.read'], may: 'take', doc: 'from 8.18 public access is off unless a property that no endpoint shows is set', source: SOURCES.dcPermissions, confidence: 'documented' },
} as const satisfies Record<string, BlindSpotRow>;

export type BlindSpot = keyof typeof BLIND_SPOTS;

/** The blind spots that could touch an answer: those that take are listed with ALLOW and UNKNOWN, those that give with DENY and UNKNOWN; those that hide touch lists only. */
export function blindSpotsOf(question: { flavor: Flavor; action: Action; answer: 'ALLOW' | 'DENY' | 'UNKNOWN' | 'list' }): readonly BlindSpot[] {
  const { flavor, action, answer } = question;
  const touched: Record<BlindSpotRow['may'], boolean> = { take: answer !== 'DENY', give: answer !== 'ALLOW', hide: answer === 'list' };
  return (Object.keys(BLIND_SPOTS) as BlindSpot[]).filter((name) => {
    const row: BlindSpotRow = BLIND_SPOTS[name];
    return row.flavor === flavor && touched[row.may] && row.actions.includes(action);
  });
}
