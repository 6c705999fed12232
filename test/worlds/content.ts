/** What lies in repositories, projects and workspaces, and the level that each action on it needs. */
import type { NamedWorld } from './world.ts';

const acme = `
workspace:acme CONTAINS project:acme/WEB
project:acme/WEB CONTAINS repository:acme/api
user:reader HOLDS read ON repository:acme/api
user:writer HOLDS write ON repository:acme/api
user:admin HOLDS admin ON repository:acme/api
`;

export const CONTENT_WORLDS: readonly NamedWorld[] = [
  {
    title: 'pull_requests',
    why: 'to open and to approve a pull request takes write',
    facts: acme,
    expect: `
      user:reader pullrequest.create repository:acme/api -> DENY by level
      user:reader pullrequest.approve repository:acme/api -> DENY by level
      user:writer pullrequest.create repository:acme/api -> ALLOW
      user:writer pullrequest.approve repository:acme/api -> ALLOW
      anonymous: pullrequest.create repository:acme/api -> DENY by level`,
  },
  {
    title: 'delete_a_repository',
    why: 'only an administrator deletes',
    facts: acme,
    expect: `
      user:reader repository.delete repository:acme/api -> DENY by level
      user:writer repository.delete repository:acme/api -> DENY by level
      user:admin repository.delete repository:acme/api -> ALLOW`,
  },
  {
    title: 'pipelines',
    why: 'a reader sees pipelines, a writer runs them, an administrator switches them',
    facts: `${acme} repository:acme/api CONTAINS pipeline:acme/api`,
    expect: `
      user:reader pipeline.read pipeline:acme/api -> ALLOW
      anonymous: pipeline.read pipeline:acme/api -> DENY by level
      user:reader pipeline.run pipeline:acme/api -> DENY by level
      user:writer pipeline.run pipeline:acme/api -> ALLOW
      user:writer pipeline.configure pipeline:acme/api -> DENY by level
      user:admin pipeline.configure pipeline:acme/api -> ALLOW
      user:writer pipeline.run ? -> pipeline:acme/api repository:acme/api
      ? pipeline.configure repository:acme/api -> user:admin`,
  },
  {
    title: 'variables',
    why: 'variables are read and edited by administrators, not by those who run the pipeline',
    facts: `${acme} repository:acme/api CONTAINS variable:acme/api#TOKEN`,
    expect: `
      user:writer variable.read variable:acme/api#TOKEN -> DENY by level
      user:admin variable.read variable:acme/api#TOKEN -> ALLOW
      user:writer variable.edit variable:acme/api#TOKEN -> DENY by level
      user:admin variable.edit variable:acme/api#TOKEN -> ALLOW`,
  },
  {
    title: 'environments',
    why: 'a writer deploys, an administrator changes the environment',
    facts: `${acme} repository:acme/api CONTAINS environment:acme/api#production`,
    expect: `
      user:reader environment.deploy environment:acme/api#production -> DENY by level
      user:writer environment.deploy environment:acme/api#production -> ALLOW
      user:writer environment.edit environment:acme/api#production -> DENY by level
      user:admin environment.edit environment:acme/api#production -> ALLOW`,
  },
  {
    title: 'runners',
    why: 'a writer has steps run on a runner of the repository; registering one takes its administration, or that of the workspace',
    facts: `${acme} repository:acme/api CONTAINS runner:acme/api#linux
      user:olga HOLDS admin ON workspace:acme`,
    expect: `
      user:reader runner.use runner:acme/api#linux -> DENY by level
      user:writer runner.use runner:acme/api#linux -> ALLOW
      user:writer runner.register repository:acme/api -> DENY by level
      user:admin runner.register repository:acme/api -> ALLOW
      user:admin runner.register workspace:acme -> DENY by level
      user:olga runner.register workspace:acme -> ALLOW`,
  },
  {
    title: 'what_a_pipeline_runs',
    why: 'what a step of a definition runs, and where it deploys, gives nobody a permission and takes none',
    facts: `${acme} repository:acme/api CONTAINS branch:acme/api#main
      repository:acme/api CONTAINS environment:acme/api#production
      environment:acme/api#production IS Environment environmentType=Production
      branch:acme/api#main CONTAINS definition:acme/api#main
      definition:acme/api#main IS Definition parsed=true
      definition:acme/api#main CONTAINS step:acme/api#main/default:1
      definition:acme/api#main CONTAINS step:acme/api#main/default:2
      step:acme/api#main/default:1 IS PipelineStep selector=default position=1 manual=false held=false
      step:acme/api#main/default:2 IS PipelineStep selector=default position=2 manual=true held=false
      image:node:22 IS Image pin=floating pinned=false
      pipe:atlassian/aws-s3-deploy:1.6.1 IS Pipe pin=version pinned=true
      step:acme/api#main/default:1 USES image:node:22
      step:acme/api#main/default:1 USES pipe:atlassian/aws-s3-deploy:1.6.1
      step:acme/api#main/default:1 DEPLOYS_TO environment:acme/api#production
      step:acme/api#main/default:2 DEPLOYS_TO environment:acme/api#production
      repository:acme/api CONTAINS branch:acme/api#odd
      branch:acme/api#odd CONTAINS definition:acme/api#odd
      definition:acme/api#odd IS Definition parsed=false problem=syntax`,
    expect: `
      user:writer environment.deploy environment:acme/api#production -> ALLOW
      user:reader environment.deploy environment:acme/api#production -> DENY by level
      user:writer branch.push branch:acme/api#main -> ALLOW`,
  },
  {
    title: 'keys_and_hooks',
    why: 'keys and webhooks outlive who made them; to make one takes administration',
    facts: `${acme} user:pat HOLDS admin ON project:acme/WEB
      user:olga HOLDS admin ON workspace:acme`,
    expect: `
      user:writer deploykey.create repository:acme/api -> DENY by level
      user:admin deploykey.create repository:acme/api -> ALLOW
      user:admin deploykey.create project:acme/WEB -> DENY by level
      user:pat deploykey.create project:acme/WEB -> ALLOW
      user:writer webhook.create repository:acme/api -> DENY by level
      user:admin webhook.create repository:acme/api -> ALLOW
      user:pat webhook.create workspace:acme -> DENY by level
      user:olga webhook.create workspace:acme -> ALLOW`,
  },
  {
    title: 'project_levels_in_order',
    why: 'each level of a project includes the ones before it and none after',
    facts: `${acme} user:pr HOLDS read ON project:acme/WEB
      user:pw HOLDS write ON project:acme/WEB
      user:pc HOLDS create-repo ON project:acme/WEB
      user:pa HOLDS admin ON project:acme/WEB`,
    expect: `
      user:pr project.write project:acme/WEB -> DENY by level
      user:pw project.write project:acme/WEB -> ALLOW
      user:pw project.create_repository project:acme/WEB -> DENY by level
      user:pc project.write project:acme/WEB -> ALLOW
      user:pc project.admin project:acme/WEB -> DENY by level
      user:pa project.create_repository project:acme/WEB -> ALLOW
      user:pa project.admin project:acme/WEB -> ALLOW
      ? project.write project:acme/WEB -> user:pw user:pc user:pa`,
  },
  {
    title: 'repository_without_a_project',
    why: 'workspace administration reaches a repository that lies in the workspace itself; project grants do not',
    facts: `${acme} workspace:acme CONTAINS repository:acme/loose
      user:olga HOLDS admin ON workspace:acme
      user:pat HOLDS admin ON project:acme/WEB`,
    expect: `
      user:olga repository.admin repository:acme/loose -> ALLOW via workspace:acme
      user:pat repository.admin repository:acme/loose -> DENY by level
      user:pat repository.admin repository:acme/api -> ALLOW`,
  },
  {
    title: 'rule_as_a_resource',
    why: 'a rule is edited by the administrators of its repository, whoever it exempts',
    facts: `${acme} restriction:acme/api#1 RESTRICTS push ON repository:acme/api glob=main
      restriction:acme/api#1 EXEMPTS user:writer`,
    expect: `
      user:admin restriction.edit restriction:acme/api#1 -> ALLOW
      user:writer restriction.edit restriction:acme/api#1 -> DENY by level
      ? restriction.edit restriction:acme/api#1 -> user:admin`,
  },
  {
    title: 'who_gives_permissions',
    why: 'permissions are given by the administrators of the resource itself or of what contains it',
    facts: `${acme} user:pat HOLDS admin ON project:acme/WEB
      user:olga HOLDS admin ON workspace:acme`,
    expect: `
      user:admin permission.grant repository:acme/api -> ALLOW
      user:admin permission.grant project:acme/WEB -> DENY by level
      user:pat permission.grant project:acme/WEB -> ALLOW
      user:pat permission.grant workspace:acme -> DENY by level
      user:olga permission.grant workspace:acme -> ALLOW
      ? permission.grant repository:acme/api -> user:admin user:pat user:olga`,
  },
];
