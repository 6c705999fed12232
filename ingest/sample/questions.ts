/**
 * The questions that the demo asks of the sample workspace, one for each verdict.
 */
import type { Action } from '../../graph/model/actions.ts';

export interface SampleQuestion {
  /** As people would ask it. */
  readonly text: string;
  readonly identity: string;
  readonly action: Action;
  readonly resource: string;
  readonly verdict: 'ALLOW' | 'DENY' | 'UNKNOWN';
  /** What the answer shows, for readers of the code. */
  readonly why: string;
}

export const SAMPLE_QUESTIONS: readonly SampleQuestion[] = [
  {
    text: 'Can Marcus push to the main branch of the API?',
    identity: 'user:marcus',
    action: 'branch.push',
    resource: 'branch:acme/api#main',
    verdict: 'ALLOW',
    why: 'release managers write to every repository of the project, and the rule on main exempts them',
  },
  {
    text: 'Evan administers the API. Can he push to its main branch?',
    identity: 'user:evan',
    action: 'branch.push',
    resource: 'branch:acme/api#main',
    verdict: 'DENY',
    why: 'an administrator who is not on the list of the rule is stopped by it, though he may edit it',
  },
  {
    text: 'Dmitri of Security reads the ledger. Can he write to it, too?',
    identity: 'user:dmitri',
    action: 'repository.write',
    resource: 'repository:acme/ledger',
    verdict: 'UNKNOWN',
    why: 'the upstream refuses the groups of this repository to the credential (403), and a group of his may hold anything on it',
  },
];
