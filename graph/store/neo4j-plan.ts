/**
 * The difference between what a commit states and what the store holds, worked out before anything is written.
 *
 * A scope whose digests are those of before is not looked at any further. Of the others what is open is read together: round trips
 * grow with what is read, not with the number of scopes. The caller holds the lease, so nobody else writes meanwhile.
 */
import { invariant } from '../errors.ts';
import type { GapFact, NodeFact, NodeKey } from '../fact.ts';
import { nodeContentOf } from './contents.ts';
import { IMPLIED_ENDPOINT, IMPLIED_SCOPE, impliedNode } from './implied.ts';
import { type KnownScope, type StoreBefore, type StoreReader, spokenNode } from './neo4j-before.ts';
import { Changes, type NewReading } from './neo4j-changes.ts';
import { compareEdges, compareGaps, compareNodes, type ScopeCase } from './neo4j-compare.ts';
import { type Digests, type EdgeText, GatheredFacts } from './neo4j-gather.ts';
import { requireIndexable } from './neo4j-limits.ts';
import { decodeOpenEdges, encodeOpenEdges, type OpenEdge } from './neo4j-scope-edges.ts';
import type { RunCommit } from './port.ts';
import { OUTCOMES } from './scope-outcomes.ts';

/** The digest of a scope of which more is open than its last reading stated. */
const UNKNOWN = '?';
const NOTHING: Digests = ['', '', ''];
const NODES = 0;
const EDGES = 1;
const GAPS = 2;

/** A scope that the commit reads or closes. */
interface Task {
  /** In the commit; -1 for a scope that it does not list. */
  readonly position: number;
  readonly number: number;
  readonly known: KnownScope | null;
  readonly outcome: number;
  /** Of what is stated. */
  readonly digests: Digests;
  /** Positions in the gathered edges. */
  readonly edges: Int32Array;
}

export interface PlanRequest {
  readonly reader: StoreReader;
  readonly connector: string;
  readonly before: StoreBefore;
  /** The commit instant. */
  readonly at: number;
}

/** Errors: LIMIT for a text that cannot be kept; a defect where a fact's scope is not listed or an end has no node. */
export async function planCommit({ facts, scopes, closeUnlisted }: RunCommit, request: PlanRequest): Promise<Changes> {
  invariant(!scopes.has(IMPLIED_SCOPE), 'a scope has a name');
  const gathered = new GatheredFacts([...scopes.keys(), IMPLIED_SCOPE]);
  await gathered.addAll(facts);
  const changes = await new Plan(gathered, request).make(scopes, closeUnlisted);
  requireIndexable(changes);
  return changes;
}

class Plan {
  readonly #gathered: GatheredFacts;
  readonly #reader: StoreReader;
  readonly #before: StoreBefore;
  readonly #changes: Changes;
  /** By position of a key: was the store asked for it? Its number, -1 for unknown. Is it stated by the commit, or does it hold in the store? */
  readonly #isAsked: Uint8Array;
  readonly #numbers: Int32Array;
  readonly #isThere: Uint8Array;

  constructor(gathered: GatheredFacts, { reader, connector, before, at }: PlanRequest) {
    this.#gathered = gathered;
    this.#reader = reader;
    this.#before = before;
    this.#changes = new Changes({ at, connector });
    this.#isAsked = new Uint8Array(gathered.keys.length);
    this.#numbers = new Int32Array(gathered.keys.length).fill(-1);
    this.#isThere = new Uint8Array(gathered.keys.length);
  }

