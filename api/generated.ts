import type { NodeKind } from '../graph/model/node-kinds.ts';
import type { ShownEdgeKind as EdgeKind } from './context.ts';
import type { Action } from '../graph/model/actions.ts';
import type { GapReason } from '../graph/model/gaps.ts';
import type { Hidden } from '../graph/model/gaps.ts';
import type { Verdict } from '../graph/decision.ts';
import type { DenialKind } from './context.ts';
import type { ChangeKind } from '../graph/model/change-kinds.ts';
import type { Turn } from '../queries/port.ts';
import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { NodeParent, AnswerParent, ProofParent, PathParent, StepParent, NodeRefParent, DenialParent, ConditionParent, GapParent, FactParent, SinceParent, ChangeParent, AccessChangeParent, DifferenceParent, SourceParent, SnapshotRefParent, AccessChangePageParent, AccessChangeEdgeParent, ChangePage, ChangeEdgeParent, NodePage, NodeEdgeParent, PathPage, PathEdgeParent, GapPage, GapEdgeParent, SnapshotPage, SnapshotEdgeParent, WhoCanPage, WhoCanEdgeParent, WhatCanPage, WhatCanEdgeParent, Context } from './context.ts';
import type { NamedRow, CoverageRow } from '../queries/port.ts';
import type { SnapshotInfo } from '../graph/store/port.ts';
export type Maybe<T> = T | null;
export type InputMaybe<T> = T | null | undefined;
export type RequireFields<T, K extends keyof T> = Omit<T, K> & { [P in K]-?: NonNullable<T[P]> };
export type EnumResolverSignature<T, AllowedValues = any> = { [key in keyof T]?: AllowedValues };
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string; }
  String: { input: string; output: string; }
  Boolean: { input: boolean; output: boolean; }
  Int: { input: number; output: number; }
  Float: { input: number; output: number; }
  /** A node by name, `kind:path`, e.g. `user:evan`, `group:acme/developers`, `repository:acme/api`, `branch:acme/api#main`; or its key. */
  Ref: { input: string; output: string; }
  /** An instant, ISO 8601 with its offset from UTC, e.g. `2026-01-31T12:00:00Z`. */
  DateTime: { input: number; output: number; }
  /** Any JSON value. */
  JSON: { input: unknown; output: unknown; }
};

/** The questions that can be asked. */
export type Query = {
  /** May this identity do this? Why, or why not? */
  check: Decision;
  /** Many questions at once, answered in order. An error names the index of every bad entry. */
  checks: Array<Decision>;
  /** Every way by which an identity comes to a permission on a resource, shortest first. */
  paths: PathConnection;
  /** Which identities and credentials may do this? Exactly those for which `check` is ALLOW. */
  whoCan: WhoCanConnection;
  /** What may this identity act on? Without an action: every resource with some permission. */
  whatCan: WhatCanConnection;
  /** One node, to be walked from. */
  node: Node;
  /** Nodes whose reference, name or alias contains a text, without regard to case. */
  find: NodeConnection;
  /** What is not known, and why. */
  gaps: GapConnection;
  /** What was read, by connector and endpoint. */
  coverage: Array<Coverage>;
  /** Complete states of the graph, newest first. */
  snapshots: SnapshotConnection;
  /** Which facts differ between two times: grants, memberships, restrictions, keys, settings and what else there is. */
  changes: ChangeConnection;
  /** What effective access differs between two times by the facts that changed: for each identity and resource what was held and what is. Only what is certain. */
  accessChanges: AccessChangeConnection;
};


/** The questions that can be asked. */
export type QueryCheckArgs = {
  identity: Scalars['Ref']['input'];
  action: Action;
  resource: Scalars['Ref']['input'];
  at?: InputMaybe<Scalars['DateTime']['input']>;
};


/** The questions that can be asked. */
export type QueryChecksArgs = {
  requests: Array<CheckInput>;
  at?: InputMaybe<Scalars['DateTime']['input']>;
};


/** The questions that can be asked. */
export type QueryPathsArgs = {
  from: Scalars['Ref']['input'];
  to: Scalars['Ref']['input'];
  action?: InputMaybe<Action>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
  at?: InputMaybe<Scalars['DateTime']['input']>;
};


/** The questions that can be asked. */
export type QueryWhoCanArgs = {
  action: Action;
  resource: Scalars['Ref']['input'];
  kinds?: InputMaybe<Array<NodeKind>>;
  include?: InputMaybe<Array<Verdict>>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
  at?: InputMaybe<Scalars['DateTime']['input']>;
};


/** The questions that can be asked. */
export type QueryWhatCanArgs = {
  identity: Scalars['Ref']['input'];
  action?: InputMaybe<Action>;
  kinds?: InputMaybe<Array<NodeKind>>;
  include?: InputMaybe<Array<Verdict>>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
  at?: InputMaybe<Scalars['DateTime']['input']>;
};


/** The questions that can be asked. */
export type QueryNodeArgs = {
  ref: Scalars['Ref']['input'];
  at?: InputMaybe<Scalars['DateTime']['input']>;
};


/** The questions that can be asked. */
export type QueryFindArgs = {
  text: Scalars['String']['input'];
  kinds?: InputMaybe<Array<NodeKind>>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
  at?: InputMaybe<Scalars['DateTime']['input']>;
};


/** The questions that can be asked. */
export type QueryGapsArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
  at?: InputMaybe<Scalars['DateTime']['input']>;
};


/** The questions that can be asked. */
export type QueryCoverageArgs = {
  at?: InputMaybe<Scalars['DateTime']['input']>;
};


/** The questions that can be asked. */
export type QuerySnapshotsArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};


/** The questions that can be asked. */
export type QueryChangesArgs = {
  from: Scalars['DateTime']['input'];
  to?: InputMaybe<Scalars['DateTime']['input']>;
  kinds?: InputMaybe<Array<ChangeKind>>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};


/** The questions that can be asked. */
export type QueryAccessChangesArgs = {
  from: Scalars['DateTime']['input'];
  to?: InputMaybe<Scalars['DateTime']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};

/** One question of `checks`. */
export type CheckInput = {
  /** A user, group, credential or `anonymous:`. */
  identity: Scalars['Ref']['input'];
  /** What it wants to do. */
  action: Action;
  /** What it wants to do it on. */
  resource: Scalars['Ref']['input'];
};

/** The answer to one question, with all that speaks for and against it. */
export type Decision = {
  /** What it comes to. */
  verdict: Verdict;
  /** The answer in one sentence. */
  reason: Scalars['String']['output'];
  /** Chains of facts that establish an ALLOW, those of fewest facts first; empty for every other verdict. */
  proofs: Array<Proof>;
  /** Every independent reason why not. */
  denials: Array<Denial>;
  /** What an allowed change must still meet. Conditions do not change the verdict. */
  conditions: Array<Condition>;
  /** Rows of the model that the answer rests on and that are inferred, not documented. */
  assumptions: Array<ModelRow>;
  /** Why an UNKNOWN is not known; empty for a definite verdict. */
  gaps: Array<Gap>;
  /** What no credential can ever read and that could touch this answer. */
  blindSpots: Array<ModelRow>;
  /** The state of the graph that was asked. */
  snapshot: SnapshotRef;
};


