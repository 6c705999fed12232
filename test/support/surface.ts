/**
 * One way to ask: the definitional engine, the compiled one, a store round trip, GraphQL, the command line. The worlds run on all.
 */
import type { World } from '../../graph/fact.ts';

/** The parts of an answer that expectations speak of, in references. */
export interface SurfaceAnswer {
  readonly verdict: string;
  /** The first proof in the notation, '' for none. */
  readonly proof: string;
  readonly denials: readonly { readonly kind: string; readonly rules: readonly string[] }[];
  readonly gapReasons: readonly string[];
  /** What an allowed change must still meet: kind, and number where there is one. */
  readonly conditions: readonly { readonly restriction: string; readonly value: number | null }[];
}

export interface SurfaceList {
  readonly refs: readonly string[];
  readonly complete: boolean;
}

export interface Asker {
  check(question: { identity: string; action: string; resource: string; at?: number }): Promise<SurfaceAnswer>;
  whoCan(question: { action: string; resource: string; at?: number }): Promise<SurfaceList>;
  whatCan(question: { identity: string; action: string; at?: number }): Promise<SurfaceList>;
  close?(): Promise<void>;
}

export interface Surface {
  readonly name: string;
  open(world: World): Promise<Asker>;
}