  async make(scopes: RunCommit['scopes'], closeUnlisted: boolean): Promise<Changes> {
    const tasks = [...(await this.#listed(scopes)), ...(closeUnlisted ? this.#unlisted(scopes) : [])];
    const changed = tasks.filter(isChanged);
    this.#askForEnds();
    for (const task of changed) this.#askFor(task);
    await this.#findAsked();
    const implied = this.#impliedNodes();
    this.#numberNew();
    await this.#compare(changed);
    this.#stateImplied(implied);
    await this.#findEnds();
    await this.#speak();
    for (const task of tasks) this.#changes.readings.push(this.#readingOf(task));
    return this.#changes;
  }

  async #listed(scopes: RunCommit['scopes']): Promise<Task[]> {
    const { order, start } = await this.#gathered.edgesByScope();
    return [...scopes].map(([name, outcome], position) => {
      const edges = order.subarray(start[position], start[position + 1]);
      const known = this.#before.scopes.get(name) ?? null;
      const number = known?.number ?? this.#newScope(name);
      return { position, number, known, outcome: OUTCOMES[outcome], digests: this.#gathered.digests(position, edges), edges };
    });
  }

  /** Scopes that this run no longer knows of: their containers are gone. */
  #unlisted(scopes: RunCommit['scopes']): Task[] {
    const left = [...this.#before.scopes].filter(([name]) => name !== IMPLIED_SCOPE && !scopes.has(name)).map(([, known]) => known);
    const closed = left.filter(({ state }) => state !== null && state.outcome !== OUTCOMES.gone);
    return closed.map((known) => ({
      position: -1,
      number: known.number,
      known,
      outcome: OUTCOMES.gone,
      digests: NOTHING,
      edges: new Int32Array(0),
    }));
  }

  #newScope(name: string): number {
    const number = this.#before.nextScope + this.#changes.newScopes.length;
    this.#changes.newScopes.push({ number, name });
    return number;
  }

  /** Ends that no fact of the commit states must hold in the store. */
  #askForEnds(): void {
    const { keys, nodes, gaps, edges } = this.#gathered;
    for (const stated of nodes.values()) for (const key of stated.keys()) this.#isThere[this.#gathered.positionOf(key)] = 1;
    const ask = (position: number) => {
      if (this.#isThere[position] === 0) this.#isAsked[position] = 1;
    };
    for (let at = 0; at < edges.length; at++) {
      ask(edges.from[at] as number);
      ask(edges.to[at] as number);
    }
    for (const ofScope of gaps.values())
      for (const gap of ofScope.values()) for (const key of endsOf(gap)) ask(this.#gathered.positionOf(key));
    invariant(keys.length === this.#isAsked.length, 'every key was met before the store is asked');
  }

  /** All that the scope states. */
  #askFor({ position, edges }: Task): void {
    const { from, to } = this.#gathered.edges;
    for (const edge of edges) {
      this.#isAsked[from[edge] as number] = 1;
      this.#isAsked[to[edge] as number] = 1;
    }
    const gaps = [...(this.#gathered.gaps.get(position)?.values() ?? [])];
    for (const key of [...this.#nodesOf(position).keys(), ...gaps.flatMap(endsOf)]) this.#isAsked[this.#gathered.positionOf(key)] = 1;
  }

  async #findAsked(): Promise<void> {
    const asked = this.#positionsWhere((position) => this.#isAsked[position] === 1);
    // A store without nodes knows none of them.
    const found = this.#before.nextNode === 0 ? [] : await this.#reader.nodesByKey(asked.map((position) => this.#keyAt(position)));
    for (const { index, number, id, holds } of found) {
      const position = asked[index] as number;
      this.#numbers[position] = number;
      if (holds) this.#isThere[position] = 1;
      this.#changes.ids.set(number, id);
      this.#changes.keys.set(number, this.#keyAt(position));
    }
  }

  /** The nodes that exist because a fact names them. Every other end has a node fact, in the commit or in the store. */
  #impliedNodes(): NodeFact[] {
    const bare = this.#positionsWhere((position) => this.#isThere[position] === 0);
    return bare.map((position) => impliedNode(this.#keyAt(position)));
  }

  /** In the order of their keys, as the compiler wants them. */
  #numberNew(): void {
    const fresh = this.#positionsWhere((position) => this.#isAsked[position] === 1 && this.#numbers[position] === -1);
    fresh.sort((a, b) => (this.#keyAt(a) < this.#keyAt(b) ? -1 : 1));
    for (const position of fresh) {
      const number = this.#before.nextNode + this.#changes.newNodes.length;
      this.#numbers[position] = number;
      this.#changes.newNodes.push({ number, key: this.#keyAt(position) });
      this.#changes.keys.set(number, this.#keyAt(position));
    }
  }

  async #compare(changed: readonly Task[]): Promise<void> {
    const known = (which: number) => changed.flatMap((task) => (task.known?.state != null && differs(task, which) ? [task.known] : []));
    const [nodes, edges, gaps] = await Promise.all([
      this.#reader.openNodes(known(NODES)),
      this.#reader.openEdges(known(EDGES)),
      this.#reader.openGaps(known(GAPS)),
    ]);
    for (const task of changed) {
      const { number: scope, position } = task;
      const digests: [string, string, string] = [...(task.known?.state?.digests ?? NOTHING)];
      const each: ScopeCase = { scope, isComplete: task.outcome !== OUTCOMES.unread, changes: this.#changes };
      if (differs(task, NODES)) {
        const stated = [...this.#nodesOf(position).values()].map((node) => ({
          node: this.#numberOf(node.key),
          content: nodeContentOf(node),
        }));
        digests[NODES] = compareNodes(each, nodes.get(scope) ?? [], stated) ? UNKNOWN : task.digests[NODES];
      }
      let bytes: Uint8Array | null = null;
      if (differs(task, EDGES)) {
        const open = edges.get(scope);
        const { edges: after, hasMore } = compareEdges(each, open === undefined ? [] : decodeOpenEdges(open), this.#statedEdges(task));
        digests[EDGES] = hasMore ? UNKNOWN : task.digests[EDGES];
        bytes = encodeOpenEdges(after);
      }
      if (differs(task, GAPS)) {
        compareGaps(each, gaps.get(scope) ?? [], this.#statedGaps(task));
        digests[GAPS] = task.digests[GAPS];
      }
      const before = task.known?.state?.slot;
      this.#changes.slots.push({ scope, slot: before === 0 ? 1 : 0, outcome: task.outcome, digests, edges: bytes });
    }
  }

  #statedEdges({ edges }: Task): OpenEdge[] {
    const { kind, from, to, text } = this.#gathered.edges;
    return Array.from(edges, (edge) => {
      const { word, props } = this.#gathered.texts[text[edge] as number] as EdgeText;
      return {
        kind: kind[edge] as number,
        from: this.#numbers[from[edge] as number] as number,
        to: this.#numbers[to[edge] as number] as number,
        word,
        props,
        stale: false,
      };
    });
  }

  #statedGaps({ position, number: scope }: Task) {
    return [...(this.#gathered.gaps.get(position)?.values() ?? [])].map(({ reason, hides, scope: about, subject, detail }) => ({
      reason,
      hides,
      about: this.#numberOf(about),
      subject: subject === '' ? null : this.#numberOf(subject),
      detail: detail.toWellFormed(),
      scope,
    }));
  }

  #stateImplied(nodes: readonly NodeFact[]): void {
    if (nodes.length === 0) return;
    const scope = this.#before.scopes.get(IMPLIED_SCOPE)?.number ?? this.#newScope(IMPLIED_SCOPE);
    const { at } = this.#changes;
    for (const node of nodes) {
      this.#changes.openedNodes.push({ node: this.#numberOf(node.key), content: nodeContentOf(node), scope, openedAt: at });
      this.#changes.contents.set(this.#numberOf(node.key), null);
    }
    this.#changes.readings.push({ scope, outcome: OUTCOMES.implied, endpoint: IMPLIED_ENDPOINT, fetchedAt: at });
  }

  /** Of edges that are closed the ends need not be stated. */
  async #findEnds(): Promise<void> {
    const { keys, edgeLists } = this.#changes;
    const missing = new Set<number>();
    for (const { from, to, length } of edgeLists)
      for (let at = 0; at < length; at++) for (const end of [from[at] as number, to[at] as number]) if (!keys.has(end)) missing.add(end);
    for (const { number, id, key } of await this.#reader.nodesByNumber([...missing])) {
      this.#changes.ids.set(number, id);
      keys.set(number, key);
    }
  }

  /** What holds from now on of the nodes of which a statement was opened or closed. */
  async #speak(): Promise<void> {
    const { contents, connector, closedNodes, openedNodes, keys } = this.#changes;
    const closed = new Set(closedNodes);
    const open = await this.#reader.speakingNodes([...contents.keys()].filter((node) => node < this.#before.nextNode));
    const opened = Map.groupBy(openedNodes, ({ node }) => node);
    for (const node of contents.keys()) {
      const stays = (open.get(node) ?? []).filter(({ id }) => !closed.has(id));
      const comes = (opened.get(node) ?? []).map((each) => ({ ...each, key: keys.get(node) as NodeKey, connector }));
      contents.set(node, spokenNode([...stays, ...comes]));
    }
  }

  #readingOf({ position, number: scope, outcome }: Task): NewReading {
    const fetchedAt = position < 0 ? -1 : (this.#gathered.fetchedAt[position] as number);
    const endpoint = this.#gathered.endpoint[position] ?? '';
    return { scope, outcome, endpoint, fetchedAt: fetchedAt < 0 ? this.#changes.at : fetchedAt };
  }

  #nodesOf(position: number): ReadonlyMap<NodeKey, NodeFact> {
    return this.#gathered.nodes.get(position) ?? new Map();
  }

  #keyAt(position: number): NodeKey {
    return this.#gathered.keys[position] as NodeKey;
  }

  #numberOf(key: NodeKey): number {
    return this.#numbers[this.#gathered.positionOf(key)] as number;
  }

  #positionsWhere(holds: (position: number) => boolean): number[] {
    const found: number[] = [];
    for (let position = 0; position < this.#isAsked.length; position++) if (holds(position)) found.push(position);
    return found;
  }
}

/** Must the scope be looked at? What was met by a reading that failed is opened again. */
function isChanged(task: Task): boolean {
  const { known, outcome } = task;
  if (known?.state == null || [NODES, EDGES, GAPS].some((which) => differs(task, which))) return true;
  return (known.state.outcome === OUTCOMES.gone) !== (outcome === OUTCOMES.gone);
}

/** Must the open statements of one sort be looked at? */
function differs({ known, digests, outcome }: Task, which: number): boolean {
  const before = known?.state?.digests[which] ?? '';
  return digests[which] !== before || (which !== GAPS && outcome === OUTCOMES.unread && before !== '');
}

function endsOf({ scope, subject }: GapFact): NodeKey[] {
  return subject === '' ? [scope] : [scope, subject];
}
