/**
 * Permission levels: a partial order per kind of resource and flavor, and how a level passes between container and content.
 *
 * The `up` rows serve levels that nobody can be given (`grantable: false`); no action needs one yet.
 * `implies` lists direct implications on the same resource; the order is their reflexive and transitive closure.
 * INVARIANT: within one (flavor, kind), `code` is 0..7, unique, never changes: snapshots pack it into three bits.
 */
import { type Flavor, type Row, SOURCES } from './row.ts';

export interface LevelRow extends Row {
  readonly flavor: Flavor;
  readonly on: LeveledKind;
  readonly level: string;
  readonly code: number;
  readonly implies: readonly string[];
  /** Can be given to somebody, as against only follow from other levels. */
  readonly grantable: boolean;
  /** The upstream spelling. */
  readonly upstream: string;
}

/** The kinds of resource that have levels. */
export type LeveledKind = 'Workspace' | 'Instance' | 'Project' | 'Repository';

export const LEVELED_KINDS = ['Workspace', 'Instance', 'Project', 'Repository'] as const satisfies readonly LeveledKind[];

/** The id of a row of the level table, as proofs and permissions cite it. */
export function levelRowId(flavor: Flavor, on: string, level: string): string {
  return `levels/${flavor}/${on}/${level}`;
}

export const LEVELS = [
  { flavor: 'cloud', on: 'Workspace', level: 'member', code: 0, implies: [], grantable: true, upstream: 'member', doc: 'belongs to the workspace; gives nothing on its content', source: SOURCES.openapi, confidence: 'documented' },
  { flavor: 'cloud', on: 'Workspace', level: 'create-project', code: 1, implies: ['member'], grantable: true, upstream: 'create-project', doc: 'may create projects and repositories; also `collaborator`, its retired name', source: SOURCES.groups, confidence: 'documented' },
  { flavor: 'cloud', on: 'Workspace', level: 'admin', code: 2, implies: ['create-project'], grantable: true, upstream: 'owner', doc: 'administers the workspace and all that it contains', source: SOURCES.groups, confidence: 'documented' },
  { flavor: 'cloud', on: 'Project', level: 'read', code: 0, implies: [], grantable: true, upstream: 'read', doc: 'sees the project and reads its repositories', source: SOURCES.projects, confidence: 'documented' },
  { flavor: 'cloud', on: 'Project', level: 'write', code: 1, implies: ['read'], grantable: true, upstream: 'write', doc: 'writes to its repositories', source: SOURCES.projects, confidence: 'documented' },
  { flavor: 'cloud', on: 'Project', level: 'create-repo', code: 2, implies: ['write'], grantable: true, upstream: 'create-repo', doc: 'creates repositories in it', source: SOURCES.projects, confidence: 'documented' },
  { flavor: 'cloud', on: 'Project', level: 'admin', code: 3, implies: ['create-repo'], grantable: true, upstream: 'admin', doc: 'administers the project and its repositories', source: SOURCES.projects, confidence: 'documented' },
  { flavor: 'cloud', on: 'Repository', level: 'read', code: 0, implies: [], grantable: true, upstream: 'read', doc: 'views, clones, comments', source: SOURCES.grants, confidence: 'documented' },
  { flavor: 'cloud', on: 'Repository', level: 'write', code: 1, implies: ['read'], grantable: true, upstream: 'write', doc: 'pushes, merges, runs pipelines', source: SOURCES.grants, confidence: 'documented' },
  { flavor: 'cloud', on: 'Repository', level: 'admin', code: 2, implies: ['write'], grantable: true, upstream: 'admin', doc: 'changes settings, permissions, rules and keys', source: SOURCES.grants, confidence: 'documented' },

  { flavor: 'dc', on: 'Instance', level: 'licensed', code: 0, implies: [], grantable: true, upstream: 'LICENSED_USER', doc: 'may log in', source: SOURCES.dcDatabase, confidence: 'recorded' },
  { flavor: 'dc', on: 'Instance', level: 'create-project', code: 1, implies: ['licensed'], grantable: true, upstream: 'PROJECT_CREATE', doc: 'creates projects', source: SOURCES.dcPermissions, confidence: 'documented' },
  { flavor: 'dc', on: 'Instance', level: 'admin', code: 2, implies: ['create-project'], grantable: true, upstream: 'ADMIN', doc: 'administers every project and every user below system administrators', source: SOURCES.dcPermissions, confidence: 'documented' },
  { flavor: 'dc', on: 'Instance', level: 'sys-admin', code: 3, implies: ['admin'], grantable: true, upstream: 'SYS_ADMIN', doc: 'administers the installation', source: SOURCES.dcPermissions, confidence: 'documented' },
  { flavor: 'dc', on: 'Project', level: 'view', code: 0, implies: [], grantable: false, upstream: 'PROJECT_VIEW', doc: 'sees that the project exists', source: SOURCES.dcOpenapi, confidence: 'documented' },
  { flavor: 'dc', on: 'Project', level: 'browse', code: 1, implies: ['view'], grantable: true, upstream: '-', doc: 'what public access gives to those who are not logged in: view, clone, pull', source: SOURCES.dcPermissions, confidence: 'documented' },
  { flavor: 'dc', on: 'Project', level: 'read', code: 2, implies: ['browse'], grantable: true, upstream: 'PROJECT_READ', doc: 'reads its repositories', source: SOURCES.dcPermissions, confidence: 'documented' },
  { flavor: 'dc', on: 'Project', level: 'write', code: 3, implies: ['read'], grantable: true, upstream: 'PROJECT_WRITE', doc: 'writes to its repositories', source: SOURCES.dcPermissions, confidence: 'documented' },
  { flavor: 'dc', on: 'Project', level: 'create-repo', code: 4, implies: ['write'], grantable: true, upstream: 'REPO_CREATE', doc: 'creates repositories in it', source: SOURCES.dcPermissions, confidence: 'documented' },
  { flavor: 'dc', on: 'Project', level: 'admin', code: 5, implies: ['create-repo'], grantable: true, upstream: 'PROJECT_ADMIN', doc: 'administers the project and its repositories', source: SOURCES.dcPermissions, confidence: 'documented' },
  { flavor: 'dc', on: 'Repository', level: 'browse', code: 0, implies: [], grantable: true, upstream: '-', doc: 'what public access gives to those who are not logged in: view, clone, pull', source: SOURCES.dcPermissions, confidence: 'documented' },
  { flavor: 'dc', on: 'Repository', level: 'read', code: 1, implies: ['browse'], grantable: true, upstream: 'REPO_READ', doc: 'browses, forks, opens pull requests', source: SOURCES.dcPermissions, confidence: 'documented' },
  { flavor: 'dc', on: 'Repository', level: 'write', code: 2, implies: ['read'], grantable: true, upstream: 'REPO_WRITE', doc: 'pushes and merges', source: SOURCES.dcPermissions, confidence: 'documented' },
  { flavor: 'dc', on: 'Repository', level: 'admin', code: 3, implies: ['write'], grantable: true, upstream: 'REPO_ADMIN', doc: 'changes settings, permissions, rules and keys', source: SOURCES.dcPermissions, confidence: 'documented' },
] as const satisfies readonly LevelRow[];