/** The answer to one question, with all that speaks for and against it. */
export type DecisionProofsArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  offset?: InputMaybe<Scalars['Int']['input']>;
};

/** An inclusion-minimal set of observed facts that establishes an answer, told as a chain. */
export type Proof = {
  /** The facts in the notation. */
  text: Scalars['String']['output'];
  /** From the identity over permissions to the resource; further chains for scopes and exemptions. */
  steps: Array<Step>;
  /** From when it holds, and by which fact. */
  since?: Maybe<Since>;
};

/** From when something holds without a break, and by which fact. */
export type Since = {
  /** When the last of its facts began: the commit of a run. */
  at: Scalars['DateTime']['output'];
  /** The fact that began last. What a rule derives has no beginning of its own. */
  fact: Fact;
};

/** One step of a proof: an observed fact, or an edge that a row of the model derives. */
export type Step = {
  /** Where the step starts. */
  from: NodeRef;
  /** What connects the two. */
  edge: EdgeKind;
  /** Where the step ends. */
  to: NodeRef;
  /** The observed fact that the step rests on; null where a rule alone derives it. */
  fact?: Maybe<Fact>;
  /** Where the fact was seen last; null for a derived step. */
  source?: Maybe<Source>;
  /** The row of the model that derives the step, `table/row`; null for an observed one. */
  rule?: Maybe<Scalars['String']['output']>;
};

/** A node or permission that an answer names. */
export type NodeRef = {
  /** Its reference. */
  ref: Scalars['Ref']['output'];
  /** Its kind. */
  kind: NodeKind;
  /** Its name for people. */
  name: Scalars['String']['output'];
  /** The node itself, to be walked from; null for a permission and for a branch that is not known. */
  node?: Maybe<Node>;
};

/** An independent reason why not. */
export type Denial = {
  /** Which sort of reason. */
  kind: DenialKind;
  /** The reason in one sentence. */
  text: Scalars['String']['output'];
  /** What is held there: a level or scopes; null for nothing. */
  held?: Maybe<Scalars['String']['output']>;
  /** What the action needs; null where nothing would do. */
  needed?: Maybe<Scalars['String']['output']>;
  /** The proof of what is held. */
  proof?: Maybe<Proof>;
  /** The rules that forbid it. */
  restrictions: Array<NodeRef>;
};

/** What an allowed change must still meet. */
export type Condition = {
  /** The condition in one sentence. */
  text: Scalars['String']['output'];
  /** The kind of restriction that sets it. */
  restriction: Scalars['String']['output'];
  /** How many, where the condition counts something. */
  value?: Maybe<Scalars['Int']['output']>;
  /** The rules that set it. */
  rules: Array<NodeRef>;
  /** False where it is not certain that the rules bind this branch. */
  certain: Scalars['Boolean']['output'];
};

/** A row of the tables that say how Bitbucket decides. */
export type ModelRow = {
  /** `table/row`, as in MODEL.md. */
  id: Scalars['String']['output'];
  /** What the row means. */
  doc: Scalars['String']['output'];
  /** Where that is known from. */
  source: Scalars['String']['output'];
};

/** A recorded reason why knowledge is missing. */
export type Gap = {
  /** The same in every run, store and export. */
  id: Scalars['ID']['output'];
  /** Why it is missing. */
  reason: GapReason;
  /** What is missing. */
  hides: Hidden;
  /** What the gap is about. */
  scope: NodeRef;
  /** The other end that the gap names; null where it names none. */
  subject?: Maybe<NodeRef>;
  /** The endpoint or value. */
  detail: Scalars['String']['output'];
  /** What is not known, why, and what to do, in one sentence. */
  text: Scalars['String']['output'];
};

/** An observed edge. */
export type Fact = {
  /** A function of its content: the same in every run, store and export. */
  id: Scalars['ID']['output'];
  /** What it says of its ends. */
  kind: EdgeKind;
  /** Where the edge starts. */
  from: NodeRef;
  /** Where the edge ends. */
  to: NodeRef;
  /** The qualifier: a level, a kind of restriction, a branch type; null where the kind has none. */
  word?: Maybe<Scalars['String']['output']>;
  /** Since when it is known to hold: the commit of a run. */
  validFrom?: Maybe<Scalars['DateTime']['output']>;
  /** Until when it held; null while it holds. */
  validTo?: Maybe<Scalars['DateTime']['output']>;
  /** How sure it is where no endpoint shows it: `inferred` from a trace, or `declared` in a file; null otherwise. */
  confidence?: Maybe<Scalars['String']['output']>;
  /** It could not be read again since: it may be gone. */
  stale?: Maybe<Scalars['Boolean']['output']>;
  /** Where it was seen last. */
  source?: Maybe<Source>;
  /** Everywhere where it is seen. */
  sources: Array<Source>;
};

/** Where a fact was seen. */
export type Source = {
  /** The connector, with the name of what it reads. */
  connector: Scalars['String']['output'];
  /** The path template of the endpoint. */
  endpoint: Scalars['String']['output'];
  /** The run that read it. */
  run: Scalars['ID']['output'];
  /** When it was read. */
  fetchedAt: Scalars['DateTime']['output'];
};

/** The snapshot that an answer was computed from. */
export type SnapshotRef = {
  /** The run that made it. */
  id: Scalars['ID']['output'];
  /** Its commit instant. */
  at: Scalars['DateTime']['output'];
};

/** One complete state of the graph. */
export type Snapshot = {
  /** The run that made it. */
  id: Scalars['ID']['output'];
  /** Its commit instant. */
  at: Scalars['DateTime']['output'];
  /** The connector that ran. */
  connector: Scalars['String']['output'];
  /** What the run says of itself: calls, retries, gaps, disagreements. */
  report: Scalars['JSON']['output'];
};

/** What was read of one endpoint, over all scopes. */
export type Coverage = {
  /** The connector. */
  connector: Scalars['String']['output'];
  /** The path template of the endpoint. */
  endpoint: Scalars['String']['output'];
  /** Facts that hold and were seen there. */
  facts: Scalars['Int']['output'];
  /** Those of them that could not be read again. */
  stale: Scalars['Int']['output'];
  /** Open gaps of the endpoint. */
  gaps: Scalars['Int']['output'];
  /** When the newest of its facts was read. */
  newestAt?: Maybe<Scalars['DateTime']['output']>;
};

