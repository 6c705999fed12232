/**
 * Parts of Cypher that several saved questions share: what the tables say of an action, written out, and the pessimistic completion:
 * what is stale or hidden gives nothing, and what may forbid does.
 *
 * Shape: conditions are expressions for `WHERE`; the names of variables are those of the question.
 * INVARIANT: texts hold names of the tables alone, never input.
 */
import { ACTION_NAMES, type Action, actionRow } from '../graph/model/actions.ts';
import { CREDENTIALS, type CredentialKind, credentialRow, scopeWays } from '../graph/model/credentials.ts';
import { HIDDEN_NAMES, hiddenRow } from '../graph/model/gaps.ts';
import { isLeveled } from '../graph/model/lattice.ts';
import { levelRowId } from '../graph/model/levels.ts';
import { isAskable, NODE_KIND_NAMES, NODE_KINDS, type NodeKind } from '../graph/model/node-kinds.ts';
import { restrictionRow, restrictionsOf } from '../graph/model/restrictions.ts';
import { NODES_MAX } from '../graph/store/neo4j-schema.ts';

/** Kinds that can be asked about, as a label expression. */
export const ASKABLE = NODE_KIND_NAMES.filter(isAskable).join('|');

/** Kinds that have levels, as a label expression. */
export const LEVELED = NODE_KIND_NAMES.filter(isLeveled).join('|');

const CREDENTIAL_KINDS = Object.keys(CREDENTIALS) as readonly CredentialKind[];
const OWNED = CREDENTIAL_KINDS.filter((kind) => CREDENTIALS[kind].actsAs === 'owner').join('|');
const EVERYTHING = quoted(HIDDEN_NAMES.filter((name) => hiddenRow(name).takes === 'everything'));
const STANDS_IN = quoted(HIDDEN_NAMES.filter((name) => hiddenRow(name).reportsStandIn));

/** The rows of the level table that an action needs, as `Permission.rule` cites them. */
export function needsOf(action: Action): string[] {
  const { needs } = actionRow(action);
  return (['cloud', 'dc'] as const).flatMap((flavor) =>
    Object.entries(needs[flavor]).map(([kind, level]) => levelRowId(flavor, kind, level)),
  );
}

/** By kind of credential: the sets of keys of scopes each of which lets it do the action; none for what is no credential. */
export function waysOf(action: Action, on: NodeKind): Record<string, string[][]> {
  const ways = CREDENTIAL_KINDS.map((kind) => {
    const { scopes, gitOnly } = credentialRow(kind) ?? { scopes: null, gitOnly: false };
    if (scopes === null) return [kind, gitOnly && !actionRow(action).git ? [] : [[]]] as const;
    return [kind, scopeWays(scopes, action, on).map((way) => way.map((scope) => `${NODE_KINDS.Scope.ref}:${scope}`))] as const;
  });
  return Object.fromEntries(ways);
}

/** Actions that can be asked of what has levels itself: those that a parameter takes. */
export const LEVELED_ACTIONS = ACTION_NAMES.filter((action) => actionRow(action).on.some(isLeveled));

/** What the tables say of an action, as expressions. */
export interface ActionText {
  /** The rows of the level table that the action needs. */
  readonly needs: string;
  /** Of the shape of `waysOf`, for the kind of what is asked about; null where no credential is asked about. */
  readonly ways: string | null;
  /** Do rows of Bitbucket's own listing count while a gap hides grants? Null for never. */
  readonly reports: string | null;
}

export function actionText(action: Action, on: NodeKind): ActionText {
  return { needs: quoted(needsOf(action)), ways: waysText(action, on), reports: speaksOf(action) ? 'true' : null };
}

/** Of an action that is a parameter, asked of what the variable has. */
export function parameterText(name: string, resource: string): ActionText {
  return {
    needs: `$${name}Needs`,
    ways: `$${name}Ways[head([label IN labels(${resource}) WHERE label <> 'Node'])]`,
    reports: `$${name}IsReported`,
  };
}

/** Bitbucket's own listing speaks of these actions alone. */
export function speaksOf(action: Action): boolean {
  return action.startsWith('repository.');
}

/** A gap hides grants on the resource of a permission, so that rows of Bitbucket's own listing stand in for them. */
export function standsIn(permission: string): string {
  return `EXISTS {
    ${matchHidingGap(permission, '-[:ON]->()')}
  }`;
}

/** Gaps that hide grants on what is reached from a node so. */
export function matchHidingGap(node: string, way = ''): string {
  return `MATCH (${node})${way}<-[:CONTAINS|STALE_CONTAINS*0..]-()<-[:ABOUT]-(hidden:Gap)
    WHERE hidden.hides IN ${STANDS_IN}`;
}

/** What grants of a holder on a resource are found by, of the numbers of both. Other tenants have it too: the end must be a known one. */
export function pairText(holder: string, resource: string): string {
  return `${holder} * ${NODES_MAX} + ${resource}`;
}

/**
 * From `p`, a permission, to each `holder` of a grant that gives it; `q` is what the grant gives. Rows of Bitbucket's own listing
 * count where a gap hides grants.
 */
export function grantsOf(reports: string | null): string {
  if (reports === null) return 'MATCH (p)<-[:IMPLIES*0..]-(q:Permission)<-[:HOLDS]-(holder)';
  return `MATCH (p)<-[:IMPLIES*0..]-(q:Permission)<-[held:HOLDS|REPORTED]-(holder)
WHERE (held:HOLDS OR (${reports} AND ${standsIn('q')}))`;
}

