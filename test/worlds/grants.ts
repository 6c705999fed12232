/** Levels, groups, inheritance, visibility: who holds what before any rule takes anything away. */
import type { NamedWorld } from './world.ts';

const acme = `
workspace:acme CONTAINS project:acme/WEB
project:acme/WEB CONTAINS repository:acme/api
`;

export const GRANT_WORLDS: readonly NamedWorld[] = [
  {
    title: 'direct_grant',
    why: 'a grant gives its level and what the level implies, on its resource only',
    facts: `${acme} project:acme/WEB CONTAINS repository:acme/site
      user:ann HOLDS write ON repository:acme/api`,
    expect: `
      user:ann repository.read repository:acme/api -> ALLOW via repository:acme/api
      user:ann repository.write repository:acme/api -> ALLOW
      user:ann repository.admin repository:acme/api -> DENY by level
      user:ann repository.read repository:acme/site -> DENY by level
      user:ann repository.read ? -> repository:acme/api`,
  },
  {
    title: 'group_grant',
    why: 'a member of a group holds what the group holds; a stranger to it does not',
    facts: `${acme} user:ann MEMBER_OF group:acme/dev
      group:acme/dev HOLDS read ON repository:acme/api
      user:bob IS User`,
    expect: `
      user:ann repository.read repository:acme/api -> ALLOW via group:acme/dev
      user:bob repository.read repository:acme/api -> DENY by level
      group:acme/dev repository.read repository:acme/api -> ALLOW
      ? repository.read repository:acme/api -> group:acme/dev user:ann`,
  },
  {
    title: 'nested_group',
    why: 'membership is passed on through groups of groups, not back',
    facts: `${acme} user:ann MEMBER_OF group:acme/inner
      group:acme/inner MEMBER_OF group:acme/outer
      group:acme/outer HOLDS write ON repository:acme/api
      user:bob MEMBER_OF group:acme/outer
      group:acme/inner HOLDS admin ON repository:acme/api`,
    expect: `
      user:ann repository.write repository:acme/api -> ALLOW via group:acme/inner
      user:ann repository.admin repository:acme/api -> ALLOW
      user:bob repository.write repository:acme/api -> ALLOW via group:acme/outer
      user:bob repository.admin repository:acme/api -> DENY by level`,
  },
  {
    title: 'group_cycle',
    why: 'groups that contain each other are one set of people, and no question hangs on it',
    facts: `${acme} user:ann MEMBER_OF group:acme/a
      group:acme/a MEMBER_OF group:acme/b
      group:acme/b MEMBER_OF group:acme/a
      user:bob MEMBER_OF group:acme/b
      group:acme/a HOLDS read ON repository:acme/api`,
    expect: `
      user:ann repository.read repository:acme/api -> ALLOW via group:acme/a
      user:bob repository.read repository:acme/api -> ALLOW via group:acme/b
      user:bob repository.write repository:acme/api -> DENY by level
      ? repository.read repository:acme/api -> group:acme/a group:acme/b user:ann user:bob`,
  },
  {
    title: 'shortest_proof_first',
    why: 'of several witnesses the one with the fewest facts comes first',
    facts: `${acme} user:ann MEMBER_OF group:acme/dev
      group:acme/dev HOLDS write ON repository:acme/api
      user:ann HOLDS write ON repository:acme/api`,
    expect: 'user:ann repository.write repository:acme/api -> ALLOW via user:ann',
  },
  {
    title: 'several_levels_of_one_holder',
    why: 'grants of one holder at several levels are all kept; the greatest counts',
    facts: `${acme} user:ann HOLDS read ON repository:acme/api
      user:ann HOLDS admin ON repository:acme/api`,
    expect: `
      user:ann repository.admin repository:acme/api -> ALLOW
      user:ann permission.grant repository:acme/api -> ALLOW`,
  },
  {
    title: 'project_read_is_inherited',
    why: 'project read gives read on each repository of the project and of no other',
    facts: `${acme} workspace:acme CONTAINS project:acme/OPS
      project:acme/OPS CONTAINS repository:acme/infra
      user:ann HOLDS read ON project:acme/WEB`,
    expect: `
      user:ann repository.read repository:acme/api -> ALLOW via project:acme/WEB
      user:ann repository.write repository:acme/api -> DENY by level
      user:ann repository.read repository:acme/infra -> DENY by level
      user:ann project.read project:acme/WEB -> ALLOW`,
  },
  {
    title: 'project_write_is_inherited',
    why: 'project write gives write on the repositories, not their administration',
    facts: `${acme} user:ann HOLDS write ON project:acme/WEB`,
    expect: `
      user:ann repository.write repository:acme/api -> ALLOW via project:acme/WEB
      user:ann repository.admin repository:acme/api -> DENY by level
      user:ann project.create_repository project:acme/WEB -> DENY by level`,
  },
  {
    title: 'create_repo_writes',
    why: 'who may create repositories in a project writes to those it has but administers none',
    facts: `${acme} user:ann HOLDS create-repo ON project:acme/WEB`,
    expect: `
      user:ann project.create_repository project:acme/WEB -> ALLOW
      user:ann repository.write repository:acme/api -> ALLOW via project:acme/WEB
      user:ann repository.admin repository:acme/api -> DENY by level
      user:ann project.admin project:acme/WEB -> DENY by level`,
  },
  {
    title: 'project_admin_is_inherited',
    why: 'project administration covers the repositories and not the workspace',
    facts: `${acme} user:ann MEMBER_OF group:acme/leads
      group:acme/leads HOLDS admin ON project:acme/WEB`,
    expect: `
      user:ann repository.admin repository:acme/api -> ALLOW via group:acme/leads
      user:ann project.create_repository project:acme/WEB -> ALLOW
      user:ann workspace.admin workspace:acme -> DENY by level`,
  },
  {
    title: 'repository_grant_does_not_rise',
    why: 'administration of a repository gives nothing on its project',
    facts: `${acme} user:ann HOLDS admin ON repository:acme/api`,
    expect: `
      user:ann repository.delete repository:acme/api -> ALLOW
      user:ann project.read project:acme/WEB -> DENY by level
      user:ann project.admin project:acme/WEB -> DENY by level`,
  },
  {
    title: 'workspace_admin_is_inherited',
    why: 'workspace administration reaches every project and repository by two steps',
    facts: `${acme} user:olga HOLDS admin ON workspace:acme`,
    expect: `
      user:olga workspace.admin workspace:acme -> ALLOW
      user:olga project.admin project:acme/WEB -> ALLOW via workspace:acme
      user:olga repository.delete repository:acme/api -> ALLOW via workspace:acme`,
  },
  {
    title: 'workspace_member_has_nothing_inside',
    why: 'membership and the right to create projects give nothing on what the workspace contains',
    facts: `${acme} user:ann HOLDS member ON workspace:acme
      user:bob HOLDS create-project ON workspace:acme`,
    expect: `
      user:ann workspace.member workspace:acme -> ALLOW
      user:bob workspace.member workspace:acme -> ALLOW
      user:bob workspace.create_project workspace:acme -> ALLOW
      user:ann workspace.create_project workspace:acme -> DENY by level
      user:bob repository.read repository:acme/api -> DENY by level`,
  },
  {
    title: 'admin_group_of_workspace',
    why: 'a group that confers workspace administration confers it to its members',
    facts: `${acme} user:olga MEMBER_OF group:acme/administrators
      group:acme/administrators HOLDS admin ON workspace:acme
      user:ann MEMBER_OF group:acme/developers`,
    expect: `
      user:olga permission.grant repository:acme/api -> ALLOW via group:acme/administrators
      user:ann permission.grant repository:acme/api -> DENY by level`,
  },
  {
    title: 'two_workspaces_are_apart',
    why: 'administration of one workspace says nothing about another',
    facts: `${acme} workspace:other CONTAINS project:other/X
      project:other/X CONTAINS repository:other/x
      user:olga HOLDS admin ON workspace:acme`,
    expect: `
      user:olga repository.admin repository:acme/api -> ALLOW
      user:olga repository.read repository:other/x -> DENY by level
      user:olga repository.admin ? -> repository:acme/api`,
  },
  {
    title: 'public_repository',
    why: 'public read is held by anybody; it is read and nothing more',
    facts: `${acme} anonymous: HOLDS read ON repository:acme/api
      user:ann IS User
      group:acme/dev IS Group`,
    expect: `
      anonymous: repository.read repository:acme/api -> ALLOW
      user:ann repository.read repository:acme/api -> ALLOW via anonymous:
      user:ann repository.write repository:acme/api -> DENY by level
      anonymous: repository.write repository:acme/api -> DENY by level
      ? repository.read repository:acme/api -> anonymous: group:acme/dev user:ann`,
  },
  {
    title: 'private_repository',
    why: 'without public read nobody without a grant reads',
    facts: `${acme} user:ann IS User`,
    expect: `
      anonymous: repository.read repository:acme/api -> DENY by level
      user:ann repository.read repository:acme/api -> DENY by level
      ? repository.read repository:acme/api -> `,
  },
  {
    title: 'own_grant_before_public',
    why: 'what is public is read by the public grant too, so a removed grant does not end reading',
    facts: `${acme} anonymous: HOLDS read ON repository:acme/api
      user:ann HOLDS read ON repository:acme/api`,
    expect: 'user:ann repository.read repository:acme/api -> ALLOW via anonymous:',
  },
  {
    title: 'outside_collaborator',
    why: 'somebody who is no member of the workspace holds what he was granted',
    facts: `${acme} user:eve HOLDS write ON repository:acme/api`,
    expect: `
      user:eve repository.write repository:acme/api -> ALLOW
      user:eve workspace.member workspace:acme -> DENY by level
      user:eve repository.write ? -> repository:acme/api`,
  },
  {
    title: 'service_user',
    why: 'a pseudo-user holds grants like a person',
    facts: `${acme} user:bot IS ServiceUser
      user:bot HOLDS write ON repository:acme/api`,
    expect: 'user:bot pipeline.run repository:acme/api -> ALLOW',
  },
  {
    title: 'inactive_user',
    why: 'who is inactive can do nothing, whatever he holds, and reads not even what is public as himself',
    facts: `${acme} user:gone IS User active=false
      user:gone HOLDS admin ON repository:acme/api
      anonymous: HOLDS read ON repository:acme/api
      user:here HOLDS admin ON repository:acme/api`,
    expect: `
      user:gone repository.read repository:acme/api -> DENY by inactive
      user:here repository.admin repository:acme/api -> ALLOW
      ? repository.admin repository:acme/api -> user:here`,
  },
  {
    title: 'content_of_a_repository',
    why: 'what lies in a repository is asked of the repository',
    facts: `${acme} repository:acme/api CONTAINS environment:acme/api#production
      environment:acme/api#production CONTAINS variable:acme/api#production/KEY
      user:ann HOLDS write ON repository:acme/api
      user:bob HOLDS admin ON project:acme/WEB`,
    expect: `
      user:ann environment.deploy environment:acme/api#production -> ALLOW
      user:ann variable.edit variable:acme/api#production/KEY -> DENY by level
      user:bob variable.edit variable:acme/api#production/KEY -> ALLOW via project:acme/WEB`,
  },
  {
    title: 'workspace_variable',
    why: 'a variable of the workspace is edited by its administrators, not by those of a repository',
    facts: `${acme} workspace:acme CONTAINS variable:acme#KEY
      user:ann HOLDS admin ON repository:acme/api
      user:olga HOLDS admin ON workspace:acme`,
    expect: `
      user:ann variable.edit variable:acme#KEY -> DENY by level
      user:olga variable.edit variable:acme#KEY -> ALLOW`,
  },
  {
    title: 'data_center_public_project',
    why: 'on Data Center public gives browsing to all and reading to those who are licensed',
    facts: `instance:corp CONTAINS project:corp/WEB
      project:corp/WEB CONTAINS repository:corp/WEB/api
      anonymous: HOLDS browse ON project:corp/WEB
      everyone:corp HOLDS read ON project:corp/WEB
      user:corp/ann MEMBER_OF everyone:corp`,
    expect: `
      anonymous: repository.read repository:corp/WEB/api -> ALLOW
      anonymous: pullrequest.create repository:corp/WEB/api -> DENY by level
      user:corp/ann pullrequest.create repository:corp/WEB/api -> ALLOW via everyone:corp
      user:corp/ann repository.write repository:corp/WEB/api -> DENY by level`,
  },
  {
    title: 'data_center_global_admin',
    why: 'a global administrator administers every project; a project creator none',
    facts: `instance:corp CONTAINS project:corp/WEB
      project:corp/WEB CONTAINS repository:corp/WEB/api
      user:corp/root HOLDS sys-admin ON instance:corp
      user:corp/pat HOLDS create-project ON instance:corp`,
    expect: `
      user:corp/root repository.admin repository:corp/WEB/api -> ALLOW via instance:corp
      user:corp/root instance.sys_admin instance:corp -> ALLOW
      user:corp/pat instance.create_project instance:corp -> ALLOW
      user:corp/pat project.read project:corp/WEB -> DENY by level`,
  },
];
