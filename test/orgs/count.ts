/**
 * How many (person, repository) pairs people hold at each level, counted from the YAML and TOML files themselves: no facts, no
 * engine, and nothing of `organisation.ts`. It goes from each repository down to people, as the engine does not.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { parse as parseToml } from 'smol-toml';
import { parse as parseYaml } from 'yaml';
import { SHARED_DATA } from '../support/shared-data.ts';

export type Counts = Record<'read' | 'write' | 'admin', number>;

interface Team {
  readonly members?: readonly string[] | null;
  readonly maintainers?: readonly string[] | null;
  readonly repos?: Readonly<Record<string, string>> | null;
  readonly teams?: Readonly<Record<string, Team | null>> | null;
}

interface Org extends Team {
  readonly admins?: readonly string[];
  readonly default_repository_permission?: string;
  readonly repos?: Readonly<Record<string, string>>;
}

const RANKS: Readonly<Record<string, number>> = { read: 1, triage: 1, write: 2, maintain: 2, admin: 3 };
const NAMES = ['read', 'write', 'admin'] as const;

/** What somebody has on one repository: the highest that was noted. */
class Ranks {
  readonly #by = new Map<string, number>();

  note(person: string, rank: number): void {
    this.#by.set(person, Math.max(rank, this.#by.get(person) ?? 0));
  }

  addTo(counts: Counts): void {
    for (const rank of this.#by.values()) {
      const name = NAMES[rank - 1];
      if (name !== undefined) counts[name] += 1;
    }
  }
}

/** By the name of the organisation. */
export function countFiles(): Map<string, Counts> {
  const kubernetes = new URL('orgs/kubernetes__org/config/', SHARED_DATA);
  const knative = new URL('orgs/knative__community/peribolos/', SHARED_DATA);
  const counted = new Map<string, Counts>();
  for (const name of readdirSync(kubernetes).filter((entry) => existsSync(new URL(`${entry}/org.yaml`, kubernetes)))) {
    const org = yaml<Org>(new URL(`${name}/org.yaml`, kubernetes));
    const parts = readdirSync(new URL(`${name}/`, kubernetes)).map((part) => new URL(`${name}/${part}/teams.yaml`, kubernetes));
    const teams = parts.filter((url) => existsSync(url)).map((url) => yaml<Team>(url).teams ?? {});
    counted.set(name, countOrg(org, Object.assign({}, org.teams, ...teams)));
  }
  for (const name of ['knative', 'knative-extensions']) {
    const org = yaml<{ orgs: Record<string, Org> }>(new URL(`${name}.yaml`, knative)).orgs[name] ?? {};
    counted.set(name, countOrg(org, org.teams ?? {}));
  }
  return counted.set('rust', countRust());
}

/** Everybody in a team is in the teams above it too; so what a team holds, all below it hold. */
function countOrg(org: Org, teams: Readonly<Record<string, Team | null>>): Counts {
  const byRepository = new Map(Object.keys(org.repos ?? {}).map((name) => [name, new Ranks()]));
  const visit = (team: Team | null): void => {
    for (const [name, level] of Object.entries(team?.repos ?? {})) {
      const ranks = byRepository.get(name) ?? new Ranks();
      byRepository.set(name, ranks);
      for (const person of everybodyIn(team)) ranks.note(person, RANKS[level] ?? 0);
    }
    for (const child of Object.values(team?.teams ?? {})) visit(child);
  };
  for (const team of Object.values(teams)) visit(team);
  const counts: Counts = { read: 0, write: 0, admin: 0 };
  for (const ranks of byRepository.values()) {
    for (const person of [...(org.members ?? []), ...(org.admins ?? [])])
      ranks.note(person, RANKS[org.default_repository_permission ?? ''] ?? 0);
    for (const person of org.admins ?? []) ranks.note(person, 3);
    ranks.addTo(counts);
  }
  return counts;
}

function everybodyIn(team: Team | null): string[] {
  const below = Object.values(team?.teams ?? {}).flatMap(everybodyIn);
  return [...(team?.members ?? []), ...(team?.maintainers ?? []), ...below];
}

interface RustPeople {
  readonly members?: readonly (string | { readonly github: string })[];
  readonly leads?: readonly string[];
  readonly 'included-teams'?: readonly string[];
}

/** Who is in an included team is in the team that includes it. A repository may name teams that have no file: they hold nobody. */
function countRust(): Counts {
  const root = new URL('orgs/rust-lang__team/', SHARED_DATA);
  const tables = (folder: URL) =>
    readdirSync(folder)
      .filter((name) => name.endsWith('.toml'))
      .map((name) => parseToml(readFileSync(new URL(name, folder), 'utf8')));
  const peopleOf = new Map(
    tables(new URL('teams/', root)).map((table) => [String(table['name']), table['people'] as unknown as RustPeople]),
  );
  const inTeam = (team: string, seen: readonly string[] = []): string[] => {
    const people = peopleOf.get(team);
    if (people === undefined || seen.includes(team)) return [];
    const own = (people.members ?? []).map((member) => (typeof member === 'string' ? member : member.github));
    return [...own, ...(people.leads ?? []), ...(people['included-teams'] ?? []).flatMap((other) => inTeam(other, [...seen, team]))];
  };
  const counts: Counts = { read: 0, write: 0, admin: 0 };
  for (const org of readdirSync(new URL('repos/', root))) {
    for (const table of tables(new URL(`repos/${org}/`, root))) {
      const access = table['access'] as { teams?: Record<string, string>; individuals?: Record<string, string> } | undefined;
      const ranks = new Ranks();
      for (const [team, level] of Object.entries(access?.teams ?? {}))
        for (const person of inTeam(team)) ranks.note(person, RANKS[level] ?? 0);
      for (const [person, level] of Object.entries(access?.individuals ?? {})) ranks.note(person, RANKS[level] ?? 0);
      ranks.addTo(counts);
    }
  }
  return counts;
}

function yaml<T>(url: URL): T {
  return parseYaml(readFileSync(url, 'utf8')) as T;
}