/** From `r`, a resource with levels, to each `i` that may act, holds what the action needs there, and is in scope. `kept` stays bound. */
export function everybodyAllowed(action: ActionText, kept: readonly string[] = ['r'], kinds = ASKABLE): string {
  return `MATCH (r)<-[:ON]-(p:Permission)
WHERE p.rule IN ${action.needs}
${grantsOf(action.reports)}
WITH DISTINCT ${[...kept, 'holder'].join(', ')}
MATCH (holder)<-[:ACTS_AS|MEMBER_OF*0..]-(i:${kinds})
WITH DISTINCT ${[...kept, 'i'].join(', ')}
WHERE ${mayAct('i', action.ways)}`;
}

/** From `i`, who may act, to each `r`, a resource with levels, on which it holds what the action needs. `kept` stays bound. */
export function everythingAllowed(action: ActionText, kept: readonly string[] = ['i'], kinds = LEVELED): string {
  return `MATCH (i)-[:ACTS_AS|MEMBER_OF*0..]->(holder)
WITH DISTINCT ${[...kept, 'holder'].join(', ')}
${action.reports === null ? 'MATCH (holder)-[:HOLDS]->(q:Permission)' : heldBy(action.reports)}
WITH DISTINCT ${[...kept, 'q'].join(', ')}
MATCH (q)-[:IMPLIES*0..]->(p:Permission)-[:ON]->(r:${kinds})
WHERE p.rule IN ${action.needs}
WITH DISTINCT ${[...kept, 'r'].join(', ')}
WHERE ${mayAct('i', action.ways)}`;
}

/** It may act, and where it is a credential it is in scope. */
export function mayAct(identity: string, ways: string | null): string {
  return ways === null ? isFit(identity) : `${isFit(identity)}\n  AND ${isInScope(identity, ways)}`;
}

function heldBy(reports: string): string {
  return `MATCH (holder)-[held:HOLDS|REPORTED]->(q:Permission)
WHERE (held:HOLDS OR (${reports} AND ${standsIn('q')}))`;
}

/**
 * It may act at all: it and whom it acts as are active and not expired, and no gap hides whether they are, or who its owner is.
 * A gap is found by its index: most actors have none, and all their edges would be looked at.
 */
export function isFit(identity: string): string {
  return `NOT EXISTS {
    MATCH (${identity})-[:ACTS_AS|STALE_ACTS_AS*0..1]->(actor)
    WHERE actor.active = false OR actor.expiresAt <= timestamp() OR EXISTS { (:Gap {tenant: $tenant, about: actor.number, hides: 'activity'}) }
  }
  AND NOT EXISTS {
    MATCH (${identity}:${OWNED})<-[:CONTAINS|STALE_CONTAINS*0..]-(around)<-[:ABOUT]-(hidden:Gap)
    WHERE hidden.hides IN ${EVERYTHING} OR (hidden.hides = 'owner' AND around = ${identity})
  }`;
}

/** A credential has scopes that allow the action on this kind of resource. `ways` is an expression of the shape of `waysOf`. */
export function isInScope(identity: string, ways: string): string {
  return `all(label IN labels(${identity}) WHERE any(way IN coalesce(${ways}[label], [[]]) WHERE
    all(scope IN way WHERE EXISTS { (${identity})-[:HAS_SCOPE]->(:Scope {tenant: $tenant, key: scope}) })))`;
}

/** `waysOf` as a map of Cypher. */
function waysText(action: Action, on: NodeKind): string {
  const lines = Object.entries(waysOf(action, on)).map(([kind, ways]) => `    ${kind}: [${ways.map(quoted).join(', ')}]`);
  return `{\n${lines.join(',\n')}\n  }`;
}

/** A gap hides rules of the repository. */
export function areRulesHidden(repository: string): string {
  return `EXISTS {
    MATCH (${repository})<-[:CONTAINS|STALE_CONTAINS*0..]-(around)<-[:ABOUT]-(hidden:Gap)
    WHERE hidden.hides IN ${EVERYTHING} OR (hidden.hides = 'rules' AND around = ${repository})
  }`;
}

/**
 * No rule stops it: for each kind of restriction that forbids the action, a rule that is known to bind the branch exempts it (or one
 * that lends its list), or no rule of the kind is known to bind and each that may bind exempts it itself.
 * `holders` is a list of nodes: all as which the identity acts.
 */
export function isNotStopped(names: { branch: string; holders: string; areHidden: string }, action: Action): string {
  const { branch, holders, areHidden } = names;
  return restrictionsOf(action)
    .map((kind) => {
      const { effect, exemptAlsoBy } = restrictionRow(kind);
      const none = [
        ...(effect === 'forbids' ? [`NOT ${areHidden}`] : []),
        `NOT EXISTS { (${branch})<-[:BINDS {word: '${kind}'}]-() }`,
        `NOT EXISTS {
      MATCH (${branch})<-[:MAY_BIND {word: '${kind}'}]-(rule)
      WHERE NOT EXISTS { MATCH (rule)-[:EXEMPTS]->(exempt) WHERE exempt IN ${holders} }
    }`,
      ];
      return `(EXISTS {
      MATCH (${branch})<-[binds:BINDS]-()-[:EXEMPTS]->(exempt)
      WHERE binds.word IN ${quoted([kind, ...exemptAlsoBy])} AND exempt IN ${holders}
    } OR (${none.join('\n    AND ')}))`;
    })
    .join('\n  AND ');
}

/** The kinds of restriction that can stop the action, as a list. */
export function stoppingKinds(action: Action): string {
  return quoted(restrictionsOf(action));
}

/** All as which it may hold something: itself, whom it acts as, their groups, and anybody. */
export function holdersOf(identity: string): string {
  return `COLLECT { MATCH (${identity})-[:ACTS_AS|MEMBER_OF*0..]->(holder) RETURN DISTINCT holder }`;
}

/** A list of texts. */
export function quoted(names: readonly string[]): string {
  return `[${names.map((name) => `'${name}'`).join(', ')}]`;
}
