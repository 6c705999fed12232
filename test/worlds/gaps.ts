/** Gaps and stale facts: what is not known blurs what it touches and nothing else. */
import type { NamedWorld } from './world.ts';

const acme = `
workspace:acme CONTAINS project:acme/WEB
project:acme/WEB CONTAINS repository:acme/api
project:acme/WEB CONTAINS repository:acme/site
workspace:acme CONTAINS group:acme/dev
user:ann MEMBER_OF group:acme/dev
user:bob IS User
`;

export const GAP_WORLDS: readonly NamedWorld[] = [
  {
    title: 'hidden_user_grants',
    why: 'unread user grants of one repository leave its users open and other repositories alone',
    facts: `${acme} repository:acme/api HIDES user-grants BECAUSE denied`,
    expect: `
      user:bob repository.read repository:acme/api -> UNKNOWN because denied
      user:bob repository.read repository:acme/site -> DENY by level
      anonymous: repository.read repository:acme/api -> DENY by level
      ? repository.read repository:acme/site -> 
      ? repository.read repository:acme/api -> + more`,
  },
  {
    title: 'known_grant_beside_a_gap',
    why: 'what is known to be granted stays definite beside a gap',
    facts: `${acme} repository:acme/api HIDES user-grants BECAUSE denied
      group:acme/dev HOLDS write ON repository:acme/api`,
    expect: `
      user:ann repository.write repository:acme/api -> ALLOW via group:acme/dev
      user:ann repository.admin repository:acme/api -> UNKNOWN because denied`,
  },
  {
    title: 'hidden_group_grants',
    why: 'unread group grants matter only to those who are in a group',
    facts: `${acme} repository:acme/api HIDES group-grants BECAUSE denied`,
    expect: `
      user:ann repository.read repository:acme/api -> UNKNOWN because denied
      user:bob repository.read repository:acme/api -> DENY by level`,
  },
  {
    title: 'hidden_project_grants',
    why: 'unread grants of a project blur each repository in it',
    facts: `${acme} workspace:acme CONTAINS project:acme/OPS
      project:acme/OPS CONTAINS repository:acme/infra
      project:acme/WEB HIDES user-grants BECAUSE failed`,
    expect: `
      user:bob repository.admin repository:acme/api -> UNKNOWN because failed
      user:bob repository.read repository:acme/infra -> DENY by level`,
  },
  {
    title: 'hidden_members',
    why: 'unread members of a group leave open what that group holds, and no more',
    facts: `${acme} group:acme/sec HIDES group-members BECAUSE denied
      group:acme/sec HOLDS write ON repository:acme/api`,
    expect: `
      user:bob repository.write repository:acme/api -> UNKNOWN because denied
      user:bob repository.admin repository:acme/api -> DENY by level
      user:bob repository.read repository:acme/site -> DENY by level
      group:acme/sec repository.write repository:acme/api -> ALLOW`,
  },
  {
    title: 'hidden_groups',
    why: 'where groups could not be read anybody may be in any group of the workspace',
    facts: `${acme} workspace:acme HIDES groups BECAUSE missing
      group:acme/dev HOLDS write ON repository:acme/api
      group:other/dev HOLDS admin ON repository:acme/api`,
    expect: `
      user:bob repository.write repository:acme/api -> UNKNOWN because missing
      user:bob repository.admin repository:acme/api -> DENY by level`,
  },
  {
    title: 'unknown_level',
    why: 'a level without a row is anything from nothing to the top, for its holder only',
    facts: `${acme} repository:acme/api HIDES grant-level BECAUSE unknown-value FOR user:bob "level triage"`,
    expect: `
      user:bob repository.admin repository:acme/api -> UNKNOWN because unknown-value
      user:ann repository.read repository:acme/api -> DENY by level`,
  },
  {
    title: 'unlisted_credential',
    why: 'a token that is known by a trace alone may do anything where it lies or nothing; nobody else is touched by that',
    facts: `${acme} token:acme/api#seen IS AccessToken confidence=inferred
      repository:acme/api CONTAINS token:acme/api#seen confidence=inferred
      token:acme/api#seen HIDES scopes BECAUSE unlisted
      repository:acme/api HIDES credential-level BECAUSE unlisted FOR token:acme/api#seen
      user:ann HOLDS read ON repository:acme/api
      user:cid HOLDS write ON repository:acme/site`,
    expect: `
      token:acme/api#seen repository.write repository:acme/api -> UNKNOWN because unlisted
      token:acme/api#seen repository.read repository:acme/site -> DENY by level
      user:ann repository.read repository:acme/api -> ALLOW
      user:ann repository.write repository:acme/api -> DENY by level
      user:bob repository.read repository:acme/api -> DENY by level
      ? repository.write repository:acme/site -> user:cid
      ? repository.read repository:acme/api -> user:ann + more`,
  },
  {
    title: 'declared_and_inferred_credential',
    why: 'what is declared of a token counts at once; what nobody said of it stays open, because a trace shows no more than that it is there',
    facts: `${acme} token:acme/api#seen IS AccessToken confidence=declared createdAt=2026-01-31T12:00:00Z
      token:acme/api#seen HIDES scopes BECAUSE unlisted
      repository:acme/api HIDES credential-level BECAUSE unlisted FOR token:acme/api#seen
      token:acme/api#seen HOLDS write ON repository:acme/api confidence=declared
      token:acme/api#seen HAS_SCOPE scope:repository confidence=declared`,
    expect: `
      token:acme/api#seen repository.read repository:acme/api -> ALLOW via scope:repository
      token:acme/api#seen repository.write repository:acme/api -> UNKNOWN because unlisted`,
  },
  {
    title: 'hidden_visibility',
    why: 'where it is not known whether a repository is public, reading is open and writing is not',
    facts: `${acme} repository:acme/api HIDES visibility BECAUSE undecodable`,
    expect: `
      anonymous: repository.read repository:acme/api -> UNKNOWN because undecodable
      anonymous: repository.write repository:acme/api -> DENY by level`,
  },
  {
    title: 'hidden_activity',
    why: 'an account of which it is not known whether it may act is neither refused nor allowed, and so is what acts as it',
    facts: `${acme} user:odd HOLDS write ON repository:acme/api
      user:odd HIDES activity BECAUSE unknown-value
      token:odd#t IS ApiToken
      token:odd#t ACTS_AS user:odd
      token:odd#t HAS_SCOPE scope:read:repository:bitbucket
      user:ann HOLDS read ON repository:acme/api
      user:gone IS User active=false
      user:gone HOLDS write ON repository:acme/api
      user:gone HIDES activity BECAUSE unknown-value`,
    expect: `
      user:odd repository.read repository:acme/api -> UNKNOWN because unknown-value
      user:odd repository.admin repository:acme/api -> DENY by level
      token:odd#t repository.read repository:acme/api -> UNKNOWN because unknown-value
      token:odd#t repository.write repository:acme/api -> DENY by scope
      user:gone repository.read repository:acme/api -> DENY by inactive
      user:ann repository.read repository:acme/api -> ALLOW
      ? repository.read repository:acme/api -> user:ann + more
      user:odd repository.read ? -> + more`,
  },
  {
    title: 'hidden_rules',
    why: 'unread rules leave a writer open and a reader refused',
    facts: `${acme} user:bob HOLDS write ON repository:acme/api
      user:ann HOLDS read ON repository:acme/api
      repository:acme/api HIDES rules BECAUSE denied`,
    expect: `
      user:bob branch.push branch:acme/api#main -> UNKNOWN because denied
      user:bob repository.write repository:acme/api -> ALLOW
      user:ann branch.push branch:acme/api#main -> DENY by level`,
  },
  {
    title: 'known_exemption_beside_hidden_rules',
    why: 'lists are joined: whoever is known to be listed passes whatever else there is, and whoever is not may yet be listed',
    facts: `${acme} user:bob HOLDS write ON repository:acme/api
      user:cy HOLDS write ON repository:acme/api
      restriction:acme/api#1 RESTRICTS push ON repository:acme/api glob=main
      restriction:acme/api#1 EXEMPTS user:bob
      repository:acme/api HIDES rules BECAUSE budget`,
    expect: `
      user:bob branch.push branch:acme/api#main -> ALLOW
      user:cy branch.push branch:acme/api#main -> UNKNOWN because budget
      user:bob branch.force_push branch:acme/api#main -> UNKNOWN because budget`,
  },
  {
    title: 'no_list_beside_hidden_rules',
    why: 'a kind without a list forbids for certain, whatever else there is',
    facts: `${acme} user:bob HOLDS write ON repository:acme/api
      restriction:acme/api#1 RESTRICTS delete ON repository:acme/api glob=main
      repository:acme/api HIDES rules BECAUSE budget`,
    expect: `
      user:bob branch.delete branch:acme/api#main -> DENY by restriction:acme/api#1
      user:bob branch.delete branch:acme/api#dev -> UNKNOWN because budget`,
  },
  {
    title: 'undecided_pattern',
    why: 'a pattern whose meaning is not documented may match or not; who is listed passes either way',
    facts: `${acme} user:bob HOLDS write ON repository:acme/api
      user:cy HOLDS write ON repository:acme/api
      restriction:acme/api#1 RESTRICTS push ON repository:acme/api glob=release*|!release/1
      restriction:acme/api#1 EXEMPTS user:cy`,
    expect: `
      user:bob branch.push branch:acme/api#main -> UNKNOWN because unknown-pattern
      user:cy branch.push branch:acme/api#main -> ALLOW`,
  },
  {
    title: 'unknown_restriction_kind',
    why: 'a rule of a kind without a row may forbid anything on the branches that it matches',
    facts: `${acme} user:bob HOLDS write ON repository:acme/api
      restriction:acme/api#1 RESTRICTS unknown ON repository:acme/api glob=main`,
    expect: `
      user:bob branch.push branch:acme/api#main -> UNKNOWN because unknown-value
      user:bob branch.push branch:acme/api#dev -> ALLOW`,
  },
  {
    title: 'hidden_branching_model',
    why: 'without the model a rule by type may match any branch; a rule by pattern is not touched',
    facts: `${acme} user:bob HOLDS write ON repository:acme/api
      repository:acme/api HIDES branching-model BECAUSE denied
      restriction:acme/api#1 RESTRICTS push ON repository:acme/api branchType=production
      restriction:acme/api#2 RESTRICTS delete ON repository:acme/api glob=main`,
    expect: `
      user:bob branch.push branch:acme/api#main -> UNKNOWN because denied
      user:bob branch.delete branch:acme/api#main -> DENY by restriction:acme/api#2
      user:bob branch.delete branch:acme/api#dev -> ALLOW`,
  },
  {
    title: 'unread_group_among_the_exempt',
    why: 'an exempt group whose members are not known makes a refusal by rule open',
    facts: `${acme} user:bob HOLDS write ON repository:acme/api
      group:acme/sec HIDES group-members BECAUSE denied
      restriction:acme/api#1 RESTRICTS push ON repository:acme/api glob=main
      restriction:acme/api#1 EXEMPTS group:acme/sec`,
    expect: 'user:bob branch.push branch:acme/api#main -> UNKNOWN because denied',
  },
  {
    title: 'hidden_exempt_list',
    why: 'an exempt list that could not be decoded makes a refusal by its rule open',
    facts: `${acme} user:bob HOLDS write ON repository:acme/api
      restriction:acme/api#1 RESTRICTS push ON repository:acme/api glob=main
      restriction:acme/api#1 HIDES exempt BECAUSE undecodable`,
    expect: 'user:bob branch.push branch:acme/api#main -> UNKNOWN because undecodable',
  },
  {
    title: 'stale_grant',
    why: 'a grant that could not be read again may be gone',
    facts: `${acme} user:bob HOLDS write ON repository:acme/api STALE
      user:ann HOLDS write ON repository:acme/api`,
    expect: `
      user:bob repository.write repository:acme/api -> UNKNOWN because stale
      user:bob repository.admin repository:acme/api -> DENY by level
      user:ann repository.write repository:acme/api -> ALLOW`,
  },
  {
    title: 'stale_membership',
    why: 'a membership that could not be read again may be gone',
    facts: `${acme} user:bob MEMBER_OF group:acme/dev STALE
      group:acme/dev HOLDS write ON repository:acme/api`,
    expect: `
      user:bob repository.write repository:acme/api -> UNKNOWN because stale
      user:ann repository.write repository:acme/api -> ALLOW`,
  },
  {
    title: 'stale_rule',
    why: 'a rule that could not be read again may be gone: it neither forbids nor leaves free for certain',
    facts: `${acme} user:bob HOLDS write ON repository:acme/api
      restriction:acme/api#1 RESTRICTS push ON repository:acme/api glob=main STALE`,
    expect: `
      user:bob branch.push branch:acme/api#main -> UNKNOWN because stale
      user:bob branch.push branch:acme/api#dev -> ALLOW`,
  },
  {
    title: 'stale_exemption',
    why: 'an exemption that could not be read again may be gone',
    facts: `${acme} user:bob HOLDS write ON repository:acme/api
      restriction:acme/api#1 RESTRICTS push ON repository:acme/api glob=main
      restriction:acme/api#1 EXEMPTS user:bob STALE`,
    expect: 'user:bob branch.push branch:acme/api#main -> UNKNOWN because stale',
  },
  {
    title: 'listing_stands_in',
    why: "Bitbucket's own listing is a witness for repository actions where grants are hidden, and for nothing else",
    facts: `${acme} repository:acme/api HIDES group-grants BECAUSE denied
      user:ann REPORTED write ON repository:acme/api`,
    expect: `
      user:ann repository.write repository:acme/api -> ALLOW via repository:acme/api
      user:ann branch.push branch:acme/api#main -> UNKNOWN because denied
      user:ann repository.admin repository:acme/api -> UNKNOWN because denied`,
  },
  {
    title: 'listing_is_only_compared',
    why: 'where the grants were read the listing proves nothing',
    facts: `${acme} user:ann REPORTED write ON repository:acme/api`,
    expect: 'user:ann repository.write repository:acme/api -> DENY by level',
  },
  {
    title: 'hidden_listing',
    why: 'failing to read the listing costs the self-check, not verdicts',
    facts: `${acme} workspace:acme HIDES listing BECAUSE denied
      group:acme/dev HOLDS write ON repository:acme/api`,
    expect: `
      user:ann repository.write repository:acme/api -> ALLOW
      user:bob repository.write repository:acme/api -> DENY by level`,
  },
  {
    title: 'hidden_repositories',
    why: 'repositories that are not known shorten what-can, and blur nothing that is known',
    facts: `${acme} workspace:acme HIDES repositories BECAUSE budget
      user:bob HOLDS read ON repository:acme/api`,
    expect: `
      user:bob repository.read repository:acme/api -> ALLOW
      user:bob repository.read repository:acme/site -> DENY by level
      user:bob repository.read ? -> repository:acme/api + more
      ? repository.read repository:acme/api -> user:bob`,
  },
  {
    title: 'hidden_identities',
    why: 'users that are not known shorten who-can',
    facts: `${acme} workspace:acme HIDES identities BECAUSE denied
      user:bob HOLDS read ON repository:acme/api`,
    expect: `
      user:ann repository.read repository:acme/api -> DENY by level
      ? repository.read repository:acme/api -> user:bob + more`,
  },
  {
    title: 'unknown_owner',
    why: 'a credential whose owner is not known may be anybody',
    facts: `${acme} user:bob HOLDS write ON repository:acme/api
      consumer:acme#x HIDES owner BECAUSE denied
      consumer:acme#x HAS_SCOPE scope:repository`,
    expect: `
      consumer:acme#x repository.read repository:acme/api -> UNKNOWN because denied
      consumer:acme#x repository.write repository:acme/api -> DENY by scope
      consumer:acme#x repository.read repository:acme/site -> DENY by level`,
  },
  {
    title: 'hidden_rule_match',
    why: 'a rule of which it is not known what it matches may bind any branch; another rule is not touched',
    facts: `${acme} user:bob HOLDS write ON repository:acme/api
      user:cy HOLDS write ON repository:acme/api
      restriction:acme/api#1 RESTRICTS push ON repository:acme/api
      restriction:acme/api#1 EXEMPTS user:cy
      restriction:acme/api#1 HIDES rule-match BECAUSE undecodable
      restriction:acme/api#2 RESTRICTS delete ON repository:acme/api glob=main`,
    expect: `
      user:bob branch.push branch:acme/api#anything -> UNKNOWN because undecodable
      user:cy branch.push branch:acme/api#anything -> ALLOW via restriction:acme/api#1
      user:bob branch.delete branch:acme/api#main -> DENY by restriction:acme/api#2
      user:bob branch.delete branch:acme/api#dev -> ALLOW`,
  },
  {
    title: 'two_rules_that_may_match',
    why: 'of rules that only may match each must be met: being listed in one of two is not enough',
    facts: `${acme} user:bob HOLDS write ON repository:acme/api
      user:cy HOLDS write ON repository:acme/api
      restriction:acme/api#1 RESTRICTS push ON repository:acme/api glob=a|b
      restriction:acme/api#1 EXEMPTS user:bob
      restriction:acme/api#1 EXEMPTS user:cy
      restriction:acme/api#2 RESTRICTS push ON repository:acme/api glob=!c
      restriction:acme/api#2 EXEMPTS user:cy`,
    expect: `
      user:bob branch.push branch:acme/api#main -> UNKNOWN because unknown-pattern
      user:cy branch.push branch:acme/api#main -> ALLOW`,
  },
  {
    title: 'hidden_projects',
    why: 'projects that are not known shorten what-can and blur nothing that is known',
    facts: `${acme} workspace:acme HIDES projects BECAUSE plan
      user:bob HOLDS write ON project:acme/WEB`,
    expect: `
      user:bob project.write project:acme/WEB -> ALLOW
      user:ann project.write project:acme/WEB -> DENY by level
      user:bob project.write ? -> project:acme/WEB + more`,
  },
  {
    title: 'nothing_read_of_a_project',
    why: 'where nothing was read of a project everything in it is open, save what is known; its neighbour is not touched',
    facts: `${acme} workspace:acme CONTAINS project:acme/OPS
      project:acme/OPS CONTAINS repository:acme/infra
      user:bob HOLDS write ON repository:acme/api
      user:bob HOLDS write ON repository:acme/infra
      project:acme/WEB HIDES everything BECAUSE before-first-run`,
    expect: `
      user:bob repository.write repository:acme/api -> ALLOW
      user:bob repository.admin repository:acme/api -> UNKNOWN because before-first-run
      user:bob branch.push branch:acme/api#main -> UNKNOWN because before-first-run
      user:ann repository.read repository:acme/api -> UNKNOWN because before-first-run
      user:bob branch.push branch:acme/infra#main -> ALLOW
      user:ann repository.read repository:acme/infra -> DENY by level
      ? repository.write repository:acme/api -> user:bob + more
      ? repository.write repository:acme/infra -> user:bob`,
  },
  {
    title: 'stale_scope',
    why: 'a scope that could not be read again may be gone, and another one still does',
    facts: `${acme} user:bob HOLDS write ON repository:acme/api
      consumer:acme#x ACTS_AS user:bob
      consumer:acme#x HAS_SCOPE scope:repository:write STALE
      consumer:acme#x HAS_SCOPE scope:pullrequest`,
    expect: `
      consumer:acme#x repository.write repository:acme/api -> UNKNOWN because stale
      consumer:acme#x repository.read repository:acme/api -> ALLOW via scope:pullrequest`,
  },
  {
    title: 'stale_owner',
    why: 'an owner that could not be read again may be another, or may have left: nothing of it is certain',
    facts: `${acme} user:bob HOLDS write ON repository:acme/api
      consumer:acme#x ACTS_AS user:bob STALE
      consumer:acme#x HAS_SCOPE scope:repository:write`,
    expect: `
      consumer:acme#x repository.write repository:acme/api -> UNKNOWN because stale
      consumer:acme#x repository.write repository:acme/site -> DENY by level`,
  },
  {
    title: 'stale_containment',
    why: 'a repository that may have left its project keeps for certain only its own grants',
    facts: `
      workspace:acme CONTAINS project:acme/WEB
      project:acme/WEB CONTAINS repository:acme/api STALE
      user:ann HOLDS write ON repository:acme/api
      user:bob HOLDS write ON project:acme/WEB`,
    expect: `
      user:ann repository.write repository:acme/api -> ALLOW
      user:bob repository.write repository:acme/api -> UNKNOWN because stale
      user:bob repository.admin repository:acme/api -> DENY by level`,
  },
  {
    title: 'stale_public_grant',
    why: 'a repository that was public when it was last read may be private by now',
    facts: `${acme} anonymous: HOLDS read ON repository:acme/api STALE`,
    expect: `
      anonymous: repository.read repository:acme/api -> UNKNOWN because stale
      user:bob repository.read repository:acme/api -> UNKNOWN because stale
      user:bob repository.read repository:acme/site -> DENY by level`,
  },
  {
    title: 'stale_listing',
    why: "a row of Bitbucket's own listing that could not be read again proves nothing, but leaves open",
    facts: `${acme} group:acme/dev HIDES group-members BECAUSE denied
      repository:acme/api HIDES grant-level BECAUSE unknown-value FOR group:acme/dev
      user:ann REPORTED write ON repository:acme/api
      user:bob REPORTED write ON repository:acme/api STALE`,
    expect: `
      user:ann repository.write repository:acme/api -> ALLOW
      user:bob repository.write repository:acme/api -> UNKNOWN because stale`,
  },
  {
    title: 'two_gaps_in_a_row',
    why: 'a way over two gaps is as open as each of them, and both are named',
    facts: `${acme} group:acme/sec HIDES group-members BECAUSE denied
      repository:acme/api HIDES group-grants BECAUSE budget`,
    expect: `
      user:bob repository.admin repository:acme/api -> UNKNOWN because denied
      user:bob repository.admin repository:acme/api -> UNKNOWN because budget
      user:bob repository.admin repository:acme/site -> DENY by level`,
  },
  {
    title: 'hidden_deploy_keys',
    why: 'unread deploy keys shorten the list of who reads there, and nothing else: a key could do no more',
    facts: `${acme} repository:acme/api HIDES deploy-keys BECAUSE denied
      repository:acme/api CONTAINS deploykey:acme/api#ci
      deploykey:acme/api#ci HOLDS read ON repository:acme/api
      group:acme/dev HOLDS write ON repository:acme/api`,
    expect: `
      deploykey:acme/api#ci repository.read repository:acme/api -> ALLOW
      deploykey:acme/api#ci repository.write repository:acme/api -> DENY by level
      user:bob repository.read repository:acme/api -> DENY by level
      ? repository.read repository:acme/api -> deploykey:acme/api#ci group:acme/dev user:ann + more
      ? repository.write repository:acme/api -> group:acme/dev user:ann
      ? repository.admin repository:acme/api -> 
      ? repository.read repository:acme/site -> `,
  },
  {
    title: 'hidden_keys_of_a_project',
    why: 'unread deploy keys of a project would read every repository in it',
    facts: `${acme} project:acme/WEB HIDES deploy-keys BECAUSE denied`,
    expect: `
      ? repository.read repository:acme/site -> + more
      ? repository.write repository:acme/site -> `,
  },
  {
    title: 'hidden_content',
    why: 'what is not known of variables, runners, webhooks and Pipelines makes no permission unknown',
    facts: `${acme} workspace:acme HIDES variables BECAUSE denied
      workspace:acme HIDES runners BECAUSE denied
      workspace:acme HIDES webhooks BECAUSE denied
      repository:acme/api HIDES environments BECAUSE denied
      repository:acme/api HIDES pipelines BECAUSE denied
      repository:acme/api HIDES schedules BECAUSE missing
      repository:acme/api HIDES definitions BECAUSE denied
      repository:acme/site CONTAINS variable:acme/site#KEY
      user:ann HOLDS admin ON repository:acme/site`,
    expect: `
      user:ann repository.read repository:acme/api -> DENY by level
      user:ann variable.edit variable:acme/site#KEY -> ALLOW
      user:bob variable.edit variable:acme/site#KEY -> DENY by level
      user:ann variable.edit ? -> variable:acme/site#KEY + more
      user:ann repository.admin ? -> repository:acme/site
      ? variable.edit variable:acme/site#KEY -> user:ann`,
  },
  {
    title: 'hidden_settings',
    why: 'settings, default reviewers and forks give nobody anything, known or not',
    facts: `${acme} repository:acme/api HIDES settings BECAUSE denied
      project:acme/WEB HIDES settings BECAUSE denied
      repository:acme/api HIDES reviewers BECAUSE denied
      repository:acme/api HIDES forks BECAUSE missing
      user:rae REVIEWS repository:acme/api
      repository:acme/site FORK_OF repository:acme/api
      outside:elsewhere/api FORK_OF repository:acme/api
      user:ann HOLDS read ON repository:acme/api`,
    expect: `
      user:rae repository.read repository:acme/api -> DENY by level
      user:ann repository.read repository:acme/site -> DENY by level
      user:ann repository.read repository:acme/api -> ALLOW
      user:ann repository.read ? -> repository:acme/api
      ? repository.read repository:acme/api -> user:ann`,
  },
  {
    title: 'hidden_ssh_keys',
    why: 'a key that is not known acts as its owner over Git: it changes no verdict, only who else stands in a list',
    facts: `${acme} workspace:acme HIDES ssh-keys BECAUSE denied
      user:ann HOLDS admin ON repository:acme/api
      sshkey:ann#laptop ACTS_AS user:ann`,
    expect: `
      user:bob branch.push branch:acme/api#main -> DENY by level
      user:ann branch.push branch:acme/api#main -> ALLOW
      ? branch.push branch:acme/api#main -> user:ann sshkey:ann#laptop + more
      ? restriction.edit repository:acme/api -> user:ann`,
  },
  {
    title: 'what_ran',
    why: 'who ran pipelines and what they deployed gives nobody anything, and what is not known of it blurs nothing',
    facts: `${acme} repository:acme/api CONTAINS pipeline:acme/api
      repository:acme/api CONTAINS environment:acme/api#Production
      pipeline:acme/api CONTAINS oidc:acme/api confidence=inferred
      user:ann RAN pipeline:acme/api lastRunAt=2026-05-04T00:00:00Z triggers="manual push"
      pipeline:acme/api DEPLOYED environment:acme/api#Production deployedAt=2026-05-04T09:40:00Z commit=9a07be3311cd
      pipeline:acme/api HIDES pipeline-runs BECAUSE denied
      pipeline:acme/api HIDES deployments BECAUSE denied
      pipeline:acme/api HIDES pipeline-keys BECAUSE denied
      workspace:acme HIDES oidc BECAUSE missing`,
    expect: `
      user:ann repository.read repository:acme/api -> DENY by level
      user:ann pipeline.run repository:acme/api -> DENY by level
      oidc:acme/api repository.read repository:acme/api -> DENY by level
      ? repository.read repository:acme/api -> `,
  },
];