/** Anything that exists. The type of a node is its kind. */
export type Node = {
  /** The reference that resolves to this node alone. */
  ref: Scalars['Ref']['output'];
  /** The reference that never changes. */
  key: Scalars['Ref']['output'];
  /** Its kind. */
  kind: NodeKind;
  /** Its name for people. */
  name: Scalars['String']['output'];
  /** Further references that resolve to it. */
  aliases: Array<Scalars['Ref']['output']>;
  /** Everything else that is known of it, by name. */
  properties: Scalars['JSON']['output'];
  /** All that contains it, directly or not. */
  within: Array<NodeRef>;
  /** What is not known of it. */
  gaps: Array<Gap>;
};

/** A way from an identity to a resource: a proof of one action. */
export type Path = {
  /** What it allows. */
  action: Action;
  /** The facts in the notation. */
  text: Scalars['String']['output'];
  /** The way, step by step. */
  steps: Array<Step>;
  /** From when it is open, and by which fact. */
  since?: Maybe<Since>;
};

/** What every list has. */
export type Connection = {
  /** Where the page ends. */
  pageInfo: PageInfo;
  /** The number of entries on all pages; null where counting would mean enumerating. */
  totalCount?: Maybe<Scalars['Int']['output']>;
  /** False if an entry could be missing for want of knowledge; `gaps` says why. */
  complete: Scalars['Boolean']['output'];
  /** Why the list may not be complete. */
  gaps: Array<Gap>;
  /** The snapshot that every page of this list belongs to. */
  snapshot: SnapshotRef;
};

/** Where a page starts and ends. */
export type PageInfo = {
  /** Are there entries after this page? */
  hasNextPage: Scalars['Boolean']['output'];
  /** Are there entries before this page? */
  hasPreviousPage: Scalars['Boolean']['output'];
  /** The cursor of the first entry; null for an empty page. */
  startCursor?: Maybe<Scalars['String']['output']>;
  /** The cursor of the last entry, for `after`; null for an empty page. */
  endCursor?: Maybe<Scalars['String']['output']>;
};

/** A page of a list. */
export type NodeConnection = Connection & {
  /** The entries of the page, in a stable order. */
  edges: Array<NodeEdge>;
  /** Where the page ends. */
  pageInfo: PageInfo;
  /** The number of entries on all pages; null where counting would mean enumerating. */
  totalCount?: Maybe<Scalars['Int']['output']>;
  /** False if an entry could be missing for want of knowledge; `gaps` says why. */
  complete: Scalars['Boolean']['output'];
  /** Why the list may not be complete. */
  gaps: Array<Gap>;
  /** The snapshot that every page of this list belongs to. */
  snapshot: SnapshotRef;
};

/** One entry of a list. */
export type NodeEdge = {
  /** Its place, for `after`. */
  cursor: Scalars['String']['output'];
  /** What the entry is. */
  node: Node;
};

/** A page of a list. */
export type PathConnection = Connection & {
  /** The entries of the page, in a stable order. */
  edges: Array<PathEdge>;
  /** Where the page ends. */
  pageInfo: PageInfo;
  /** The number of entries on all pages; null where counting would mean enumerating. */
  totalCount?: Maybe<Scalars['Int']['output']>;
  /** False if an entry could be missing for want of knowledge; `gaps` says why. */
  complete: Scalars['Boolean']['output'];
  /** Why the list may not be complete. */
  gaps: Array<Gap>;
  /** The snapshot that every page of this list belongs to. */
  snapshot: SnapshotRef;
};

/** One entry of a list. */
export type PathEdge = {
  /** Its place, for `after`. */
  cursor: Scalars['String']['output'];
  /** What the entry is. */
  node: Path;
};

/** A page of a list. */
export type GapConnection = Connection & {
  /** The entries of the page, in a stable order. */
  edges: Array<GapEdge>;
  /** Where the page ends. */
  pageInfo: PageInfo;
  /** The number of entries on all pages; null where counting would mean enumerating. */
  totalCount?: Maybe<Scalars['Int']['output']>;
  /** False if an entry could be missing for want of knowledge; `gaps` says why. */
  complete: Scalars['Boolean']['output'];
  /** Why the list may not be complete. */
  gaps: Array<Gap>;
  /** The snapshot that every page of this list belongs to. */
  snapshot: SnapshotRef;
};

/** One entry of a list. */
export type GapEdge = {
  /** Its place, for `after`. */
  cursor: Scalars['String']['output'];
  /** What the entry is. */
  node: Gap;
};

/** A page of a list. */
export type SnapshotConnection = Connection & {
  /** The entries of the page, in a stable order. */
  edges: Array<SnapshotEdge>;
  /** Where the page ends. */
  pageInfo: PageInfo;
  /** The number of entries on all pages; null where counting would mean enumerating. */
  totalCount?: Maybe<Scalars['Int']['output']>;
  /** False if an entry could be missing for want of knowledge; `gaps` says why. */
  complete: Scalars['Boolean']['output'];
  /** Why the list may not be complete. */
  gaps: Array<Gap>;
  /** The snapshot that every page of this list belongs to. */
  snapshot: SnapshotRef;
};

/** One entry of a list. */
export type SnapshotEdge = {
  /** Its place, for `after`. */
  cursor: Scalars['String']['output'];
  /** What the entry is. */
  node: Snapshot;
};

/** A page of a list. */
export type WhoCanConnection = Connection & {
  /** The entries of the page, in a stable order. */
  edges: Array<WhoCanEdge>;
  /** Where the page ends. */
  pageInfo: PageInfo;
  /** The number of entries on all pages; null where counting would mean enumerating. */
  totalCount?: Maybe<Scalars['Int']['output']>;
  /** False if an entry could be missing for want of knowledge; `gaps` says why. */
  complete: Scalars['Boolean']['output'];
  /** Why the list may not be complete. */
  gaps: Array<Gap>;
  /** The snapshot that every page of this list belongs to. */
  snapshot: SnapshotRef;
};

/** One entry of a list. */
export type WhoCanEdge = {
  /** Its place, for `after`. */
  cursor: Scalars['String']['output'];
  /** What the entry is. */
  node: Node;
  /** ALLOW, or UNKNOWN where `include` asks for it. */
  verdict: Verdict;
  /** The greatest permission held there; of an UNKNOWN the greatest that may be held. */
  permission: Scalars['String']['output'];
  /** What the permission allows there. */
  actions: Array<Action>;
  /** The first proof; null for an UNKNOWN. */
  proof?: Maybe<Proof>;
};

/** A fact that differs between two times. */
export type Change = {
  /** The id of the fact: as it is after, or was before it vanished. */
  id: Scalars['ID']['output'];
  /** What became of it. */
  turn: Turn;
  /** What it is a change of. */
  kind: ChangeKind;
  /** The fact in the notation; of one that changed what differs behind a colon. A gap is a sentence. */
  text: Scalars['String']['output'];
  /** Where an edge starts; a node itself; what a gap is about. */
  from: NodeRef;
  /** Where an edge ends; the other end that a gap names; null where there is none. */
  to?: Maybe<NodeRef>;
  /** The kind of an edge; null for a node or a gap. */
  edge?: Maybe<EdgeKind>;
  /** The qualifier of an edge: a level, a kind of restriction, a branch type; null where it has none. */
  word?: Maybe<Scalars['String']['output']>;
  /** What the fact says otherwise; empty where it appeared or vanished. */
  differences: Array<Difference>;
  /** When it became so: the commit of a run. Null where it only could not be read again, or could. */
  at?: Maybe<Scalars['DateTime']['output']>;
};

