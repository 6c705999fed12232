/**
 * Real organisations as facts: their published permission configuration, with GitHub's words put into ours.
 *
 * An organisation is a workspace with one project; a team is a group, a child team a member of its parent; `triage` reads,
 * `maintain` writes. Logins are pseudonymised by their order: no name of a person leaves this file.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { parse as parseToml } from 'smol-toml';
import { parse as parseYaml } from 'yaml';
import type { EdgeFact, NodeFact, World } from '../../graph/fact.ts';
import { plainNode } from '../../graph/notation.ts';
import { SHARED_DATA } from '../support/shared-data.ts';

export type OrgLevel = 'read' | 'write' | 'admin';

/** What the configuration says, before it is facts: the independent count starts here too. */
export interface Organisation {
  readonly name: string;
  readonly admins: readonly string[];
  readonly members: readonly string[];
  /** What every member of the organisation has on every repository. */
  readonly everybody: OrgLevel | null;
  readonly repositories: readonly string[];
  readonly teams: ReadonlyMap<string, { readonly people: readonly string[]; readonly parents: readonly string[] }>;
  readonly grants: readonly {
    readonly holder: { readonly team: string } | { readonly person: string };
    readonly repository: string;
    readonly level: OrgLevel;
  }[];
}

const LEVELS: Readonly<Record<string, OrgLevel>> = { read: 'read', triage: 'read', write: 'write', maintain: 'write', admin: 'admin' };

interface PeribolosTeam {
  readonly members?: readonly string[] | null;
  readonly maintainers?: readonly string[] | null;
  readonly repos?: Readonly<Record<string, string>> | null;
  readonly teams?: Readonly<Record<string, PeribolosTeam>> | null;
}

interface PeribolosOrg {
  readonly admins?: readonly string[];
  readonly members?: readonly string[];
  readonly default_repository_permission?: string;
  readonly repos?: Readonly<Record<string, unknown>>;
  readonly teams?: Readonly<Record<string, PeribolosTeam>>;
}

/** Each organisation of kubernetes: a folder with `org.yaml` and a file of teams for each group of people. */
export function readKubernetes(): Organisation[] {
  const root = new URL('orgs/kubernetes__org/config/', SHARED_DATA);
  return folders(root).map((name) => {
    const folder = new URL(`${name}/`, root);
    const org = readYaml<PeribolosOrg>(new URL('org.yaml', folder));
    const teams = Object.assign(
      {},
      org.teams,
      ...folders(folder).map((part) => readYaml<PeribolosOrg>(new URL(`${part}/teams.yaml`, folder)).teams ?? {}),
    );
    return fromPeribolos(name, { ...org, teams });
  });
}

export function readKnative(): Organisation[] {
  return ['knative', 'knative-extensions'].map((name) => {
    const { orgs } = readYaml<{ orgs: Record<string, PeribolosOrg> }>(
      new URL(`orgs/knative__community/peribolos/${name}.yaml`, SHARED_DATA),
    );
    return fromPeribolos(name, orgs[name] ?? {});
  });
}

interface RustTeam {
  readonly name: string;
  readonly people: {
    readonly members?: readonly (string | { github: string })[];
    readonly leads?: readonly string[];
    readonly 'included-teams'?: readonly string[];
  };
}

interface RustRepo {
  readonly org: string;
  readonly name: string;
  readonly access?: { readonly teams?: Readonly<Record<string, string>>; readonly individuals?: Readonly<Record<string, string>> };
}

export function readRust(): Organisation[] {
  const root = new URL('orgs/rust-lang__team/', SHARED_DATA);
  const teams = tomlFiles(new URL('teams/', root)).map((url) => readToml<RustTeam>(url));
  const repos = folders(new URL('repos/', root)).flatMap((org) =>
    tomlFiles(new URL(`repos/${org}/`, root)).map((url) => readToml<RustRepo>(url)),
  );
  const parents = new Map(
    teams.map(({ name }) => [name, teams.filter((other) => other.people['included-teams']?.includes(name)).map((other) => other.name)]),
  );
  const login = (member: string | { github: string }) => (typeof member === 'string' ? member : member.github);
  const known = new Set(teams.map(({ name }) => name));
  const grants = repos.flatMap((repo) => {
    const repository = `${repo.org}/${repo.name}`;
    const byTeam = Object.entries(repo.access?.teams ?? {}).filter(([team]) => known.has(team));
    const byPerson = Object.entries(repo.access?.individuals ?? {});
    return [
      ...byTeam.map(([team, level]) => ({ holder: { team }, repository, level: LEVELS[level] ?? 'read' })),
      ...byPerson.map(([person, level]) => ({ holder: { person }, repository, level: LEVELS[level] ?? 'read' })),
    ];
  });
  const people = teams.map(
    ({ name, people: { members = [], leads = [] } }) =>
      [name, { people: [...new Set([...members.map(login), ...leads])], parents: parents.get(name) ?? [] }] as const,
  );
  return [
    {
      name: 'rust',
      admins: [],
      members: [],
      everybody: null,
      repositories: [...new Set(repos.map((repo) => `${repo.org}/${repo.name}`))],
      teams: new Map(people),
      grants,
    },
  ];
}

