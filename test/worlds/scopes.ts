/** What each scope lets a credential do, alone and together with others, by family. Whoever holds them administers everything. */
import type { NamedWorld } from './world.ts';

const acme = `
workspace:acme CONTAINS project:acme/WEB
project:acme/WEB CONTAINS repository:acme/api
repository:acme/api CONTAINS variable:acme/api#KEY
repository:acme/api CONTAINS environment:acme/api#prod
repository:acme/api CONTAINS runner:acme/api#linux
user:ann HOLDS admin ON workspace:acme
`;

/** The scopes of one credential, what it can do, and what it cannot for want of scopes. */
type Held = readonly [scopes: string, can: readonly string[], cannot: readonly string[]];

const REPOSITORY = 'repository:acme/api';
const MAIN = 'branch:acme/api#main';
const WRITES = [`repository.write ${REPOSITORY}`, ...['push', 'force_push', 'delete', 'create'].map((verb) => `branch.${verb} ${MAIN}`)];
const PULLS = [`pullrequest.create ${REPOSITORY}`, `pullrequest.approve ${REPOSITORY}`, `branch.merge ${MAIN}`];
const ADMINISTERS = [
  `repository.admin ${REPOSITORY}`,
  `restriction.edit ${REPOSITORY}`,
  `pipeline.configure ${REPOSITORY}`,
  'project.create_repository project:acme/WEB',
];
const DEPLOYS = [`pipeline.run ${REPOSITORY}`, 'environment.deploy environment:acme/api#prod'];
const KEYS = [`deploykey.create ${REPOSITORY}`, 'deploykey.create project:acme/WEB'];
const GRANTS = [`permission.grant ${REPOSITORY}`, 'permission.grant project:acme/WEB', 'permission.grant workspace:acme'];

/** Of OAuth consumers and of access tokens. */
const BITBUCKET: readonly Held[] = [
  ['account', ['workspace.member workspace:acme'], ['workspace.admin workspace:acme']],
  ['project', ['project.read project:acme/WEB', `repository.read ${REPOSITORY}`], ['project.write project:acme/WEB', ...KEYS]],
  ['project:write', ['project.write project:acme/WEB', 'project.read project:acme/WEB', ...WRITES], ['project.admin project:acme/WEB']],
  [
    'project:admin',
    ['project.admin project:acme/WEB', 'workspace.create_project workspace:acme'],
    ['project.read project:acme/WEB', ...KEYS],
  ],
  ['repository', [`repository.read ${REPOSITORY}`], WRITES],
  ['repository:write', [...WRITES, `repository.read ${REPOSITORY}`], [...PULLS, ...ADMINISTERS]],
  [
    'repository:admin',
    [...ADMINISTERS, `repository.delete ${REPOSITORY}`],
    [`repository.read ${REPOSITORY}`, ...WRITES, ...KEYS, ...GRANTS],
  ],
  ['repository:delete', [`repository.delete ${REPOSITORY}`], [`repository.read ${REPOSITORY}`]],
  ['pullrequest', [`repository.read ${REPOSITORY}`], PULLS],
  ['pullrequest:write', [...PULLS, ...WRITES], ADMINISTERS],
  [
    'pipeline',
    [`pipeline.read ${REPOSITORY}`, 'variable.read variable:acme/api#KEY', 'environment.edit environment:acme/api#prod', ...DEPLOYS],
    ['variable.edit variable:acme/api#KEY', 'runner.use runner:acme/api#linux'],
  ],
  ['pipeline:write', ['runner.use runner:acme/api#linux', ...DEPLOYS], ['variable.edit variable:acme/api#KEY']],
  ['pipeline:variable', ['variable.edit variable:acme/api#KEY', 'variable.read variable:acme/api#KEY'], [`runner.register ${REPOSITORY}`]],
  ['runner:write', [`runner.register ${REPOSITORY}`, 'runner.register workspace:acme'], [`pipeline.read ${REPOSITORY}`]],
  ['webhook', [`webhook.create ${REPOSITORY}`, 'webhook.create workspace:acme'], [`repository.read ${REPOSITORY}`]],
];

const OAUTH: readonly Held[] = [
  ...BITBUCKET,
  ['repository repository:admin', [`deploykey.create ${REPOSITORY}`], ['deploykey.create project:acme/WEB', ...GRANTS]],
  ['project project:admin', ['deploykey.create project:acme/WEB'], [`deploykey.create ${REPOSITORY}`, ...GRANTS]],
];

const ACCESS_TOKEN: readonly Held[] = [...BITBUCKET, ['repository repository:admin project project:admin', [], [...KEYS, ...GRANTS]]];

