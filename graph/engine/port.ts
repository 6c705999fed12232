/**
 * What the compiled engine offers. Nodes are dense indexes: positions in the order of keys at the snapshot's instant.
 *
 * The engine holds topology and keys, all of it in memory, and answers at once. Names and properties live in the store.
 */
import type { Decision, Target, Witness } from '../decision.ts';
import type { EdgeFact, GapFact } from '../fact.ts';
import type { Action } from '../model/actions.ts';
import type { EdgeKind } from '../model/edge-kinds.ts';
import type { NodeKind } from '../model/node-kinds.ts';
import type { RestrictionKind } from '../model/restrictions.ts';
import type { Flavor } from '../model/row.ts';
import type { KeyTable } from './key-table.ts';

export type NodeIndex = number;

/** A question in dense indexes. For a branch `target` is the index of its repository and `branch` its name. */
export interface IndexedQuestion {
  readonly identity: NodeIndex;
  readonly action: Action;
  readonly target: NodeIndex;
  readonly targetKind: NodeKind;
  readonly branch: string | null;
}

/** An observed edge in dense indexes. */
export interface DenseLink {
  readonly from: NodeIndex;
  readonly kind: EdgeKind;
  readonly word: string;
  readonly to: NodeIndex;
}

export type Chain = readonly DenseLink[];

/** A witness in dense indexes. */
export interface DenseWitness {
  readonly level: Chain;
  /** Ascending by scope. */
  readonly scopes: Chain;
  readonly exemptions: readonly { readonly restriction: RestrictionKind; readonly chain: Chain }[];
}

export interface ListRequest {
  readonly kinds?: readonly NodeKind[] | undefined;
  readonly unknown?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Parallel arrays, `length` entries, ascending by index. */
export interface IdentityList {
  readonly length: number;
  readonly index: Int32Array;
  /** 1 where the verdict is UNKNOWN. */
  readonly unknown: Uint8Array;
  readonly complete: boolean;
  readonly gaps: readonly GapFact[];
}

export interface ResourceEntry {
  readonly target: Target;
  readonly targetIndex: NodeIndex;
  readonly verdict: 'ALLOW' | 'UNKNOWN';
  readonly permission: string;
  readonly actions: readonly Action[];
}

/** Entries are made when they are read: a list can be long and a page of it short. */
export interface ResourceList {
  readonly length: number;
  readonly complete: boolean;
  readonly gaps: readonly GapFact[];
  entry(position: number): ResourceEntry;
}

export interface EngineInterface {
  readonly snapshot: { readonly id: string; readonly at: number };
  readonly nodeCount: number;
  readonly keys: KeyTable;
  kindOf(index: NodeIndex): NodeKind;
  /** Of a resource: the flavor of the root that contains it. */
  flavorOf(index: NodeIndex): Flavor;
  /** The node and all that contains it, certainly or perhaps; a rule lies in what it restricts. */
  ancestorsOf(index: NodeIndex): readonly NodeIndex[];
  /** What a rule is and which branches it matches, as the edge to what it restricts; null for what is no rule. Of its properties those that match: `glob`, `branchType`. */
  ruleOf(index: NodeIndex): EdgeFact | null;
  /** Everything as which the identity certainly holds permissions: itself, whom it acts as, and the groups of these. Ascending; `anonymous:`, as which everybody does, is left out. */
  holdersOf(identity: NodeIndex): readonly NodeIndex[];
  /** Everybody whose certain permissions may hang on facts about the nodes: identities and credentials and all who are or act as them; of resources all who hold something there, above or below. Nearest first. */
  dependentsOf(nodes: readonly NodeIndex[]): readonly NodeIndex[];
  /** Can the action be asked of this target (kind, flavor, and a leveled resource to need a level on)? */
  isAskable(action: Action, target: NodeIndex, targetKind: NodeKind): boolean;
  /** True, false, or null for UNKNOWN: the verdict alone, without allocation. `at` is the instant of the question for expiry. */
  check(question: IndexedQuestion, at: number): boolean | null;
  /** Before many checks of these questions: they wait less for memory. Changes no answer. */
  warm(questions: readonly IndexedQuestion[]): void;
  decide(question: IndexedQuestion, at: number): Decision;
  /** Lazily in the order of proofs; nothing for a verdict that is not ALLOW. Errors: LIMIT when an order cannot be established within the work limit, TIMEOUT by the signal. */
  witnesses(question: IndexedQuestion, at: number, signal?: AbortSignal): IterableIterator<Witness>;
  /** The same in dense indexes: no key is made a text. */
  denseWitnesses(question: IndexedQuestion, at: number, signal?: AbortSignal): IterableIterator<DenseWitness>;
  /** Lazily: every chain to any permission on the nearest leveled resource. */
  witnessesOfAnyLevel(identity: NodeIndex, target: NodeIndex, at: number, signal?: AbortSignal): IterableIterator<Witness>;
  whoCan(question: Omit<IndexedQuestion, 'identity'>, at: number, request?: ListRequest): IdentityList;
  whatCan(identity: NodeIndex, action: Action | null, at: number, request?: ListRequest): ResourceList;
  /** The greatest levels that the identity holds on the nearest leveled resource of a target, null for none: for certain, or with all that gaps may add. */
  heldAt(identity: NodeIndex, target: NodeIndex, completion: 'pessimistic' | 'optimistic'): string | null;
  /** The level that an action needs on the nearest leveled resource of a target, and the keys of these resources: for telling a proof. */
  neededAt(action: Action, target: NodeIndex): readonly { resource: NodeIndex; level: string }[];
}
