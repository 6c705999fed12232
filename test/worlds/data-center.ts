/** Data Center: its levels, its public access, its credentials. */
import type { NamedWorld } from './world.ts';

const corp = `
instance:corp CONTAINS project:corp/WEB
project:corp/WEB CONTAINS repository:corp/WEB/api
`;

export const DATA_CENTER_WORLDS: readonly NamedWorld[] = [
  {
    title: 'data_center_repository_levels',
    why: 'a reader forks, opens and approves pull requests; browsing does none of that, writing does not administer',
    facts: `${corp} user:corp/bea HOLDS browse ON repository:corp/WEB/api
      user:corp/rea HOLDS read ON repository:corp/WEB/api
      user:corp/wes HOLDS write ON repository:corp/WEB/api
      user:corp/ada HOLDS admin ON repository:corp/WEB/api`,
    expect: `
      user:corp/bea repository.read repository:corp/WEB/api -> ALLOW
      user:corp/bea pullrequest.create repository:corp/WEB/api -> DENY by level
      user:corp/rea pullrequest.create repository:corp/WEB/api -> ALLOW
      user:corp/rea pullrequest.approve repository:corp/WEB/api -> ALLOW
      user:corp/rea repository.write repository:corp/WEB/api -> DENY by level
      user:corp/wes branch.push branch:corp/WEB/api#main -> ALLOW
      user:corp/wes repository.admin repository:corp/WEB/api -> DENY by level
      user:corp/ada repository.admin repository:corp/WEB/api -> ALLOW
      user:corp/ada webhook.create repository:corp/WEB/api -> ALLOW
      user:corp/ada project.read project:corp/WEB -> DENY by level`,
  },
  {
    title: 'data_center_project_levels',
    why: 'project levels pass down by name; who may create repositories also writes to them',
    facts: `${corp} user:corp/rea HOLDS read ON project:corp/WEB
      user:corp/wes HOLDS write ON project:corp/WEB
      user:corp/cat HOLDS create-repo ON project:corp/WEB
      user:corp/ada HOLDS admin ON project:corp/WEB`,
    expect: `
      user:corp/rea pullrequest.create repository:corp/WEB/api -> ALLOW via project:corp/WEB
      user:corp/rea project.write project:corp/WEB -> DENY by level
      user:corp/wes repository.write repository:corp/WEB/api -> ALLOW via project:corp/WEB
      user:corp/wes project.create_repository project:corp/WEB -> DENY by level
      user:corp/cat project.create_repository project:corp/WEB -> ALLOW
      user:corp/cat repository.write repository:corp/WEB/api -> ALLOW via project:corp/WEB
      user:corp/cat repository.admin repository:corp/WEB/api -> DENY by level
      user:corp/ada repository.admin repository:corp/WEB/api -> ALLOW via project:corp/WEB
      user:corp/ada webhook.create project:corp/WEB -> ALLOW`,
  },
  {
    title: 'data_center_instance_levels',
    why: 'the four global permissions are a chain; only administration reaches into projects',
    facts: `${corp} user:corp/lea HOLDS licensed ON instance:corp
      user:corp/pat HOLDS create-project ON instance:corp
      user:corp/ada HOLDS admin ON instance:corp
      user:corp/sys HOLDS sys-admin ON instance:corp
      user:corp/out IS User`,
    expect: `
      user:corp/lea instance.login instance:corp -> ALLOW
      user:corp/out instance.login instance:corp -> DENY by level
      user:corp/lea instance.create_project instance:corp -> DENY by level
      user:corp/pat instance.create_project instance:corp -> ALLOW
      user:corp/pat instance.admin instance:corp -> DENY by level
      user:corp/ada instance.admin instance:corp -> ALLOW
      user:corp/ada instance.sys_admin instance:corp -> DENY by level
      user:corp/sys instance.sys_admin instance:corp -> ALLOW
      user:corp/ada repository.admin repository:corp/WEB/api -> ALLOW via instance:corp
      user:corp/pat repository.read repository:corp/WEB/api -> DENY by level
      user:corp/ada permission.grant instance:corp -> ALLOW`,
  },
  {
    title: 'data_center_public_repository',
    why: 'one public repository is browsed by all and read by those who are licensed; the next one is not',
    facts: `${corp} project:corp/WEB CONTAINS repository:corp/WEB/site
      anonymous: HOLDS browse ON repository:corp/WEB/api
      everyone:corp HOLDS read ON repository:corp/WEB/api
      user:corp/ann MEMBER_OF everyone:corp
      user:corp/out IS User`,
    expect: `
      anonymous: repository.read repository:corp/WEB/api -> ALLOW
      user:corp/out pullrequest.create repository:corp/WEB/api -> DENY by level
      user:corp/ann pullrequest.create repository:corp/WEB/api -> ALLOW via everyone:corp
      user:corp/ann repository.read repository:corp/WEB/site -> DENY by level
      ? pullrequest.create repository:corp/WEB/api -> everyone:corp user:corp/ann`,
  },
  {
    title: 'data_center_access_key',
    why: 'an access key holds what it was given and does over Git alone what that lets it',
    facts: `${corp} deploykey:corp/WEB/api#rw IS AccessKey
      deploykey:corp/WEB/api#rw HOLDS write ON repository:corp/WEB/api
      deploykey:corp/WEB/api#ro IS AccessKey
      deploykey:corp/WEB/api#ro HOLDS read ON repository:corp/WEB/api`,
    expect: `
      deploykey:corp/WEB/api#rw branch.push branch:corp/WEB/api#main -> ALLOW
      deploykey:corp/WEB/api#rw pullrequest.create repository:corp/WEB/api -> DENY by scope
      deploykey:corp/WEB/api#ro repository.read repository:corp/WEB/api -> ALLOW
      deploykey:corp/WEB/api#ro branch.push branch:corp/WEB/api#main -> DENY by level`,
  },
  {
    title: 'data_center_listed_key',
    why: 'an access key can be in an exempt list, and a rule stops the one that is not',
    facts: `${corp} deploykey:corp/WEB/api#in IS AccessKey
      deploykey:corp/WEB/api#in HOLDS write ON repository:corp/WEB/api
      deploykey:corp/WEB/api#out IS AccessKey
      deploykey:corp/WEB/api#out HOLDS write ON repository:corp/WEB/api
      restriction:corp/WEB/api#1 RESTRICTS push ON repository:corp/WEB/api glob=main
      restriction:corp/WEB/api#1 EXEMPTS deploykey:corp/WEB/api#in`,
    expect: `
      deploykey:corp/WEB/api#in branch.push branch:corp/WEB/api#main -> ALLOW via restriction:corp/WEB/api#1
      deploykey:corp/WEB/api#out branch.push branch:corp/WEB/api#main -> DENY by restriction:corp/WEB/api#1`,
  },
  {
    title: 'application_link',
    why: 'a trusted application can do what the users can that it acts as, without a cap by scopes',
    facts: `${corp} applink:corp#ci ACTS_AS user:corp/ann
      applink:corp#ci ACTS_AS user:corp/bob
      user:corp/ann HOLDS write ON repository:corp/WEB/api
      user:corp/bob HOLDS admin ON project:corp/WEB
      applink:corp#idle IS ApplicationLink`,
    expect: `
      applink:corp#ci repository.write repository:corp/WEB/api -> ALLOW via user:corp/ann
      applink:corp#ci project.admin project:corp/WEB -> ALLOW via user:corp/bob
      applink:corp#ci instance.admin instance:corp -> DENY by level
      applink:corp#idle repository.read repository:corp/WEB/api -> DENY by level`,
  },
  {
    title: 'two_instances_are_apart',
    why: 'a global administrator of one instance is nobody on another',
    facts: `${corp} instance:lab CONTAINS project:lab/X
      project:lab/X CONTAINS repository:lab/X/x
      user:corp/ada HOLDS sys-admin ON instance:corp`,
    expect: `
      user:corp/ada repository.admin repository:corp/WEB/api -> ALLOW
      user:corp/ada repository.read repository:lab/X/x -> DENY by level
      user:corp/ada instance.login instance:lab -> DENY by level`,
  },
];