/** The organisation as facts. People are `user:p0`, `user:p1`, ... in the order of `people`. */
export function worldOf(org: Organisation): World {
  const [workspace, project, everybody] = [`workspace:${org.name}`, `project:${org.name}/ALL`, `group:${org.name}/everybody`];
  const number = new Map(peopleOf(org).map((login, index) => [login, `user:p${index}`]));
  const person = (login: string) => number.get(login) ?? '';
  const team = (name: string) => `group:${org.name}/${name.replaceAll(' ', '-')}`;
  const repository = (name: string) => `repository:${org.name}/${name.replace('/', '.')}`;
  const edge = (from: string, kind: EdgeFact['kind'], to: string, word = ''): EdgeFact => ({
    type: 'edge',
    kind,
    from,
    to,
    word,
    props: {},
  });
  const edges = [
    edge(workspace, 'CONTAINS', project),
    ...org.repositories.map((name) => edge(project, 'CONTAINS', repository(name))),
    ...org.admins.map((login) => edge(person(login), 'HOLDS', workspace, 'admin')),
    ...(org.everybody === null ? [] : [edge(everybody, 'HOLDS', project, org.everybody)]),
    ...[...org.admins, ...org.members].map((login) => edge(person(login), 'MEMBER_OF', everybody)),
    ...[...org.teams].flatMap(([name, { people, parents }]) => [
      ...people.map((login) => edge(person(login), 'MEMBER_OF', team(name))),
      ...parents.map((parent) => edge(team(name), 'MEMBER_OF', team(parent))),
    ]),
    ...org.grants.map(({ holder, repository: name, level }) =>
      edge('team' in holder ? team(holder.team) : person(holder.person), 'HOLDS', repository(name), level),
    ),
  ];
  const distinct = [...new Map(edges.map((each) => [`${each.from} ${each.kind} ${each.word} ${each.to}`, each])).values()];
  const keys = new Set([...distinct.flatMap(({ from, to }) => [from, to]), ...number.values()]);
  return { nodes: [...keys].map((key) => plainNode(key)).filter((node): node is NodeFact => node !== null), edges: distinct, gaps: [] };
}

export function peopleOf(org: Organisation): string[] {
  const direct = org.grants.flatMap(({ holder }) => ('person' in holder ? [holder.person] : []));
  return [...new Set([...org.admins, ...org.members, ...[...org.teams.values()].flatMap(({ people }) => people), ...direct])].sort();
}

function fromPeribolos(name: string, org: PeribolosOrg): Organisation {
  const teams = new Map<string, { people: string[]; parents: string[] }>();
  const grants: Organisation['grants'][number][] = [];
  const visit = (team: string, { members, maintainers, repos, teams: children }: PeribolosTeam, parents: string[]) => {
    teams.set(team, { people: [...new Set([...(members ?? []), ...(maintainers ?? [])])], parents });
    for (const [repository, level] of Object.entries(repos ?? {}))
      grants.push({ holder: { team }, repository, level: LEVELS[level] ?? 'read' });
    for (const [child, body] of Object.entries(children ?? {})) visit(child, body ?? {}, [team]);
  };
  for (const [team, body] of Object.entries(org.teams ?? {})) visit(team, body ?? {}, []);
  const repositories = [...new Set([...Object.keys(org.repos ?? {}), ...grants.map(({ repository }) => repository)])];
  return {
    name,
    admins: org.admins ?? [],
    members: org.members ?? [],
    everybody: LEVELS[org.default_repository_permission ?? ''] ?? null,
    repositories,
    teams,
    grants,
  };
}

function folders(url: URL): string[] {
  return readdirSync(url, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}

function tomlFiles(url: URL): URL[] {
  return readdirSync(url)
    .filter((name) => name.endsWith('.toml'))
    .sort()
    .map((name) => new URL(name, url));
}

function readYaml<T>(url: URL): T {
  return parseYaml(readFileSync(url, 'utf8')) as T;
}

function readToml<T>(url: URL): T {
  return parseToml(readFileSync(url, 'utf8')) as T;
}