export type Level = (typeof LEVELS)[number]['level'];

export interface InheritRow extends Row {
  readonly flavor: Flavor;
  /** down: a level on the container gives one on the content. up: a level on the content gives one on the container. */
  readonly way: 'down' | 'up';
  readonly from: readonly [LeveledKind, Level];
  readonly to: readonly [LeveledKind, Level];
}

/** How a level passes between a container and what lies directly in it. Longer ways are made of these. */
export const INHERIT = [
  { flavor: 'cloud', way: 'down', from: ['Workspace', 'admin'], to: ['Project', 'admin'], doc: 'workspace administration covers every project', source: SOURCES.groups, confidence: 'documented' },
  { flavor: 'cloud', way: 'down', from: ['Workspace', 'admin'], to: ['Repository', 'admin'], doc: 'workspace administration covers every repository', source: SOURCES.groups, confidence: 'documented' },
  { flavor: 'cloud', way: 'down', from: ['Project', 'read'], to: ['Repository', 'read'], doc: 'project readers read every repository of it', source: SOURCES.projects, confidence: 'documented' },
  { flavor: 'cloud', way: 'down', from: ['Project', 'write'], to: ['Repository', 'write'], doc: 'project writers write to every repository of it', source: SOURCES.projects, confidence: 'documented' },
  { flavor: 'cloud', way: 'down', from: ['Project', 'create-repo'], to: ['Repository', 'write'], doc: 'who may create repositories in a project writes to those it has', source: SOURCES.projects, confidence: 'documented' },
  { flavor: 'cloud', way: 'down', from: ['Project', 'admin'], to: ['Repository', 'admin'], doc: 'project administrators administer every repository of it', source: SOURCES.projects, confidence: 'documented' },

  { flavor: 'dc', way: 'down', from: ['Instance', 'admin'], to: ['Project', 'admin'], doc: 'global administrators administer every project', source: SOURCES.dcPermissions, confidence: 'documented' },
  { flavor: 'dc', way: 'down', from: ['Project', 'browse'], to: ['Repository', 'browse'], doc: 'a public project makes its repositories public', source: SOURCES.dcPermissions, confidence: 'documented' },
  { flavor: 'dc', way: 'down', from: ['Project', 'read'], to: ['Repository', 'read'], doc: 'PROJECT_READ implies REPO_READ on every repository of the project', source: SOURCES.dcPermissions, confidence: 'documented' },
  { flavor: 'dc', way: 'down', from: ['Project', 'write'], to: ['Repository', 'write'], doc: 'PROJECT_WRITE implies REPO_WRITE on every repository of the project', source: SOURCES.dcPermissions, confidence: 'documented' },
  { flavor: 'dc', way: 'down', from: ['Project', 'admin'], to: ['Repository', 'admin'], doc: 'PROJECT_ADMIN implies REPO_ADMIN on every repository of the project', source: SOURCES.dcPermissions, confidence: 'documented' },
  { flavor: 'dc', way: 'up', from: ['Repository', 'read'], to: ['Project', 'view'], doc: 'REPO_READ implies PROJECT_VIEW on its project', source: SOURCES.dcOpenapi, confidence: 'documented' },
] as const satisfies readonly InheritRow[];
