/** A store that is watched: what is asked of it is counted, and each answer takes a turn of the event loop, as one from afar does. */
import type { Store } from '../../graph/store/port.ts';

export interface WatchedStore {
  readonly store: Store;
  /** The names of the methods that were called, in order. */
  readonly calls: string[];
  /** Runs before each call: it may wait, or fail. */
  before: (method: string) => Promise<void>;
}

export function watch(real: Store): WatchedStore {
  const calls: string[] = [];
  const watched: WatchedStore = {
    calls,
    before: () => new Promise((resolve) => setImmediate(resolve)),
    store: new Proxy(real, {
      get(target, name) {
        const member: unknown = Reflect.get(target, name, target);
        if (typeof member !== 'function' || name === 'close') return typeof member === 'function' ? member.bind(target) : member;
        return async (...given: unknown[]) => {
          calls.push(String(name));
          await watched.before(String(name));
          return (member as (...given: unknown[]) => unknown).apply(target, given);
        };
      },
    }),
  };
  return watched;
}