/** What a fact says otherwise than before. */
export type Difference = {
  /** A property, or `kind`, `ref`, `name`, `aliases`, `detail`, `stale`. */
  name: Scalars['String']['output'];
  /** Its value before; null for none. */
  before?: Maybe<Scalars['JSON']['output']>;
  /** Its value after; null for none. */
  after?: Maybe<Scalars['JSON']['output']>;
};

/** What an identity may do on a resource at two times, by the facts alone: expiry is evaluated at the later one for both. */
export type AccessChange = {
  /** Who. */
  identity: Node;
  /** On what. */
  resource: Node;
  /** The permission held before; null for none with which anything can be done. */
  before?: Maybe<Scalars['String']['output']>;
  /** The permission held after; null for none with which anything can be done. */
  after?: Maybe<Scalars['String']['output']>;
  /** What became possible. */
  gained: Array<Action>;
  /** What is no longer possible. */
  lost: Array<Action>;
};

/** A page of a list. */
export type WhatCanConnection = Connection & {
  /** The entries of the page, in a stable order. */
  edges: Array<WhatCanEdge>;
  /** Where the page ends. */
  pageInfo: PageInfo;
  /** The number of entries on all pages; null where counting would mean enumerating. */
  totalCount?: Maybe<Scalars['Int']['output']>;
  /** False if an entry could be missing for want of knowledge; `gaps` says why. */
  complete: Scalars['Boolean']['output'];
  /** Why the list may not be complete. */
  gaps: Array<Gap>;
  /** The snapshot that every page of this list belongs to. */
  snapshot: SnapshotRef;
};

/** One entry of a list. */
export type WhatCanEdge = {
  /** Its place, for `after`. */
  cursor: Scalars['String']['output'];
  /** What the entry is. */
  node: Node;
  /** ALLOW, or UNKNOWN where `include` asks for it. */
  verdict: Verdict;
  /** The greatest permission held there; of an UNKNOWN the greatest that may be held. */
  permission: Scalars['String']['output'];
  /** What the permission allows there. */
  actions: Array<Action>;
  /** The first proof; null for an UNKNOWN. */
  proof?: Maybe<Proof>;
};

/** A page of a list. */
export type ChangeConnection = Connection & {
  /** The entries of the page, in a stable order. */
  edges: Array<ChangeEdge>;
  /** Where the page ends. */
  pageInfo: PageInfo;
  /** The number of entries on all pages; null where counting would mean enumerating. */
  totalCount?: Maybe<Scalars['Int']['output']>;
  /** False if an entry could be missing for want of knowledge; `gaps` says why. */
  complete: Scalars['Boolean']['output'];
  /** Why the list may not be complete. */
  gaps: Array<Gap>;
  /** The snapshot that every page of this list belongs to. */
  snapshot: SnapshotRef;
};

/** One entry of a list. */
export type ChangeEdge = {
  /** Its place, for `after`. */
  cursor: Scalars['String']['output'];
  /** What the entry is. */
  node: Change;
};

/** A page of a list. */
export type AccessChangeConnection = Connection & {
  /** The entries of the page, in a stable order. */
  edges: Array<AccessChangeEdge>;
  /** Where the page ends. */
  pageInfo: PageInfo;
  /** The number of entries on all pages; null where counting would mean enumerating. */
  totalCount?: Maybe<Scalars['Int']['output']>;
  /** False if an entry could be missing for want of knowledge; `gaps` says why. */
  complete: Scalars['Boolean']['output'];
  /** Why the list may not be complete. */
  gaps: Array<Gap>;
  /** The snapshot that every page of this list belongs to. */
  snapshot: SnapshotRef;
  /** Identities and credentials whose permissions may hang on what changed. */
  touched: Scalars['Int']['output'];
  /** How many of them were compared, the nearest to the changes first; where it is less, `complete` is false. */
  compared: Scalars['Int']['output'];
};

/** One entry of a list. */
export type AccessChangeEdge = {
  /** Its place, for `after`. */
  cursor: Scalars['String']['output'];
  /** What the entry is. */
  node: AccessChange;
};

export type { NodeKind };

export type { EdgeKind };

export type { Action };

export type { GapReason };

export type { Hidden };

export type { Verdict };

export type { ChangeKind };

export type { Turn };

export type { DenialKind };



export type ResolverTypeWrapper<T> = Promise<T> | T;


export type ResolverWithResolve<TResult, TParent, TContext, TArgs> = {
  resolve: ResolverFn<TResult, TParent, TContext, TArgs>;
};
export type Resolver<TResult, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = ResolverFn<TResult, TParent, TContext, TArgs> | ResolverWithResolve<TResult, TParent, TContext, TArgs>;

export type ResolverFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => Promise<TResult> | TResult;

export type SubscriptionSubscribeFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => AsyncIterable<TResult> | Promise<AsyncIterable<TResult>>;

export type SubscriptionResolveFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;

export interface SubscriptionSubscriberObject<TResult, TKey extends string, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<{ [key in TKey]: TResult }, TParent, TContext, TArgs>;
  resolve?: SubscriptionResolveFn<TResult, { [key in TKey]: TResult }, TContext, TArgs>;
}

export interface SubscriptionResolverObject<TResult, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<any, TParent, TContext, TArgs>;
  resolve: SubscriptionResolveFn<TResult, any, TContext, TArgs>;
}

export type SubscriptionObject<TResult, TKey extends string, TParent, TContext, TArgs> =
  | SubscriptionSubscriberObject<TResult, TKey, TParent, TContext, TArgs>
  | SubscriptionResolverObject<TResult, TParent, TContext, TArgs>;

export type SubscriptionResolver<TResult, TKey extends string, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> =
  | ((...args: any[]) => SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>)
  | SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>;

export type TypeResolveFn<TTypes, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (
  parent: TParent,
  context: TContext,
  info: GraphQLResolveInfo
) => Maybe<TTypes> | Promise<Maybe<TTypes>>;

export type IsTypeOfResolverFn<T = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (obj: T, context: TContext, info: GraphQLResolveInfo) => boolean | Promise<boolean>;

export type NextResolverFn<T> = () => Promise<T>;

