/**
 * Worlds in which the engines once differed, or a law once failed, cut down to the facts that matter. They are replayed first.
 */
import type { TwinQuestion } from './twin-case.ts';

export interface CorpusCase {
  /** What was wrong. */
  readonly title: string;
  readonly facts: string;
  readonly questions: readonly TwinQuestion[];
}

export const CORPUS: readonly CorpusCase[] = [
  {
    title: 'levels of one flavor were read as codes of the other where a repository lies in containers of both',
    facts: `
      user:corp/bot IS ServiceUser
      token:eve#api IS ApiToken
      instance:corp CONTAINS repository:corp/Q/s
      project:corp/P CONTAINS repository:corp/Q/s
      user:corp/bot MEMBER_OF group:corp/dev
      group:corp/dev HOLDS write ON project:corp/P
      token:eve#api ACTS_AS user:corp/bot
      token:eve#api HAS_SCOPE scope:write:repository:bitbucket`,
    questions: [
      {
        ask: 'check',
        identity: 'token:eve#api',
        action: 'branch.create',
        target: { kind: 'Branch', key: 'repository:corp/Q/s', branch: 'main' },
        at: 0,
      },
      {
        ask: 'check',
        identity: 'user:corp/bot',
        action: 'repository.read',
        target: { kind: 'Repository', key: 'repository:corp/Q/s', branch: null },
        at: 0,
      },
      { ask: 'anyLevel', identity: 'user:corp/bot', target: 'repository:corp/Q/s', at: 0 },
    ],
  },
  {
    title: "what can: a resource was listed twice where Bitbucket's own listing names it and a gap adds to it",
    facts: `
      group:acme/dev HOLDS write ON repository:acme/api
      project:acme/WEB CONTAINS repository:acme/api
      user:cy REPORTED write ON repository:acme/api
      workspace:acme CONTAINS group:acme/dev
      workspace:acme CONTAINS project:acme/WEB
      workspace:acme HIDES groups BECAUSE budget`,
    questions: [
      { ask: 'whatCan', identity: 'user:cy', action: null, at: 0, kinds: null, unknown: true },
      { ask: 'whatCan', identity: 'user:cy', action: 'repository.write', at: 0, kinds: null, unknown: false },
    ],
  },
  {
    title: 'what can: nothing held on one of two containers left an empty level behind',
    facts: `
      instance:corp CONTAINS everyone:corp
      repository:corp/P/r CONTAINS everyone:corp
      token:eve#api IS ApiToken
      token:eve#api HOLDS licensed ON instance:corp`,
    questions: [
      {
        ask: 'check',
        identity: 'token:eve#api',
        action: 'workspace.create_project',
        target: { kind: 'Everyone', key: 'everyone:corp', branch: null },
        at: 0,
      },
    ],
  },
];
