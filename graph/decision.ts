/**
 * What a question is and what an answer says. Both engines produce these values; nobody else decides anything.
 *
 * Everything is in keys here; names for people are put in where an answer leaves the process.
 */
import type { EdgeFact, GapFact, NodeKey } from './fact.ts';
import type { Action } from './model/actions.ts';
import type { BlindSpot } from './model/blind-spots.ts';
import type { NodeKind } from './model/node-kinds.ts';
import type { RestrictionKind } from './model/restrictions.ts';
import type { RowId } from './model/row.ts';

export type Verdict = 'ALLOW' | 'DENY' | 'UNKNOWN';

/** What an action is asked of. A branch is its repository and its name: it need not exist. */
export interface Target {
  readonly kind: NodeKind;
  /** The resource, or the repository of the branch. */
  readonly key: NodeKey;
  /** The name of the branch; null for every other kind. */
  readonly branch: string | null;
}

export interface Question {
  readonly identity: NodeKey;
  readonly action: Action;
  readonly target: Target;
}

/** One independent reason why not. In a DENY they hold for certain; in an UNKNOWN they hold unless a gap says otherwise. */
export type Denial =
  | { readonly kind: 'inactive'; readonly identity: NodeKey }
  | { readonly kind: 'expired'; readonly identity: NodeKey; readonly expiredAt: number }
  /** `held` is the most that is known to be held there, null for nothing; `witness` is the nearest proof of it. */
  | {
      readonly kind: 'level';
      readonly resource: NodeKey;
      readonly held: string | null;
      readonly needed: string;
      readonly witness: Witness | null;
    }
  /** `needed`: any of these would do, `a+b` both together; empty where no scope with a row allows the action to this kind of credential. */
  | { readonly kind: 'scope'; readonly credential: NodeKey; readonly held: readonly string[]; readonly needed: readonly string[] }
  /** `rules`: those of this kind that match, none of which exempts the identity; empty where only a gap speaks of rules. */
  | { readonly kind: 'rule'; readonly restriction: RestrictionKind; readonly rules: readonly NodeKey[] };

/** What an allowed change must still meet. */
export interface Condition {
  readonly restriction: RestrictionKind;
  /** As the restriction's row says; null where it has none. */
  readonly value: number | null;
  readonly rules: readonly NodeKey[];
  /** False where it is not certain that the rules match. */
  readonly certain: boolean;
}

export interface Decision {
  readonly verdict: Verdict;
  readonly denials: readonly Denial[];
  readonly conditions: readonly Condition[];
  /** Table rows that the answer rests on and whose confidence is `inferred`. */
  readonly assumptions: readonly RowId[];
  /** Why an UNKNOWN is not known; empty for a definite verdict. */
  readonly gaps: readonly GapFact[];
  readonly blindSpots: readonly BlindSpot[];
}

/** The parts of an observed edge that make its id. */
export type Link = Pick<EdgeFact, 'from' | 'kind' | 'word' | 'to'>;

/**
 * An inclusion-minimal set of observed facts that establishes an ALLOW, told as chains.
 * The facts in the order of the steps are: level, scopes, exemptions; a fact that two chains share counts once.
 */
export interface Witness {
  /** From the identity to the resource: ACTS_AS?, MEMBER_OF*, HOLDS or REPORTED, CONTAINS*. A holder that the chain does not lead to is a derived membership (`anonymous:`). */
  readonly level: readonly Link[];
  /** The scopes that together let a credential do the action, by fact id; empty where it needs none. */
  readonly scopes: readonly Link[];
  /** By kind of restriction that binds the branch: ACTS_AS?, MEMBER_OF*, EXEMPTS. */
  readonly exemptions: readonly { readonly restriction: RestrictionKind; readonly chain: readonly Link[] }[];
}

export interface ListOptions {
  readonly kinds?: readonly NodeKind[];
  /** List what is UNKNOWN too. */
  readonly unknown?: boolean;
}

export interface ListEntry {
  readonly key: NodeKey;
  readonly verdict: 'ALLOW' | 'UNKNOWN';
}

/** `complete` is false if any entry could be UNKNOWN or could be missing; `gaps` says why. */
export interface WhoCanList {
  /** Ordered by key. */
  readonly entries: readonly ListEntry[];
  readonly complete: boolean;
  readonly gaps: readonly GapFact[];
}

export interface WhatCanEntry {
  readonly target: Target;
  readonly verdict: 'ALLOW' | 'UNKNOWN';
  /** The greatest levels held on the nearest resource that has levels; of an UNKNOWN the greatest that may be held. */
  readonly permission: string;
  readonly actions: readonly Action[];
}

export interface WhatCanList {
  /** Ordered by the key of the target, a branch after its repository, by name. */
  readonly entries: readonly WhatCanEntry[];
  readonly complete: boolean;
  readonly gaps: readonly GapFact[];
}
