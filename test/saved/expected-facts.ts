/**
 * The rows of saved questions by the definitional engine: those that ask of grants, groups and rules as they were observed.
 */
import type { NodeKey } from '../../graph/fact.ts';
import { hiddenRow } from '../../graph/model/gaps.ts';
import { levelMask } from '../../graph/model/lattice.ts';
import { decide, greatestHeld } from '../../graph/spec/decide.ts';
import type { Known, KnownEdge } from '../../graph/spec/known.ts';
import { holders } from '../../graph/spec/level.ts';
import { CREDENTIALS, type Expected, everybody, ofKinds, targetOf } from './expected-lists.ts';

const DAY_MS = 86_400_000;

const grants = (known: Known) => known.edges('HOLDS', 'pessimistic');

/** Does the greater level give the lesser one on the resource? */
function includes(known: Known, resource: NodeKey, greater: string, lesser: string): boolean {
  const as = known.leveledAs(resource);
  if (as === null) return false;
  const wanted = levelMask(as.flavor, as.kind, lesser);
  return wanted !== 0 && (levelMask(as.flavor, as.kind, greater) & wanted) === wanted;
}

/** All that it is part of by known memberships, without passing through one group. */
function closure(known: Known, from: NodeKey, without: NodeKey | null): Set<NodeKey> {
  const found = new Set([from]);
  for (const at of found)
    for (const edge of known.edges('MEMBER_OF', 'pessimistic')) if (edge.from === at && edge.to !== without) found.add(edge.to);
  return found;
}

const isKind = (known: Known, key: NodeKey, ...kinds: string[]) => kinds.includes(known.kindOf(key) ?? '');
const row = ({ from, word, to }: KnownEdge) => [from, word, to];

