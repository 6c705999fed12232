/**
 * The rows of saved questions by the definitional engine: those that ask who can, and what can. Nodes are keys here.
 */

import type { Target } from '../../graph/decision.ts';
import { encodeKeyPart, type NodeKey, refPath } from '../../graph/fact.ts';
import type { Action } from '../../graph/model/actions.ts';
import type { NodeKind } from '../../graph/model/node-kinds.ts';
import { isAskable } from '../../graph/model/node-kinds.ts';
import { restrictionsOf } from '../../graph/model/restrictions.ts';
import { decide } from '../../graph/spec/decide.ts';
import type { Known } from '../../graph/spec/known.ts';
import { holders } from '../../graph/spec/level.ts';
import { whatCan, whoCan } from '../../graph/spec/lists.ts';
import { witnessesOfAnyLevel } from '../../graph/spec/prove.ts';
import { bindingRules } from '../../graph/spec/rules.ts';
import type { Cell } from '../../queries/saved-question.ts';

export type Values = Readonly<Record<string, string | number>>;
export type Expected = (known: Known, values: Values) => readonly (readonly Cell[])[];

const now = () => Date.now();
const people = ['User', 'ServiceUser'] as const satisfies readonly NodeKind[];

/** Keys of nodes of these kinds. */
export function ofKinds(known: Known, ...kinds: readonly NodeKind[]): NodeKey[] {
  return [...known.nodes.values()].flatMap((node) => (kinds.includes(node.kind) ? [node.key] : []));
}

/** A resource, or a branch by its key. */
export function targetOf(known: Known, key: NodeKey): Target {
  const kind = known.kindOf(key) as NodeKind;
  if (kind !== 'Branch') return { kind, key, branch: null };
  const [repository = '', name = ''] = refPath(key).split('#');
  return { kind, key: `repository:${repository}`, branch: decodeURIComponent(name) };
}

export function everybody(known: Known, action: Action, key: NodeKey, kinds?: readonly NodeKind[]): NodeKey[] {
  return whoCan(known, action, targetOf(known, key), now(), kinds === undefined ? {} : { kinds }).entries.map((entry) => entry.key);
}

export function everything(known: Known, action: Action, identity: NodeKey, kinds?: readonly NodeKind[]): NodeKey[] {
  return whatCan(known, identity, action, now(), kinds === undefined ? {} : { kinds }).entries.map(({ target }) => target.key);
}

const who =
  (action: Action, parameter: string): Expected =>
  (known, values) =>
    everybody(known, action, String(values[parameter])).map((key) => [key]);
const within =
  (kind: NodeKind, action: Action): Expected =>
  (known, { repository }) =>
    known
      .edges('CONTAINS', 'optimistic')
      .filter(({ from, to }) => from === repository && known.kindOf(to) === kind)
      .flatMap(({ to }) => everybody(known, action, to).map((identity) => [to, identity]));
const all =
  (kind: NodeKind, action: Action, kinds?: readonly NodeKind[]): Expected =>
  (known) =>
    ofKinds(known, kind).flatMap((key) => everybody(known, action, key, kinds).map((identity) => [key, identity]));

/** Written out: the tables are what is tested. */
export const CREDENTIALS = [
  'ApiToken',
  'AccessToken',
  'OAuthConsumer',
  'DeployKey',
  'AccessKey',
  'SshKey',
  'ApplicationLink',
  'OidcIdentity',
] as const;