export type DirectiveResolverFn<TResult = Record<PropertyKey, never>, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = (
  next: NextResolverFn<TResult>,
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;




/** Mapping of interface types */
export type ResolversInterfaceTypes<_RefType extends Record<string, unknown>> = {
  Node: never;
  Connection:
    | ( NodePage )
    | ( PathPage )
    | ( GapPage )
    | ( SnapshotPage )
    | ( WhoCanPage )
    | ( WhatCanPage )
    | ( ChangePage )
    | ( AccessChangePageParent )
  ;
};

/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  Ref: ResolverTypeWrapper<Scalars['Ref']['output']>;
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  JSON: ResolverTypeWrapper<Scalars['JSON']['output']>;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
  CheckInput: CheckInput;
  Decision: ResolverTypeWrapper<AnswerParent>;
  Proof: ResolverTypeWrapper<ProofParent>;
  Since: ResolverTypeWrapper<SinceParent>;
  Step: ResolverTypeWrapper<StepParent>;
  NodeRef: ResolverTypeWrapper<NodeRefParent>;
  Denial: ResolverTypeWrapper<DenialParent>;
  Condition: ResolverTypeWrapper<ConditionParent>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  ModelRow: ResolverTypeWrapper<NamedRow>;
  Gap: ResolverTypeWrapper<GapParent>;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  Fact: ResolverTypeWrapper<FactParent>;
  Source: ResolverTypeWrapper<SourceParent>;
  SnapshotRef: ResolverTypeWrapper<SnapshotRefParent>;
  Snapshot: ResolverTypeWrapper<SnapshotInfo>;
  Coverage: ResolverTypeWrapper<CoverageRow>;
  Node: ResolverTypeWrapper<NodeParent>;
  Path: ResolverTypeWrapper<PathParent>;
  Connection: ResolverTypeWrapper<ResolversInterfaceTypes<ResolversTypes>['Connection']>;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  NodeConnection: ResolverTypeWrapper<NodePage>;
  NodeEdge: ResolverTypeWrapper<NodeEdgeParent>;
  PathConnection: ResolverTypeWrapper<PathPage>;
  PathEdge: ResolverTypeWrapper<PathEdgeParent>;
  GapConnection: ResolverTypeWrapper<GapPage>;
  GapEdge: ResolverTypeWrapper<GapEdgeParent>;
  SnapshotConnection: ResolverTypeWrapper<SnapshotPage>;
  SnapshotEdge: ResolverTypeWrapper<SnapshotEdgeParent>;
  WhoCanConnection: ResolverTypeWrapper<WhoCanPage>;
  WhoCanEdge: ResolverTypeWrapper<WhoCanEdgeParent>;
  Change: ResolverTypeWrapper<ChangeParent>;
  Difference: ResolverTypeWrapper<DifferenceParent>;
  AccessChange: ResolverTypeWrapper<AccessChangeParent>;
  WhatCanConnection: ResolverTypeWrapper<WhatCanPage>;
  WhatCanEdge: ResolverTypeWrapper<WhatCanEdgeParent>;
  ChangeConnection: ResolverTypeWrapper<ChangePage>;
  ChangeEdge: ResolverTypeWrapper<ChangeEdgeParent>;
  AccessChangeConnection: ResolverTypeWrapper<AccessChangePageParent>;
  AccessChangeEdge: ResolverTypeWrapper<AccessChangeEdgeParent>;
  NodeKind: NodeKind;
  EdgeKind: EdgeKind;
  Action: Action;
  GapReason: GapReason;
  Hidden: Hidden;
  Verdict: Verdict;
  ChangeKind: ChangeKind;
  Turn: Turn;
  DenialKind: DenialKind;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  Ref: Scalars['Ref']['output'];
  DateTime: Scalars['DateTime']['output'];
  JSON: Scalars['JSON']['output'];
  Query: Record<PropertyKey, never>;
  Int: Scalars['Int']['output'];
  String: Scalars['String']['output'];
  CheckInput: CheckInput;
  Decision: AnswerParent;
  Proof: ProofParent;
  Since: SinceParent;
  Step: StepParent;
  NodeRef: NodeRefParent;
  Denial: DenialParent;
  Condition: ConditionParent;
  Boolean: Scalars['Boolean']['output'];
  ModelRow: NamedRow;
  Gap: GapParent;
  ID: Scalars['ID']['output'];
  Fact: FactParent;
  Source: SourceParent;
  SnapshotRef: SnapshotRefParent;
  Snapshot: SnapshotInfo;
  Coverage: CoverageRow;
  Node: NodeParent;
  Path: PathParent;
  Connection: ResolversInterfaceTypes<ResolversParentTypes>['Connection'];
  PageInfo: PageInfo;
  NodeConnection: NodePage;
  NodeEdge: NodeEdgeParent;
  PathConnection: PathPage;
  PathEdge: PathEdgeParent;
  GapConnection: GapPage;
  GapEdge: GapEdgeParent;
  SnapshotConnection: SnapshotPage;
  SnapshotEdge: SnapshotEdgeParent;
  WhoCanConnection: WhoCanPage;
  WhoCanEdge: WhoCanEdgeParent;
  Change: ChangeParent;
  Difference: DifferenceParent;
  AccessChange: AccessChangeParent;
  WhatCanConnection: WhatCanPage;
  WhatCanEdge: WhatCanEdgeParent;
  ChangeConnection: ChangePage;
  ChangeEdge: ChangeEdgeParent;
  AccessChangeConnection: AccessChangePageParent;
  AccessChangeEdge: AccessChangeEdgeParent;
};

export interface RefScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['Ref'], any> {
  name: 'Ref';
}

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export interface JsonScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['JSON'], any> {
  name: 'JSON';
}

export type QueryResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  check?: Resolver<ResolversTypes['Decision'], ParentType, ContextType, RequireFields<QueryCheckArgs, 'identity' | 'action' | 'resource'>>;
  checks?: Resolver<Array<ResolversTypes['Decision']>, ParentType, ContextType, RequireFields<QueryChecksArgs, 'requests'>>;
  paths?: Resolver<ResolversTypes['PathConnection'], ParentType, ContextType, RequireFields<QueryPathsArgs, 'from' | 'to' | 'first'>>;
  whoCan?: Resolver<ResolversTypes['WhoCanConnection'], ParentType, ContextType, RequireFields<QueryWhoCanArgs, 'action' | 'resource' | 'first'>>;
  whatCan?: Resolver<ResolversTypes['WhatCanConnection'], ParentType, ContextType, RequireFields<QueryWhatCanArgs, 'identity' | 'first'>>;
  node?: Resolver<ResolversTypes['Node'], ParentType, ContextType, RequireFields<QueryNodeArgs, 'ref'>>;
  find?: Resolver<ResolversTypes['NodeConnection'], ParentType, ContextType, RequireFields<QueryFindArgs, 'text' | 'first'>>;
  gaps?: Resolver<ResolversTypes['GapConnection'], ParentType, ContextType, RequireFields<QueryGapsArgs, 'first'>>;
  coverage?: Resolver<Array<ResolversTypes['Coverage']>, ParentType, ContextType, Partial<QueryCoverageArgs>>;
  snapshots?: Resolver<ResolversTypes['SnapshotConnection'], ParentType, ContextType, RequireFields<QuerySnapshotsArgs, 'first'>>;
  changes?: Resolver<ResolversTypes['ChangeConnection'], ParentType, ContextType, RequireFields<QueryChangesArgs, 'from' | 'first'>>;
  accessChanges?: Resolver<ResolversTypes['AccessChangeConnection'], ParentType, ContextType, RequireFields<QueryAccessChangesArgs, 'from' | 'first'>>;
};