const API_TOKEN: readonly Held[] = [
  ['read:workspace', ['workspace.member workspace:acme'], ['workspace.admin workspace:acme']],
  ['admin:workspace', ['workspace.admin workspace:acme'], ['workspace.member workspace:acme', ...GRANTS]],
  ['read:project', ['project.read project:acme/WEB'], [`repository.read ${REPOSITORY}`]],
  ['write:project', ['project.write project:acme/WEB'], ['workspace.create_project workspace:acme']],
  ['admin:project', ['project.admin project:acme/WEB', 'workspace.create_project workspace:acme'], [...KEYS, ...GRANTS]],
  ['read:repository', [`repository.read ${REPOSITORY}`], [...WRITES, ...ADMINISTERS]],
  ['write:repository', WRITES, [`repository.read ${REPOSITORY}`, ...PULLS]],
  ['admin:repository', ADMINISTERS, [`repository.delete ${REPOSITORY}`, ...KEYS, ...GRANTS, `webhook.create ${REPOSITORY}`]],
  ['delete:repository', [`repository.delete ${REPOSITORY}`], ADMINISTERS],
  ['read:pipeline', [`pipeline.read ${REPOSITORY}`, 'variable.read variable:acme/api#KEY'], DEPLOYS],
  ['write:pipeline', [], [...DEPLOYS, 'runner.use runner:acme/api#linux']],
  [
    'admin:pipeline',
    ['variable.edit variable:acme/api#KEY', 'environment.edit environment:acme/api#prod'],
    [`pipeline.configure ${REPOSITORY}`],
  ],
  ['write:pullrequest', [], PULLS],
  ['read:pullrequest', [], PULLS],
  ['read:pullrequest write:pullrequest', PULLS, WRITES],
  ['read:pipeline write:pipeline', [...DEPLOYS, 'runner.use runner:acme/api#linux'], ['variable.edit variable:acme/api#KEY']],
  ['write:runner', [], [`runner.register ${REPOSITORY}`]],
  ['read:runner write:runner', [`runner.register ${REPOSITORY}`, 'runner.register workspace:acme'], []],
  ['write:webhook', [], [`webhook.create ${REPOSITORY}`]],
  ['read:webhook write:webhook', [`webhook.create ${REPOSITORY}`, 'webhook.create workspace:acme'], []],
  ['write:permission', [], GRANTS],
  ['delete:permission admin:repository', [], GRANTS],
  ['write:permission admin:repository', [`permission.grant ${REPOSITORY}`], ['permission.grant project:acme/WEB', ...KEYS]],
  [
    'write:permission admin:project',
    ['permission.grant project:acme/WEB'],
    [`permission.grant ${REPOSITORY}`, 'permission.grant workspace:acme'],
  ],
  ['write:permission admin:workspace', ['permission.grant workspace:acme'], [`permission.grant ${REPOSITORY}`]],
  ['write:ssh-key admin:repository', [`deploykey.create ${REPOSITORY}`], ['deploykey.create project:acme/WEB']],
  ['write:ssh-key admin:project', ['deploykey.create project:acme/WEB'], [`deploykey.create ${REPOSITORY}`]],
];

interface Family {
  readonly rows: readonly Held[];
  readonly credential: (at: number) => string;
  /** What there is of a credential beside its scopes. */
  readonly facts: (credential: string) => string;
  readonly scope: (name: string) => string;
}

export const SCOPE_WORLDS: readonly NamedWorld[] = [
  {
    title: 'scopes_of_oauth_consumers',
    why: 'each scope of an OAuth consumer lets it do what the scope says and nothing else, however much its owner may',
    ...asked({ rows: OAUTH, credential: (at) => `consumer:acme#c${at}`, facts: ownedByAnn, scope: (name) => name }),
  },
  {
    title: 'scopes_of_access_tokens',
    why: 'an access token has the scopes of a consumer, and none lets it touch permissions or keys',
    ...asked({
      rows: ACCESS_TOKEN,
      credential: (at) => `token:acme#t${at}`,
      facts: (token) => `${token} IS AccessToken\n${token} HOLDS admin ON workspace:acme`,
      scope: (name) => name,
    }),
  },
  {
    title: 'scopes_of_api_tokens',
    why: 'a scope of an API token implies nothing but itself, and much needs several of them together',
    ...asked({
      rows: API_TOKEN,
      credential: (at) => `token:ann#t${at}`,
      facts: (token) => `${token} IS ApiToken\n${ownedByAnn(token)}`,
      scope: (name) => `${name}:bitbucket`,
    }),
  },
];

function ownedByAnn(credential: string): string {
  return `${credential} ACTS_AS user:ann`;
}

function asked({ rows, credential, facts, scope }: Family): Pick<NamedWorld, 'facts' | 'expect'> {
  const held = rows.map(([scopes], at) =>
    [facts(credential(at)), ...scopes.split(' ').map((name) => `${credential(at)} HAS_SCOPE scope:${scope(name)}`)].join('\n'),
  );
  const expected = rows.flatMap(([, can, cannot], at) => [
    ...can.map((question) => `${credential(at)} ${question} -> ALLOW`),
    ...cannot.map((question) => `${credential(at)} ${question} -> DENY by scope`),
  ]);
  return { facts: acme + held.join('\n'), expect: expected.join('\n') };
}