export const EXPECTED_FACTS: Readonly<Record<string, Expected>> = {
  'redundant-grants': (known) =>
    grants(known)
      .filter(({ from }) => isKind(known, from, 'User', 'ServiceUser'))
      .flatMap((own) => {
        const as = holders(known, own.from, 'pessimistic');
        const groups = grants(known).filter(
          ({ from, to, word }) =>
            as.has(from) && isKind(known, from, 'Group', 'Everyone') && to === own.to && includes(known, to, word, own.word),
        );
        return groups.map(({ from }) => [...row(own), from]);
      }),
  'unpinned-code': (known) =>
    known.edges('USES', 'pessimistic').flatMap(({ from, to }) => {
      const { pin, pinned } = known.nodes.get(to)?.props ?? {};
      return pinned === false ? [[to, typeof pin === 'string' ? pin : null, from]] : [];
    }),
  'unreadable-definitions': (known) =>
    ofKinds(known, 'Definition').flatMap((key) => {
      const { parsed, problem } = known.nodes.get(key)?.props ?? {};
      return parsed === false ? [[key, typeof problem === 'string' ? problem : null]] : [];
    }),
  'unasked-deployments': (known) =>
    known.edges('DEPLOYS_TO', 'pessimistic').flatMap(({ from, to }) => {
      const [step, environment] = [known.nodes.get(from)?.props ?? {}, known.nodes.get(to)?.props ?? {}];
      const isByPush = typeof step['selector'] === 'string' && step['selector'] !== 'custom';
      const isOpen = environment['environmentType'] === 'Production' && environment['adminOnly'] !== true;
      return isByPush && isOpen && step['manual'] !== true && step['held'] !== true ? [[from, to]] : [];
    }),
  'unrestricted-repositories': (known) =>
    ofKinds(known, 'Repository').flatMap((key) => {
      const rules = known.edges('RESTRICTS', 'optimistic').some(({ to, word }) => to === key && word === 'push');
      return rules || known.gapsHiding('rules', key).length > 0 ? [] : [[key]];
    }),
  'exempt-lists': (known, { repository }) =>
    known
      .edges('RESTRICTS', 'pessimistic')
      .filter(({ to }) => to === repository)
      .flatMap(({ from: rule, word, props }) =>
        known
          .edges('EXEMPTS', 'pessimistic')
          .filter(({ from }) => from === rule)
          .map(({ to }) => [rule, word, String(props['glob'] ?? props['branchType'] ?? ''), to]),
      ),
  'merge-conditions': (known, { branch }) =>
    decide(known, { identity: 'anonymous:', action: 'branch.merge', target: targetOf(known, String(branch)) }, Date.now()).conditions.map(
      ({ restriction, value, certain }) => [restriction, value, certain],
    ),
  'listing-differences': (known) =>
    known
      .edges('REPORTED', 'pessimistic')
      .filter(({ from, to }) => isKind(known, from, 'User', 'ServiceUser') && isKind(known, to, 'Repository'))
      .flatMap(({ from, word, to }) => {
        const isAllowed = everybody(known, 'repository.read', to).includes(from);
        const computed = isAllowed ? greatestHeld(known, holders(known, from, 'pessimistic'), to, 'repository.read', 'pessimistic') : null;
        return computed === word ? [] : [[from, to, word, computed]];
      }),
  'expiring-credentials': (known, { days }) =>
    ofKinds(known, ...CREDENTIALS).flatMap((key) => {
      const at = known.nodes.get(key)?.props['expiresAt'];
      return typeof at === 'number' && at <= Date.now() + Number(days) * DAY_MS ? [[key, at]] : [];
    }),
  'inactive-holders': (known) =>
    grants(known)
      .filter(({ from }) => isKind(known, from, 'User', 'ServiceUser') && known.nodes.get(from)?.props['active'] === false)
      .map(row),
  'direct-user-grants': (known) =>
    grants(known)
      .filter(({ from, to }) => isKind(known, from, 'User') && isKind(known, to, 'Repository'))
      .map(({ from, word, to }) => [to, word, from]),
  'empty-groups': (known) =>
    ofKinds(known, 'Group').flatMap((group) => {
      const around = known.ancestors(group);
      const isHidden = known.gaps.some(
        ({ hides, scope }) =>
          around.includes(scope) && (hides === 'group-members' || hides === 'groups' || hiddenRow(hides).takes === 'everything'),
      );
      const members = known.edges('MEMBER_OF', 'optimistic').filter(({ to }) => to === group);
      const held = grants(known).filter(({ from }) => from === group);
      return isHidden || members.length > 0 || held.length === 0 ? [] : [[group, held.length]];
    }),
  'nested-groups': (known) =>
    known
      .edges('MEMBER_OF', 'pessimistic')
      .flatMap(({ from, to }) => (isKind(known, from, 'Group') && isKind(known, to, 'Group', 'Everyone') ? [[from, to]] : [])),
  'stale-grants': (known) =>
    known
      .edges('HOLDS', 'optimistic')
      .filter(({ stale }) => stale === true)
      .map(row),
  'group-members': (known, { group }) =>
    ofKinds(known, 'User', 'ServiceUser').flatMap((person) => (holders(known, person, 'pessimistic').has(String(group)) ? [[person]] : [])),
  'acts-through': (known, { identity }) =>
    [...holders(known, String(identity), 'pessimistic')].flatMap((key) => (key === identity || key === 'anonymous:' ? [] : [[key]])),
  'grants-on': (known, { resource }) => {
    const around = known.ancestors(String(resource));
    return grants(known).flatMap(({ from, word, to }) => (around.includes(to) ? [[to, word, from]] : []));
  },
  'public-grants': (known) => grants(known).flatMap((edge) => (isKind(known, edge.from, 'Anonymous', 'Everyone') ? [row(edge)] : [])),
  'group-removal': (known, { group }) =>
    ofKinds(known, 'User', 'ServiceUser').flatMap((member) => {
      const before = closure(known, member, null);
      if (!before.has(String(group))) return [];
      const after = closure(known, member, String(group));
      const left = grants(known).filter(({ from }) => after.has(from) || from === 'anonymous:');
      return grants(known)
        .filter(
          ({ from, to, word }) =>
            before.has(from) &&
            !after.has(from) &&
            includes(known, to, word, word) &&
            !left.some((other) => other.to === to && includes(known, to, other.word, word)),
        )
        .map(({ word, to }) => [member, word, to]);
    }),
};