export type DecisionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Decision'] = ResolversParentTypes['Decision']> = {
  verdict?: Resolver<ResolversTypes['Verdict'], ParentType, ContextType>;
  reason?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  proofs?: Resolver<Array<ResolversTypes['Proof']>, ParentType, ContextType, RequireFields<DecisionProofsArgs, 'first' | 'offset'>>;
  denials?: Resolver<Array<ResolversTypes['Denial']>, ParentType, ContextType>;
  conditions?: Resolver<Array<ResolversTypes['Condition']>, ParentType, ContextType>;
  assumptions?: Resolver<Array<ResolversTypes['ModelRow']>, ParentType, ContextType>;
  gaps?: Resolver<Array<ResolversTypes['Gap']>, ParentType, ContextType>;
  blindSpots?: Resolver<Array<ResolversTypes['ModelRow']>, ParentType, ContextType>;
  snapshot?: Resolver<ResolversTypes['SnapshotRef'], ParentType, ContextType>;
};

export type ProofResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Proof'] = ResolversParentTypes['Proof']> = {
  text?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  steps?: Resolver<Array<ResolversTypes['Step']>, ParentType, ContextType>;
  since?: Resolver<Maybe<ResolversTypes['Since']>, ParentType, ContextType>;
};

export type SinceResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Since'] = ResolversParentTypes['Since']> = {
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  fact?: Resolver<ResolversTypes['Fact'], ParentType, ContextType>;
};

export type StepResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Step'] = ResolversParentTypes['Step']> = {
  from?: Resolver<ResolversTypes['NodeRef'], ParentType, ContextType>;
  edge?: Resolver<ResolversTypes['EdgeKind'], ParentType, ContextType>;
  to?: Resolver<ResolversTypes['NodeRef'], ParentType, ContextType>;
  fact?: Resolver<Maybe<ResolversTypes['Fact']>, ParentType, ContextType>;
  source?: Resolver<Maybe<ResolversTypes['Source']>, ParentType, ContextType>;
  rule?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type NodeRefResolvers<ContextType = Context, ParentType extends ResolversParentTypes['NodeRef'] = ResolversParentTypes['NodeRef']> = {
  ref?: Resolver<ResolversTypes['Ref'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['NodeKind'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<Maybe<ResolversTypes['Node']>, ParentType, ContextType>;
};

export type DenialResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Denial'] = ResolversParentTypes['Denial']> = {
  kind?: Resolver<ResolversTypes['DenialKind'], ParentType, ContextType>;
  text?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  held?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  needed?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  proof?: Resolver<Maybe<ResolversTypes['Proof']>, ParentType, ContextType>;
  restrictions?: Resolver<Array<ResolversTypes['NodeRef']>, ParentType, ContextType>;
};

export type ConditionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Condition'] = ResolversParentTypes['Condition']> = {
  text?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  restriction?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  value?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  rules?: Resolver<Array<ResolversTypes['NodeRef']>, ParentType, ContextType>;
  certain?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type ModelRowResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ModelRow'] = ResolversParentTypes['ModelRow']> = {
  id?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  doc?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  source?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type GapResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Gap'] = ResolversParentTypes['Gap']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  reason?: Resolver<ResolversTypes['GapReason'], ParentType, ContextType>;
  hides?: Resolver<ResolversTypes['Hidden'], ParentType, ContextType>;
  scope?: Resolver<ResolversTypes['NodeRef'], ParentType, ContextType>;
  subject?: Resolver<Maybe<ResolversTypes['NodeRef']>, ParentType, ContextType>;
  detail?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  text?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type FactResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Fact'] = ResolversParentTypes['Fact']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['EdgeKind'], ParentType, ContextType>;
  from?: Resolver<ResolversTypes['NodeRef'], ParentType, ContextType>;
  to?: Resolver<ResolversTypes['NodeRef'], ParentType, ContextType>;
  word?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  validFrom?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  validTo?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  confidence?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  stale?: Resolver<Maybe<ResolversTypes['Boolean']>, ParentType, ContextType>;
  source?: Resolver<Maybe<ResolversTypes['Source']>, ParentType, ContextType>;
  sources?: Resolver<Array<ResolversTypes['Source']>, ParentType, ContextType>;
};

export type SourceResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Source'] = ResolversParentTypes['Source']> = {
  connector?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  endpoint?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  run?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  fetchedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type SnapshotRefResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SnapshotRef'] = ResolversParentTypes['SnapshotRef']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type SnapshotResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Snapshot'] = ResolversParentTypes['Snapshot']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  connector?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  report?: Resolver<ResolversTypes['JSON'], ParentType, ContextType>;
};

export type CoverageResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Coverage'] = ResolversParentTypes['Coverage']> = {
  connector?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  endpoint?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  facts?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  stale?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  gaps?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  newestAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
};

export type NodeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Node'] = ResolversParentTypes['Node']> = {
  __resolveType: TypeResolveFn<null, ParentType, ContextType>;
};

export type PathResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Path'] = ResolversParentTypes['Path']> = {
  action?: Resolver<ResolversTypes['Action'], ParentType, ContextType>;
  text?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  steps?: Resolver<Array<ResolversTypes['Step']>, ParentType, ContextType>;
  since?: Resolver<Maybe<ResolversTypes['Since']>, ParentType, ContextType>;
};

export type ConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Connection'] = ResolversParentTypes['Connection']> = {
  __resolveType: TypeResolveFn<'NodeConnection' | 'PathConnection' | 'GapConnection' | 'SnapshotConnection' | 'WhoCanConnection' | 'WhatCanConnection' | 'ChangeConnection' | 'AccessChangeConnection', ParentType, ContextType>;
};

