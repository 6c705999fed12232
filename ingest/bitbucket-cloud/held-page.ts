/**
 * Kept pages as they are held to make facts of: all pages of a run at once, their bodies as text, long ones deflated. Objects of
 * a large workspace would take some ten times the memory, and a page is looked at twice at most.
 */
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { KeptPage } from '../../graph/store/port.ts';

/** A text of this length and more takes less room deflated, with what a buffer costs beside its bytes. */
const LONG_TEXT = 1000;
/** Such pages are many for a moment: the fastest level is as good as half the size. */
const LEVEL = 1;

/** A page whose body is made anew each time that it is asked for. */
export class HeldPage implements KeptPage {
  readonly sequence: number;
  readonly scope: string;
  readonly endpoint: string;
  readonly path: string;
  readonly status: number;
  readonly fetchedAt: number;
  readonly next: string | null;
  readonly #text: string | Uint8Array;
  /** Few, of which each page has its own copy when it comes from the store. */
  static readonly #endpoints = new Map<string, string>();

  constructor({ sequence, scope, endpoint, path, status, fetchedAt, next, body }: KeptPage) {
    [this.sequence, this.scope, this.endpoint, this.path] = [sequence, scope, HeldPage.#endpointOf(endpoint), path];
    [this.status, this.fetchedAt, this.next] = [status, fetchedAt, next];
    const text = JSON.stringify(body ?? null);
    // Copied, because what is deflated is a view of a larger buffer.
    this.#text = text.length < LONG_TEXT ? text : new Uint8Array(deflateRawSync(text, { level: LEVEL }));
  }

  static #endpointOf(endpoint: string): string {
    const known = HeldPage.#endpoints.get(endpoint);
    if (known === undefined) HeldPage.#endpoints.set(endpoint, endpoint);
    return known ?? endpoint;
  }

  get body(): unknown {
    const text = typeof this.#text === 'string' ? this.#text : inflateRawSync(this.#text).toString('utf8');
    return JSON.parse(text) as unknown;
  }
}
