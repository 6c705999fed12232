/**
 * Collects what pages state and merges it into facts whose content does not depend on the order of pages.
 *
 * Many pages show the same user or group, with more or fewer fields and sometimes with another name. A node gets one content
 * for the whole run: each field from the sighting of the best rank, the smallest text among equals. Every scope that saw
 * the node states it.
 * INVARIANT: one fact per scope and id.
 */
import {
  contentText,
  type EdgeFact,
  factId,
  type GapFact,
  type NodeFact,
  type NodeKey,
  type Ref,
  type Scalar,
  type StatedFact,
} from '../graph/fact.ts';
import type { NodeKind } from '../graph/model/node-kinds.ts';
import { EdgeColumn, Numbering, Places, SightingColumn } from './statement-columns.ts';

/** Where something was read. */
export interface Where {
  readonly scope: string;
  /** The path template. */
  readonly endpoint: string;
  readonly fetchedAt: number;
}

export interface Sighting {
  readonly key: NodeKey;
  readonly kind: NodeKind;
  /** 0 is the endpoint that knows best. */
  readonly rank: number;
  /** Left out where the page does not show it. */
  readonly ref?: Ref | undefined;
  readonly name?: string | undefined;
  readonly aliases?: readonly Ref[];
  readonly props?: Readonly<Record<string, Scalar | undefined>>;
  /** Properties that every endpoint knows equally well: the smallest text wins whatever the rank, `false` before `true`. */
  readonly equalProps?: Readonly<Record<string, Scalar | undefined>>;
}

interface Candidate {
  readonly field: string;
  readonly rank: number;
  readonly value: Scalar;
}

/** Few fields and aliases of each of many nodes: lists take less memory than maps and sets. */
interface Seen {
  readonly key: NodeKey;
  fields: readonly Candidate[];
  aliases: readonly Ref[];
}

export class Statements {
  readonly #places = new Places();
  readonly #keys = new Numbering();
  /** By the number of its key; none where only edges name it. */
  readonly #seen: (Seen | undefined)[] = [];
  readonly #sightings = new SightingColumn(this.#places);
  readonly #edges = new EdgeColumn(this.#places, this.#keys);
  /** By scope and id. */
  readonly #gaps = new Map<string, StatedFact & { readonly fact: GapFact }>();

  see(sighting: Sighting, where: Where): NodeKey {
    const { key, rank, kind, ref, name, aliases = [], props = {}, equalProps = {} } = sighting;
    const node = this.#keys.of(key);
    const seen = this.#seen[node] ?? { key: this.#keys.texts[node] as NodeKey, fields: [], aliases: [] };
    this.#seen[node] = seen;
    show(seen, { field: 'kind', rank, value: kind });
    show(seen, { field: 'ref', rank, value: ref });
    show(seen, { field: 'name', rank, value: name });
    for (const field in props) show(seen, { field: propField(field), rank, value: props[field] });
    for (const field in equalProps) show(seen, { field: propField(field), rank: 0, value: equalProps[field] });
    for (const alias of aliases) if (!seen.aliases.includes(alias)) seen.aliases = [...seen.aliases, alias];
    this.#sightings.add(node, where);
    return seen.key;
  }

  /** Has anything stated the node? */
  knows(key: NodeKey): boolean {
    const node = this.#keys.find(key);
    return node !== undefined && this.#seen[node] !== undefined;
  }

  edge(edge: Omit<EdgeFact, 'type'>, where: Where): void {
    this.#edges.add(edge, where);
  }

  gap(gap: Omit<GapFact, 'type'>, where: Where): void {
    const fact: GapFact = { type: 'gap', ...gap };
    const id = `${where.scope}\n${factId(fact)}`;
    const known = this.#gaps.get(id);
    if (known === undefined || contentText(fact) < contentText(known.fact)) this.#gaps.set(id, { fact, ...where });
  }

  /** Made one by one whenever they are asked for: together they would be many. */
  *all(): Generator<StatedFact> {
    let [last, fact]: [number, NodeFact | null] = [-1, null];
    for (const { node, where } of this.#sightings.all()) {
      if (node !== last || fact === null) [last, fact] = [node, mergedNode(this.#seen[node] as Seen)];
      yield { fact, ...where };
    }
    for (const { fact: edge, where } of this.#edges.all()) yield { fact: edge, ...where };
    yield* this.#gaps.values();
  }

  /** What several scopes state counts once. */
  count(): number {
    const gaps = new Set([...this.#gaps.values()].map(({ fact }) => factId(fact)));
    return this.#seen.reduce((count, seen) => (seen === undefined ? count : count + 1), 0) + this.#edges.count() + gaps.size;
  }
}

function show(seen: Seen, { field, rank, value }: Omit<Candidate, 'value'> & { readonly value: Scalar | undefined }): void {
  if (value === undefined) return;
  const place = seen.fields.findIndex((other) => other.field === field);
  const candidate: Candidate = { field, rank, value };
  // Made anew, because a list that grows takes room for many more.
  if (place < 0) seen.fields = [...seen.fields, candidate];
  else if (isBetter(candidate, seen.fields[place] as Candidate)) seen.fields = seen.fields.with(place, candidate);
}

const PROP_FIELDS = new Map<string, string>();

/** Always the same text, not a copy for each node. */
function propField(prop: string): string {
  const field = PROP_FIELDS.get(prop) ?? `props.${prop}`;
  PROP_FIELDS.set(prop, field);
  return field;
}

function isBetter(candidate: Candidate, known: Candidate): boolean {
  if (candidate.rank !== known.rank) return candidate.rank < known.rank;
  return String(candidate.value) < String(known.value);
}

function mergedNode({ key, fields, aliases }: Seen): NodeFact {
  const shown = (name: string) => fields.find(({ field }) => field === name)?.value;
  const ref = String(shown('ref') ?? key);
  const props: Record<string, Scalar> = {};
  for (const { field, value } of fields) if (field.startsWith('props.')) props[field.slice('props.'.length)] = value;
  return {
    type: 'node',
    kind: shown('kind') as NodeKind,
    key,
    ref,
    name: String(shown('name') ?? ''),
    aliases: aliases.filter((alias) => alias !== ref && alias !== key).sort(),
    props,
  };
}
