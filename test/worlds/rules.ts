/** Branch restrictions: what each kind takes away, exemptions, overlap, matchers, merge checks. */
import type { NamedWorld } from './world.ts';

const acme = `
workspace:acme CONTAINS project:acme/WEB
project:acme/WEB CONTAINS repository:acme/api
repository:acme/api CONTAINS branch:acme/api#main
user:ann MEMBER_OF group:acme/dev
group:acme/dev HOLDS write ON repository:acme/api
user:bob HOLDS write ON repository:acme/api
user:root HOLDS admin ON repository:acme/api
`;

export const RULE_WORLDS: readonly NamedWorld[] = [
  {
    title: 'no_rule',
    why: 'without a rule every writer pushes, deletes and rewrites; a reader does not',
    facts: `${acme} user:cy HOLDS read ON repository:acme/api`,
    expect: `
      user:bob branch.push branch:acme/api#main -> ALLOW
      user:bob branch.force_push branch:acme/api#main -> ALLOW
      user:bob branch.delete branch:acme/api#main -> ALLOW
      user:bob branch.create branch:acme/api#new -> ALLOW
      user:cy branch.push branch:acme/api#main -> DENY by level
      user:bob branch.push ? -> branch:acme/api#main`,
  },
  {
    title: 'push_rule_for_nobody',
    why: 'a push rule without a list stops everybody, administrators too, who may yet edit the rule',
    facts: `${acme} restriction:acme/api#1 RESTRICTS push ON repository:acme/api glob=main`,
    expect: `
      user:bob branch.push branch:acme/api#main -> DENY by restriction:acme/api#1
      user:root branch.push branch:acme/api#main -> DENY by restriction:acme/api#1
      user:root restriction.edit repository:acme/api -> ALLOW
      user:bob restriction.edit repository:acme/api -> DENY by level
      user:bob branch.push branch:acme/api#other -> ALLOW
      ? branch.push branch:acme/api#main -> `,
  },
  {
    title: 'push_rule_exempt_user',
    why: 'who is listed passes, who is not is stopped',
    facts: `${acme} restriction:acme/api#1 RESTRICTS push ON repository:acme/api glob=main
      restriction:acme/api#1 EXEMPTS user:bob`,
    expect: `
      user:bob branch.push branch:acme/api#main -> ALLOW via restriction:acme/api#1
      user:ann branch.push branch:acme/api#main -> DENY by restriction:acme/api#1
      ? branch.push branch:acme/api#main -> user:bob`,
  },
  {
    title: 'push_rule_exempt_group',
    why: 'a listed group exempts its members',
    facts: `${acme} restriction:acme/api#1 RESTRICTS push ON repository:acme/api glob=main
      restriction:acme/api#1 EXEMPTS group:acme/dev`,
    expect: `
      user:ann branch.push branch:acme/api#main -> ALLOW via group:acme/dev
      user:bob branch.push branch:acme/api#main -> DENY by restriction:acme/api#1
      group:acme/dev branch.push branch:acme/api#main -> ALLOW`,
  },
  {
    title: 'exemption_gives_no_level',
    why: 'being exempt from a rule is not a grant',
    facts: `${acme} user:cy HOLDS read ON repository:acme/api
      restriction:acme/api#1 RESTRICTS push ON repository:acme/api glob=main
      restriction:acme/api#1 EXEMPTS user:cy`,
    expect: `
      user:cy branch.push branch:acme/api#main -> DENY by level
      user:bob branch.push branch:acme/api#main -> DENY by restriction:acme/api#1`,
  },
  {
    title: 'push_rule_stops_creation',
    why: 'a push rule also stops creating a branch that it matches',
    facts: `${acme} restriction:acme/api#1 RESTRICTS push ON repository:acme/api glob=release/*`,
    expect: `
      user:bob branch.create branch:acme/api#release/2 -> DENY by restriction:acme/api#1
      user:bob branch.create branch:acme/api#feature/2 -> ALLOW`,
  },
  {
    title: 'push_rule_leaves_merging',
    why: 'a push rule alone does not stop a merge',
    facts: `${acme} restriction:acme/api#1 RESTRICTS push ON repository:acme/api glob=main`,
    expect: 'user:bob branch.merge branch:acme/api#main -> ALLOW',
  },
  {
    title: 'merge_rule',
    why: 'a merge rule stops merges of those not listed and leaves pushing alone',
    facts: `${acme} restriction:acme/api#1 RESTRICTS restrict_merges ON repository:acme/api glob=main
      restriction:acme/api#1 EXEMPTS user:ann`,
    expect: `
      user:ann branch.merge branch:acme/api#main -> ALLOW via restriction:acme/api#1
      user:bob branch.merge branch:acme/api#main -> DENY by restriction:acme/api#1
      user:bob branch.push branch:acme/api#main -> ALLOW`,
  },
  {
    title: 'push_exemption_merges',
    why: 'who is exempt from a push rule of the branch may also merge; exempt elsewhere is not enough',
    facts: `${acme} restriction:acme/api#1 RESTRICTS restrict_merges ON repository:acme/api glob=main
      restriction:acme/api#2 RESTRICTS push ON repository:acme/api glob=main
      restriction:acme/api#2 EXEMPTS user:bob
      restriction:acme/api#3 RESTRICTS push ON repository:acme/api glob=dev
      restriction:acme/api#3 EXEMPTS user:ann`,
    expect: `
      user:bob branch.merge branch:acme/api#main -> ALLOW via restriction:acme/api#2
      user:ann branch.merge branch:acme/api#main -> DENY by restriction:acme/api#1`,
  },
  {
    title: 'force_rule',
    why: 'nobody rewrites history where a force rule matches, and no list exempts; plain pushes go on',
    facts: `${acme} restriction:acme/api#1 RESTRICTS force ON repository:acme/api glob=main`,
    expect: `
      user:root branch.force_push branch:acme/api#main -> DENY by restriction:acme/api#1
      user:root branch.push branch:acme/api#main -> ALLOW
      user:root branch.force_push branch:acme/api#x -> ALLOW`,
  },
  {
    title: 'force_push_is_a_push',
    why: 'who may not push may not rewrite history either',
    facts: `${acme} restriction:acme/api#1 RESTRICTS push ON repository:acme/api glob=main
      restriction:acme/api#1 EXEMPTS user:ann`,
    expect: `
      user:bob branch.force_push branch:acme/api#main -> DENY by restriction:acme/api#1
      user:ann branch.force_push branch:acme/api#main -> ALLOW`,
  },
  {
    title: 'delete_rule',
    why: 'nobody deletes where a delete rule matches',
    facts: `${acme} restriction:acme/api#1 RESTRICTS delete ON repository:acme/api glob=main`,
    expect: `
      user:root branch.delete branch:acme/api#main -> DENY by restriction:acme/api#1
      user:root branch.delete branch:acme/api#maintenance -> ALLOW`,
  },
  {
    title: 'overlap_nobody_and_one',
    why: 'rule for nobody on all branches, rule for ann on main: only ann, on main only',
    facts: `${acme} restriction:acme/api#1 RESTRICTS push ON repository:acme/api glob=*
      restriction:acme/api#2 RESTRICTS push ON repository:acme/api glob=main
      restriction:acme/api#2 EXEMPTS user:ann`,
    expect: `
      user:ann branch.push branch:acme/api#main -> ALLOW via restriction:acme/api#2
      user:ann branch.push branch:acme/api#dev -> DENY by restriction:acme/api#1
      user:bob branch.push branch:acme/api#main -> DENY by restriction:acme/api#2`,
  },
  {
    title: 'overlap_one_and_another',
    why: 'lists of overlapping rules are joined: the one of either list passes',
    facts: `${acme} restriction:acme/api#1 RESTRICTS push ON repository:acme/api glob=*
      restriction:acme/api#1 EXEMPTS user:ann
      restriction:acme/api#2 RESTRICTS push ON repository:acme/api glob=main
      restriction:acme/api#2 EXEMPTS user:bob`,
    expect: `
      user:ann branch.push branch:acme/api#main -> ALLOW
      user:bob branch.push branch:acme/api#main -> ALLOW
      user:bob branch.push branch:acme/api#dev -> DENY by restriction:acme/api#1
      user:root branch.push branch:acme/api#main -> DENY by restriction:acme/api#1`,
  },
  {
    title: 'overlap_without_a_list',
    why: 'kinds without a list do not join: a force rule holds whatever a push rule exempts',
    facts: `${acme} restriction:acme/api#1 RESTRICTS force ON repository:acme/api glob=*
      restriction:acme/api#2 RESTRICTS push ON repository:acme/api glob=main
      restriction:acme/api#2 EXEMPTS user:ann`,
    expect: `
      user:ann branch.push branch:acme/api#main -> ALLOW
      user:ann branch.force_push branch:acme/api#main -> DENY by restriction:acme/api#1`,
  },
  {
    title: 'glob_star_spans_slashes',
    why: 'a star stands for any characters, slashes included, or for none',
    facts: `${acme} restriction:acme/api#1 RESTRICTS push ON repository:acme/api glob=release*`,
    expect: `
      user:bob branch.push branch:acme/api#release -> DENY by restriction:acme/api#1
      user:bob branch.push branch:acme/api#release/1/2 -> DENY by restriction:acme/api#1
      user:bob branch.push branch:acme/api#pre-release -> ALLOW`,
  },
  {
    title: 'glob_is_anchored',
    why: 'the whole name must match, not a part',
    facts: `${acme} restriction:acme/api#1 RESTRICTS push ON repository:acme/api glob=*foo`,
    expect: `
      user:bob branch.push branch:acme/api#barfoo -> DENY by restriction:acme/api#1
      user:bob branch.push branch:acme/api#foobar -> ALLOW`,
  },
  {
    title: 'glob_question_mark_is_literal',
    why: 'a question mark stands for itself',
    facts: `${acme} restriction:acme/api#1 RESTRICTS push ON repository:acme/api glob=v?`,
    expect: `
      user:bob branch.push branch:acme/api#v1 -> ALLOW
      user:bob branch.push branch:acme/api#v? -> DENY by restriction:acme/api#1`,
  },
  {
    title: 'branch_type_production',
    why: 'a rule by type binds the branch that the branching model names',
    facts: `${acme} repository:acme/api CLASSIFIES production ON branch:acme/api#main
      restriction:acme/api#1 RESTRICTS push ON repository:acme/api branchType=production`,
    expect: `
      user:bob branch.push branch:acme/api#main -> DENY by restriction:acme/api#1
      user:bob branch.push branch:acme/api#production -> ALLOW`,
  },
  {
    title: 'branch_type_prefix',
    why: 'a rule by a prefix type binds every name with the prefix',
    facts: `${acme} repository:acme/api CLASSIFIES hotfix ON pattern:acme/api#hotfix/*
      restriction:acme/api#1 RESTRICTS push ON repository:acme/api branchType=hotfix`,
    expect: `
      user:bob branch.push branch:acme/api#hotfix/7 -> DENY by restriction:acme/api#1
      user:bob branch.push branch:acme/api#bugfix/7 -> ALLOW`,
  },
  {
    title: 'branch_type_not_in_the_model',
    why: 'a rule by a type that the model does not use binds nothing',
    facts: `${acme} repository:acme/api CLASSIFIES production ON branch:acme/api#main
      restriction:acme/api#1 RESTRICTS push ON repository:acme/api branchType=release`,
    expect: 'user:bob branch.push branch:acme/api#release/1 -> ALLOW',
  },
  {
    title: 'rule_of_another_repository',
    why: 'a rule binds its own repository only',
    facts: `${acme} project:acme/WEB CONTAINS repository:acme/site
      user:bob HOLDS write ON repository:acme/site
      restriction:acme/site#1 RESTRICTS push ON repository:acme/site glob=*`,
    expect: `
      user:bob branch.push branch:acme/api#main -> ALLOW
      user:bob branch.push branch:acme/site#main -> DENY by restriction:acme/site#1`,
  },
  {
    title: 'merge_check_is_a_condition',
    why: 'an enforced merge check changes no verdict: it is what the merge must still meet',
    facts: `${acme} restriction:acme/api#1 RESTRICTS require_approvals_to_merge ON repository:acme/api glob=main value=2
      restriction:acme/api#2 RESTRICTS enforce_merge_checks ON repository:acme/api glob=main`,
    expect: `
      user:bob branch.merge branch:acme/api#main -> ALLOW
      user:bob branch.push branch:acme/api#main -> ALLOW`,
  },
  {
    title: 'convenience_is_no_control',
    why: 'kinds that only note something change nothing',
    facts: `${acme} restriction:acme/api#1 RESTRICTS allow_auto_merge_when_builds_pass ON repository:acme/api glob=main
      restriction:acme/api#2 RESTRICTS reset_pullrequest_approvals_on_change ON repository:acme/api glob=main`,
    expect: `
      user:bob branch.push branch:acme/api#main -> ALLOW
      user:bob branch.merge branch:acme/api#main -> ALLOW`,
  },
  {
    title: 'branch_need_not_exist',
    why: 'branch actions are decided by the name',
    facts: `${acme} restriction:acme/api#1 RESTRICTS push ON repository:acme/api glob=secret/*`,
    expect: `
      user:bob branch.create branch:acme/api#never-seen -> ALLOW
      user:bob branch.create branch:acme/api#secret/never-seen -> DENY by restriction:acme/api#1`,
  },
  {
    title: 'inherited_write_and_rule',
    why: 'write that comes from the project is stopped by a rule of the repository like any other',
    facts: `${acme} user:pat HOLDS write ON project:acme/WEB
      restriction:acme/api#1 RESTRICTS push ON repository:acme/api glob=main
      restriction:acme/api#1 EXEMPTS group:acme/dev`,
    expect: `
      user:pat branch.push branch:acme/api#main -> DENY by restriction:acme/api#1
      user:pat branch.push branch:acme/api#other -> ALLOW via project:acme/WEB`,
  },
];