export const EXPECTED_LISTS: Readonly<Record<string, Expected>> = {
  'who-can-push': who('branch.push', 'branch'),
  'who-can-force-push': who('branch.force_push', 'branch'),
  'who-can-merge': who('branch.merge', 'branch'),
  'who-can-delete-branch': who('branch.delete', 'branch'),
  'who-can-deploy': within('Environment', 'environment.deploy'),
  'who-can-edit-variables': within('Variable', 'variable.edit'),
  'who-can-run-pipelines': who('pipeline.run', 'repository'),
  'who-can-edit-restrictions': who('restriction.edit', 'repository'),
  'who-can-grant': who('permission.grant', 'repository'),
  'who-can-add-keys': who('deploykey.create', 'repository'),
  'who-can': (known, { action, resource }) => everybody(known, action as Action, String(resource)).map((key) => [key]),
  'what-can': (known, { action, identity }) =>
    everything(known, action as Action, String(identity), ['Repository', 'Project', 'Workspace', 'Instance']).map((key) => [key]),
  check: (known, { identity, action, resource }) => [
    [
      decide(known, { identity: String(identity), action: action as Action, target: targetOf(known, String(resource)) }, now()).verdict ===
        'ALLOW',
    ],
  ],
  'exempt-from-push-rules': (known, { branch }) => {
    const { key, branch: name } = targetOf(known, String(branch));
    const bound = bindingRules(known, key, name ?? '').some(({ kind }) => restrictionsOf('branch.push').includes(kind));
    return bound ? everybody(known, 'branch.push', String(branch)).map((identity) => [identity]) : [];
  },
  'default-branch-pushers': (known) =>
    ofKinds(known, 'Repository').flatMap((repository) => {
      const name = known.nodes.get(repository)?.props['mainBranch'];
      const branch = `branch:${refPath(repository)}#${encodeKeyPart(String(name))}`;
      return typeof name === 'string' ? everybody(known, 'branch.push', branch).map((identity) => [repository, branch, identity]) : [];
    }),
  'repository-admins': all('Repository', 'repository.admin'),
  'workspace-admins': all('Workspace', 'workspace.admin'),
  'project-admins': all('Project', 'project.admin'),
  'default-write-projects': all('Project', 'project.write', ['Everyone', 'Anonymous']),
  'orphan-repositories': (known) =>
    ofKinds(known, 'Repository').flatMap((key) => (everybody(known, 'repository.admin', key, ['User']).length === 0 ? [[key]] : [])),
  'sole-admins': (known) =>
    ofKinds(known, 'Repository').flatMap((key) => {
      const admins = everybody(known, 'repository.admin', key, ['User']);
      return admins.length === 1 ? [[key, admins[0] ?? '']] : [];
    }),
  'public-repositories': (known) => everything(known, 'repository.read', 'anonymous:').map((key) => [key]),
  'writing-credentials': (known) =>
    ofKinds(known, ...CREDENTIALS).flatMap((key) => everything(known, 'repository.write', key).map((repository) => [key, repository])),
  'powerless-users': (known) =>
    ofKinds(known, ...people).flatMap((key) => (whatCan(known, key, null, now()).entries.length === 0 ? [[key]] : [])),
  'inherited-admins': (known) =>
    ofKinds(known, 'Repository').flatMap((repository) => {
      const own = known.edges('HOLDS', 'pessimistic').filter(({ to, word }) => to === repository && word === 'admin');
      const inherited = everybody(known, 'repository.admin', repository).filter((identity) => {
        const as = holders(known, identity, 'pessimistic');
        return !own.some(({ from }) => as.has(from));
      });
      return inherited.map((identity) => [repository, identity]);
    }),
  'outside-collaborators': (known) =>
    ofKinds(known, ...people).flatMap((person) => {
      const member = everything(known, 'workspace.member', person);
      return everything(known, 'repository.write', person).flatMap((repository) =>
        known
          .ancestors(repository)
          .filter((key) => known.kindOf(key) === 'Workspace' && !member.includes(key))
          .map((workspace) => [person, repository, workspace]),
      );
    }),
  'wide-groups': (known, { people: least }) =>
    ofKinds(known, 'Group', 'Everyone').flatMap((group) => {
      const members = ofKinds(known, 'User').filter((user) => holders(known, user, 'pessimistic').has(group));
      const writes = everything(known, 'repository.write', group).length > 0;
      return writes && members.length > Number(least) ? [[group, members.length]] : [];
    }),
  'grants-behind': (known, { identity, resource }) =>
    witnessesOfAnyLevel(known, String(identity), String(resource)).flatMap(({ level }) =>
      level.flatMap(({ kind, from, word, to }) => (kind === 'HOLDS' || kind === 'REPORTED' ? [[from, word, to]] : [])),
    ),
  'gaps-by-cost': (known) =>
    known.gaps.map(({ reason, hides, scope, subject }) => {
      const kind = known.kindOf(scope);
      const inside = (at: NodeKey, of: NodeKind) => [
        ...new Set(known.edges('CONTAINS', 'optimistic').flatMap(({ from, to }) => (from === at && known.kindOf(to) === of ? [to] : []))),
      ];
      const own = kind === 'Workspace' || kind === 'Project' ? inside(scope, 'Repository').length : 0;
      const below =
        kind === 'Workspace' || kind === 'Instance'
          ? inside(scope, 'Project').flatMap((project) => inside(project, 'Repository')).length
          : 0;
      const read = kind === undefined || !isAskable(kind) ? 0 : everything(known, 'repository.read', scope, ['Repository']).length;
      return [kind === 'Repository' ? 1 : own + below + read, reason, hides, scope, subject === '' ? null : subject];
    }),
};
