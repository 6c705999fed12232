/**
 * Gaps in sentences: what is not known, of what, why, and what to do. What a gap hides and why it is there are rows of the
 * model; here they are only put into words.
 */
import { factId, type GapFact, type NodeKey, type Ref } from '../graph/fact.ts';
import { GAP_REASONS, type GapReason, type Hidden } from '../graph/model/gaps.ts';
import type { Names, ReadNames } from './names.ts';
import type { NamedGap } from './port.ts';

type Phrase = (scope: Ref, subject: Ref) => string;

/** The subject of the sentence: what could not be read. */
const WHAT: Readonly<Record<Hidden, Phrase>> = {
  'user-grants': (scope) => `grants of users on ${scope}`,
  'group-grants': (scope) => `grants of groups on ${scope}`,
  'grant-level': (scope, subject) => `the level that ${subject === '' ? 'a holder' : subject} holds on ${scope}`,
  'credential-level': (scope, subject) => `what ${subject === '' ? 'a credential' : subject} may do on ${scope}`,
  visibility: (scope) => `whether ${scope} is public`,
  'group-members': (scope) => `members of ${scope}`,
  groups: (scope) => `groups of ${scope} and their members`,
  scopes: (scope) => `scopes of ${scope}`,
  owner: (scope) => `the owner of ${scope}`,
  activity: (scope) => `whether ${scope} is active`,
  rules: (scope) => `branch restrictions of ${scope}`,
  'rule-match': (scope) => `which branches ${scope} binds, or what it forbids there,`,
  exempt: (scope) => `who is exempt from ${scope}`,
  'branching-model': (scope) => `the branching model of ${scope}`,
  projects: (scope) => `projects of ${scope}`,
  repositories: (scope) => `repositories of ${scope}`,
  identities: (scope) => `users of ${scope}`,
  'deploy-keys': (scope) => `deploy keys of ${scope}`,
  environments: (scope) => `environments of ${scope}`,
  variables: (scope) => `variables of ${scope}`,
  runners: (scope) => `runners of ${scope}`,
  webhooks: (scope) => `webhooks of ${scope}`,
  pipelines: (scope) => `whether Pipelines are on in ${scope}`,
  definitions: (scope) => `definitions of pipelines of ${scope}`,
  schedules: (scope) => `schedules of pipelines of ${scope}`,
  settings: (scope) => `settings of ${scope}`,
  reviewers: (scope) => `default reviewers of ${scope}`,
  forks: (scope) => `forks of ${scope}`,
  'ssh-keys': (scope) => `SSH keys of members of ${scope}`,
  'pipeline-runs': (scope) => `who ran ${scope} lately`,
  deployments: (scope) => `what ${scope} deployed last`,
  'pipeline-keys': (scope) => `the SSH key and the known hosts of ${scope}`,
  oidc: (scope) => `who signs the OpenID identity of pipelines of ${scope}`,
  listing: (scope) => `Bitbucket's own list of effective permissions of ${scope}`,
  fact: (scope, subject) => `whether ${subject === '' ? 'a fact' : subject} still has what it had on ${scope}`,
  everything: (scope) => `everything about ${scope}`,
};

/** The predicate. */
const WHY: Readonly<Record<GapReason, string>> = {
  denied: 'could not be read (denied)',
  plan: 'cannot be read with the plan of the workspace (plan)',
  missing: 'could not be found (missing)',
  failed: 'could not be read (the upstream kept failing)',
  budget: 'was not read yet (budget)',
  'unknown-value': 'has a value that no row describes (unknown-value)',
  'unknown-pattern': 'depends on a pattern whose meaning is not documented (unknown-pattern)',
  unlisted: 'is listed by no endpoint (unlisted)',
  stale: 'could not be read again (stale)',
  'before-first-run': 'was not read before the asked time (before-first-run)',
  undecodable: 'came in a shape that is not documented (undecodable)',
};

/** The gap in words without its remedy: `grants of groups on repository:acme/payments could not be read (denied)`. */
export function gapPhrase({ hides, reason, scope, subject }: GapFact, refOf: (key: NodeKey) => Ref): string {
  return `${WHAT[hides](refOf(scope), subject === '' ? '' : refOf(subject))} ${WHY[reason]}`;
}

/** The keys that telling the gap speaks of. */
export function keysOfGap({ scope, subject }: GapFact): NodeKey[] {
  return subject === '' ? [scope] : [scope, subject];
}

export function nameGap(gap: GapFact, names: ReadNames): NamedGap {
  const refOf = (key: NodeKey) => names.ref(key);
  const { reason, hides, scope, subject, detail } = gap;
  const told = detail === '' ? '' : `, ${detail}`;
  return {
    id: factId(gap),
    reason,
    hides,
    scope: refOf(scope),
    subject: subject === '' ? null : refOf(subject),
    detail,
    text: `${gapPhrase(gap, refOf)}${told}: ${GAP_REASONS[reason].remedy}`,
  };
}

/** Reads the names of many gaps at once. */
export async function nameGaps(gaps: readonly GapFact[], names: Names): Promise<NamedGap[]> {
  const read = await names.read(gaps.flatMap(keysOfGap));
  return gaps.map((gap) => nameGap(gap, read));
}
