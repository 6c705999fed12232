/** Random choices over a source of integers: fast-check's own, so that a seed gives the same case everywhere. */
export interface Source {
  /** Uniform in both bounds included. */
  nextInt(min: number, max: number): number;
}

export class Dice {
  readonly #source: Source;

  constructor(source: Source) {
    this.#source = source;
  }

  between(least: number, most: number): number {
    return this.#source.nextInt(least, most);
  }

  chance(percent: number): boolean {
    return this.#source.nextInt(1, 100) <= percent;
  }

  pick<T>(list: readonly T[]): T {
    const picked = list[this.#source.nextInt(0, list.length - 1)];
    if (picked === undefined) throw new Error('picked from an empty list');
    return picked;
  }

  /** Null where there is nothing to pick from. */
  pickAny<T>(list: readonly T[]): T | null {
    return list.length === 0 ? null : this.pick(list);
  }

  shuffled<T>(list: readonly T[]): T[] {
    const left = [...list];
    const taken: T[] = [];
    while (left.length > 0) taken.push(...left.splice(this.#source.nextInt(0, left.length - 1), 1));
    return taken;
  }
}

/** A source from a seed, for tests that draw without fast-check (mulberry32). */
export function seededSource(seed: number): Source {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x100000000;
  };
  return { nextInt: (min, max) => min + Math.floor(next() * (max - min + 1)) };
}
