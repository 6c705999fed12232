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
  type Fact,
  factId,
  type GapFact,
  type NodeFact,
  type NodeKey,
  type Ref,
  type Scalar,
  type StatedFact,
} from '../graph/fact.ts';
import type { NodeKind } from '../graph/model/node-kinds.ts';

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
  readonly rank: number;
  readonly value: Scalar;
}

interface Seen {
  readonly fields: Map<string, Candidate>;
  readonly aliases: Set<Ref>;
  readonly where: Map<string, Where>;
}

export class Statements {
  readonly #seen = new Map<NodeKey, Seen>();
  readonly #stated = new Map<string, StatedFact>();

  see(sighting: Sighting, where: Where): NodeKey {
    const { key, rank, kind, ref, name, aliases = [], props = {}, equalProps = {} } = sighting;
    const seen = this.#seen.get(key) ?? { fields: new Map(), aliases: new Set(), where: new Map() };
    this.#seen.set(key, seen);
    const show = (field: string, candidate: { rank: number; value: Scalar | undefined }) => {
      if (candidate.value !== undefined && isBetter(candidate as Candidate, seen.fields.get(field)))
        seen.fields.set(field, candidate as Candidate);
    };
    for (const [field, value] of Object.entries({ kind, ref, name })) show(field, { rank, value });
    for (const [field, value] of Object.entries(props)) show(`props.${field}`, { rank, value });
    for (const [field, value] of Object.entries(equalProps)) show(`props.${field}`, { rank: 0, value });
    for (const alias of aliases) seen.aliases.add(alias);
    if (!seen.where.has(where.scope)) seen.where.set(where.scope, where);
    return key;
  }

  /** Has anything stated the node? */
  knows(key: NodeKey): boolean {
    return this.#seen.has(key);
  }

  edge(edge: Omit<EdgeFact, 'type'>, where: Where): void {
    this.#state({ type: 'edge', ...edge }, where);
  }

  gap(gap: Omit<GapFact, 'type'>, where: Where): void {
    this.#state({ type: 'gap', ...gap }, where);
  }

  all(): StatedFact[] {
    const nodes = [...this.#seen].flatMap(([key, seen]) => {
      const fact = mergedNode(key, seen);
      return [...seen.where.values()].map((where): StatedFact => ({ fact, ...where }));
    });
    return [...nodes, ...this.#stated.values()];
  }

  #state(fact: Fact, where: Where): void {
    const id = `${where.scope}\n${factId(fact)}`;
    const known = this.#stated.get(id);
    if (known === undefined || contentText(fact) < contentText(known.fact)) this.#stated.set(id, { fact, ...where });
  }
}

function isBetter(candidate: Candidate, known: Candidate | undefined): boolean {
  if (known === undefined || candidate.rank !== known.rank) return known === undefined || candidate.rank < known.rank;
  return String(candidate.value) < String(known.value);
}

function mergedNode(key: NodeKey, { fields, aliases }: Seen): NodeFact {
  const ref = String(fields.get('ref')?.value ?? key);
  const props: Record<string, Scalar> = {};
  for (const [field, { value }] of fields) if (field.startsWith('props.')) props[field.slice('props.'.length)] = value;
  return {
    type: 'node',
    kind: fields.get('kind')?.value as NodeKind,
    key,
    ref,
    name: String(fields.get('name')?.value ?? ''),
    aliases: [...aliases].filter((alias) => alias !== ref && alias !== key).sort(),
    props,
  };
}