export type PageInfoResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  hasPreviousPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  startCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  endCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type NodeConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['NodeConnection'] = ResolversParentTypes['NodeConnection']> = {
  edges?: Resolver<Array<ResolversTypes['NodeEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  complete?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  gaps?: Resolver<Array<ResolversTypes['Gap']>, ParentType, ContextType>;
  snapshot?: Resolver<ResolversTypes['SnapshotRef'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type NodeEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['NodeEdge'] = ResolversParentTypes['NodeEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Node'], ParentType, ContextType>;
};

export type PathConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PathConnection'] = ResolversParentTypes['PathConnection']> = {
  edges?: Resolver<Array<ResolversTypes['PathEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  complete?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  gaps?: Resolver<Array<ResolversTypes['Gap']>, ParentType, ContextType>;
  snapshot?: Resolver<ResolversTypes['SnapshotRef'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type PathEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PathEdge'] = ResolversParentTypes['PathEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Path'], ParentType, ContextType>;
};

export type GapConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['GapConnection'] = ResolversParentTypes['GapConnection']> = {
  edges?: Resolver<Array<ResolversTypes['GapEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  complete?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  gaps?: Resolver<Array<ResolversTypes['Gap']>, ParentType, ContextType>;
  snapshot?: Resolver<ResolversTypes['SnapshotRef'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type GapEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['GapEdge'] = ResolversParentTypes['GapEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Gap'], ParentType, ContextType>;
};

export type SnapshotConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SnapshotConnection'] = ResolversParentTypes['SnapshotConnection']> = {
  edges?: Resolver<Array<ResolversTypes['SnapshotEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  complete?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  gaps?: Resolver<Array<ResolversTypes['Gap']>, ParentType, ContextType>;
  snapshot?: Resolver<ResolversTypes['SnapshotRef'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type SnapshotEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SnapshotEdge'] = ResolversParentTypes['SnapshotEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Snapshot'], ParentType, ContextType>;
};

export type WhoCanConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['WhoCanConnection'] = ResolversParentTypes['WhoCanConnection']> = {
  edges?: Resolver<Array<ResolversTypes['WhoCanEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  complete?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  gaps?: Resolver<Array<ResolversTypes['Gap']>, ParentType, ContextType>;
  snapshot?: Resolver<ResolversTypes['SnapshotRef'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type WhoCanEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['WhoCanEdge'] = ResolversParentTypes['WhoCanEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Node'], ParentType, ContextType>;
  verdict?: Resolver<ResolversTypes['Verdict'], ParentType, ContextType>;
  permission?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  actions?: Resolver<Array<ResolversTypes['Action']>, ParentType, ContextType>;
  proof?: Resolver<Maybe<ResolversTypes['Proof']>, ParentType, ContextType>;
};

export type ChangeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Change'] = ResolversParentTypes['Change']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  turn?: Resolver<ResolversTypes['Turn'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['ChangeKind'], ParentType, ContextType>;
  text?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  from?: Resolver<ResolversTypes['NodeRef'], ParentType, ContextType>;
  to?: Resolver<Maybe<ResolversTypes['NodeRef']>, ParentType, ContextType>;
  edge?: Resolver<Maybe<ResolversTypes['EdgeKind']>, ParentType, ContextType>;
  word?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  differences?: Resolver<Array<ResolversTypes['Difference']>, ParentType, ContextType>;
  at?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
};

export type DifferenceResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Difference'] = ResolversParentTypes['Difference']> = {
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  before?: Resolver<Maybe<ResolversTypes['JSON']>, ParentType, ContextType>;
  after?: Resolver<Maybe<ResolversTypes['JSON']>, ParentType, ContextType>;
};

export type AccessChangeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['AccessChange'] = ResolversParentTypes['AccessChange']> = {
  identity?: Resolver<ResolversTypes['Node'], ParentType, ContextType>;
  resource?: Resolver<ResolversTypes['Node'], ParentType, ContextType>;
  before?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  after?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  gained?: Resolver<Array<ResolversTypes['Action']>, ParentType, ContextType>;
  lost?: Resolver<Array<ResolversTypes['Action']>, ParentType, ContextType>;
};

export type WhatCanConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['WhatCanConnection'] = ResolversParentTypes['WhatCanConnection']> = {
  edges?: Resolver<Array<ResolversTypes['WhatCanEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  complete?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  gaps?: Resolver<Array<ResolversTypes['Gap']>, ParentType, ContextType>;
  snapshot?: Resolver<ResolversTypes['SnapshotRef'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type WhatCanEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['WhatCanEdge'] = ResolversParentTypes['WhatCanEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Node'], ParentType, ContextType>;
  verdict?: Resolver<ResolversTypes['Verdict'], ParentType, ContextType>;
  permission?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  actions?: Resolver<Array<ResolversTypes['Action']>, ParentType, ContextType>;
  proof?: Resolver<Maybe<ResolversTypes['Proof']>, ParentType, ContextType>;
};

export type ChangeConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ChangeConnection'] = ResolversParentTypes['ChangeConnection']> = {
  edges?: Resolver<Array<ResolversTypes['ChangeEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  complete?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  gaps?: Resolver<Array<ResolversTypes['Gap']>, ParentType, ContextType>;
  snapshot?: Resolver<ResolversTypes['SnapshotRef'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ChangeEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ChangeEdge'] = ResolversParentTypes['ChangeEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Change'], ParentType, ContextType>;
};

export type AccessChangeConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['AccessChangeConnection'] = ResolversParentTypes['AccessChangeConnection']> = {
  edges?: Resolver<Array<ResolversTypes['AccessChangeEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  complete?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  gaps?: Resolver<Array<ResolversTypes['Gap']>, ParentType, ContextType>;
  snapshot?: Resolver<ResolversTypes['SnapshotRef'], ParentType, ContextType>;
  touched?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  compared?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type AccessChangeEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['AccessChangeEdge'] = ResolversParentTypes['AccessChangeEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['AccessChange'], ParentType, ContextType>;
};

export type NodeKindResolvers = EnumResolverSignature<{ USER?: any, SERVICE_USER?: any, ANONYMOUS?: any, GROUP?: any, EVERYONE?: any, API_TOKEN?: any, ACCESS_TOKEN?: any, OAUTH_CONSUMER?: any, DEPLOY_KEY?: any, ACCESS_KEY?: any, SSH_KEY?: any, APPLICATION_LINK?: any, OIDC_IDENTITY?: any, WORKSPACE?: any, INSTANCE?: any, PROJECT?: any, REPOSITORY?: any, BRANCH?: any, ENVIRONMENT?: any, VARIABLE?: any, RUNNER?: any, PIPELINE?: any, WEBHOOK?: any, INTEGRATION?: any, SCHEDULE?: any, SETTINGS?: any, OUTSIDE_REPOSITORY?: any, PIPELINE_KEY?: any, KNOWN_HOST?: any, OIDC_ISSUER?: any, OIDC_KEY_SET?: any, DEFINITION?: any, PIPELINE_STEP?: any, IMAGE?: any, PIPE?: any, BRANCH_RESTRICTION?: any, DEPLOYMENT_RESTRICTION?: any, MERGE_CHECK?: any, BRANCH_PATTERN?: any, SCOPE?: any, ZONE?: any, PERMISSION?: any }, ResolversTypes['NodeKind']>;

export type EdgeKindResolvers = EnumResolverSignature<{ ACTS_AS?: any, MEMBER_OF?: any, HOLDS?: any, REPORTED?: any, CONTAINS?: any, RESTRICTS?: any, EXEMPTS?: any, CLASSIFIES?: any, HAS_SCOPE?: any, FORK_OF?: any, REVIEWS?: any, RAN?: any, DEPLOYED?: any, USES?: any, DEPLOYS_TO?: any, IMPLIES?: any, ON?: any }, ResolversTypes['EdgeKind']>;

export type ActionResolvers = EnumResolverSignature<{ REPOSITORY_READ?: any, REPOSITORY_WRITE?: any, REPOSITORY_ADMIN?: any, REPOSITORY_DELETE?: any, BRANCH_PUSH?: any, BRANCH_FORCE_PUSH?: any, BRANCH_DELETE?: any, BRANCH_CREATE?: any, BRANCH_MERGE?: any, PULLREQUEST_CREATE?: any, PULLREQUEST_APPROVE?: any, PERMISSION_GRANT?: any, RESTRICTION_EDIT?: any, PIPELINE_READ?: any, PIPELINE_RUN?: any, PIPELINE_CONFIGURE?: any, VARIABLE_READ?: any, VARIABLE_EDIT?: any, ENVIRONMENT_DEPLOY?: any, ENVIRONMENT_EDIT?: any, RUNNER_USE?: any, RUNNER_REGISTER?: any, DEPLOYKEY_CREATE?: any, WEBHOOK_CREATE?: any, PROJECT_READ?: any, PROJECT_WRITE?: any, PROJECT_CREATE_REPOSITORY?: any, PROJECT_ADMIN?: any, WORKSPACE_MEMBER?: any, WORKSPACE_CREATE_PROJECT?: any, WORKSPACE_ADMIN?: any, INSTANCE_LOGIN?: any, INSTANCE_CREATE_PROJECT?: any, INSTANCE_ADMIN?: any, INSTANCE_SYS_ADMIN?: any }, ResolversTypes['Action']>;

export type GapReasonResolvers = EnumResolverSignature<{ DENIED?: any, PLAN?: any, MISSING?: any, FAILED?: any, BUDGET?: any, UNKNOWN_VALUE?: any, UNKNOWN_PATTERN?: any, UNLISTED?: any, STALE?: any, BEFORE_FIRST_RUN?: any, UNDECODABLE?: any }, ResolversTypes['GapReason']>;

export type HiddenResolvers = EnumResolverSignature<{ USER_GRANTS?: any, GROUP_GRANTS?: any, GRANT_LEVEL?: any, CREDENTIAL_LEVEL?: any, VISIBILITY?: any, GROUP_MEMBERS?: any, GROUPS?: any, SCOPES?: any, OWNER?: any, ACTIVITY?: any, RULES?: any, RULE_MATCH?: any, EXEMPT?: any, BRANCHING_MODEL?: any, PROJECTS?: any, REPOSITORIES?: any, IDENTITIES?: any, DEPLOY_KEYS?: any, ENVIRONMENTS?: any, VARIABLES?: any, RUNNERS?: any, WEBHOOKS?: any, PIPELINES?: any, SCHEDULES?: any, SETTINGS?: any, REVIEWERS?: any, FORKS?: any, SSH_KEYS?: any, PIPELINE_RUNS?: any, DEPLOYMENTS?: any, PIPELINE_KEYS?: any, OIDC?: any, DEFINITIONS?: any, LISTING?: any, FACT?: any, EVERYTHING?: any }, ResolversTypes['Hidden']>;

export type VerdictResolvers = EnumResolverSignature<{ ALLOW?: any, DENY?: any, UNKNOWN?: any }, ResolversTypes['Verdict']>;

export type ChangeKindResolvers = EnumResolverSignature<{ GRANTS?: any, MEMBERSHIPS?: any, RESTRICTIONS?: any, KEYS?: any, SETTINGS?: any, DEFINITIONS?: any, IDENTITIES?: any, CONTENT?: any, REPORTS?: any, RUNS?: any, GAPS?: any }, ResolversTypes['ChangeKind']>;

export type TurnResolvers = EnumResolverSignature<{ APPEARED?: any, VANISHED?: any, CHANGED?: any }, ResolversTypes['Turn']>;

export type DenialKindResolvers = EnumResolverSignature<{ INACTIVE?: any, EXPIRED?: any, LEVEL?: any, SCOPE?: any, RULE?: any }, ResolversTypes['DenialKind']>;

export type Resolvers<ContextType = Context> = {
  Ref?: GraphQLScalarType;
  DateTime?: GraphQLScalarType;
  JSON?: GraphQLScalarType;
  Query?: QueryResolvers<ContextType>;
  Decision?: DecisionResolvers<ContextType>;
  Proof?: ProofResolvers<ContextType>;
  Since?: SinceResolvers<ContextType>;
  Step?: StepResolvers<ContextType>;
  NodeRef?: NodeRefResolvers<ContextType>;
  Denial?: DenialResolvers<ContextType>;
  Condition?: ConditionResolvers<ContextType>;
  ModelRow?: ModelRowResolvers<ContextType>;
  Gap?: GapResolvers<ContextType>;
  Fact?: FactResolvers<ContextType>;
  Source?: SourceResolvers<ContextType>;
  SnapshotRef?: SnapshotRefResolvers<ContextType>;
  Snapshot?: SnapshotResolvers<ContextType>;
  Coverage?: CoverageResolvers<ContextType>;
  Node?: NodeResolvers<ContextType>;
  Path?: PathResolvers<ContextType>;
  Connection?: ConnectionResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  NodeConnection?: NodeConnectionResolvers<ContextType>;
  NodeEdge?: NodeEdgeResolvers<ContextType>;
  PathConnection?: PathConnectionResolvers<ContextType>;
  PathEdge?: PathEdgeResolvers<ContextType>;
  GapConnection?: GapConnectionResolvers<ContextType>;
  GapEdge?: GapEdgeResolvers<ContextType>;
  SnapshotConnection?: SnapshotConnectionResolvers<ContextType>;
  SnapshotEdge?: SnapshotEdgeResolvers<ContextType>;
  WhoCanConnection?: WhoCanConnectionResolvers<ContextType>;
  WhoCanEdge?: WhoCanEdgeResolvers<ContextType>;
  Change?: ChangeResolvers<ContextType>;
  Difference?: DifferenceResolvers<ContextType>;
  AccessChange?: AccessChangeResolvers<ContextType>;
  WhatCanConnection?: WhatCanConnectionResolvers<ContextType>;
  WhatCanEdge?: WhatCanEdgeResolvers<ContextType>;
  ChangeConnection?: ChangeConnectionResolvers<ContextType>;
  ChangeEdge?: ChangeEdgeResolvers<ContextType>;
  AccessChangeConnection?: AccessChangeConnectionResolvers<ContextType>;
  AccessChangeEdge?: AccessChangeEdgeResolvers<ContextType>;
  NodeKind?: NodeKindResolvers;
  EdgeKind?: EdgeKindResolvers;
  Action?: ActionResolvers;
  GapReason?: GapReasonResolvers;
  Hidden?: HiddenResolvers;
  Verdict?: VerdictResolvers;
  ChangeKind?: ChangeKindResolvers;
  Turn?: TurnResolvers;
  DenialKind?: DenialKindResolvers;
};

