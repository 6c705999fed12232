/**
 * What a store must say, computed the dullest way: after each run the whole picture is written down, and an interval is the row
 * of pictures that show the same.
 */
import { contentText, type Fact, type FactId, factId, type Occurrence, type Source } from '../../graph/fact.ts';
import { plainNode } from '../../graph/notation.ts';
import type { ScopeOutcome } from '../../graph/store/port.ts';

export interface ModelRun {
  readonly connector: string;
  readonly scopes: readonly {
    readonly name: string;
    readonly outcome: ScopeOutcome;
    readonly facts: readonly Fact[];
    readonly fetchedAt: number;
  }[];
  readonly closeUnlisted: boolean;
}

interface Said {
  readonly fact: Fact;
  readonly since: number;
  metAt: number;
  source: Source;
}

interface ScopeState {
  readonly connector: string;
  readonly said: Map<string, Said>;
  unreadAt: number;
}

interface Shown {
  readonly fact: Fact;
  readonly stale: boolean;
  readonly sources: readonly Source[];
}

export class NaiveModel {
  /** In the order of being known. */
  readonly #scopes = new Map<string, ScopeState>();
  readonly pictures: { readonly at: number; readonly shown: ReadonlyMap<FactId, Shown> }[] = [];

  commit({ connector, scopes, closeUnlisted }: ModelRun, { at, run }: { at: number; run: string }): void {
    const bare = this.#bareEnds(scopes.flatMap(({ facts }) => facts));
    for (const { name, outcome, facts, fetchedAt } of scopes) {
      const scope = this.#scope(connector, name);
      scope.unreadAt = outcome === 'unread' ? at : -1;
      const source = { connector, endpoint: `/${name}`, run, fetchedAt };
      const ids = new Set(facts.map(sameness));
      for (const [id, said] of scope.said) if (!ids.has(id) && (outcome === 'complete' || said.fact.type === 'gap')) scope.said.delete(id);
      for (const [id, fact] of new Map(facts.map((each) => [sameness(each), each]))) {
        const before = scope.said.get(id);
        if (before !== undefined && contentText(before.fact) === contentText(fact)) Object.assign(before, { metAt: at, source });
        else scope.said.set(id, { fact, since: at, metAt: at, source });
      }
    }
    const implied = this.#scope(connector, '');
    const source = { connector, endpoint: 'implied', run, fetchedAt: at };
    for (const key of bare) implied.said.set(key, { fact: plainNode(key) as Fact, since: at, metAt: at, source });
    const listed = new Set([...scopes.map(({ name }) => `${connector} ${name}`), `${connector} `]);
    if (closeUnlisted) for (const [id, scope] of this.#scopes) if (scope.connector === connector && !listed.has(id)) scope.said.clear();
    this.pictures.push({ at, shown: this.#picture() });
  }

  /** What holds at an instant, by fact id. */
  at(instant: number): Map<FactId, Occurrence> {
    const here = this.pictures.findLastIndex(({ at }) => at <= instant);
    const found = new Map<FactId, Occurrence>();
    for (const [id, { fact, stale, sources }] of this.pictures[here]?.shown ?? []) {
      const shows = (picture: number) => {
        const other = this.pictures[picture]?.shown.get(id);
        return other !== undefined && contentText(other.fact) === contentText(fact);
      };
      let [first, next] = [here, here + 1];
      while (shows(first - 1)) first--;
      while (shows(next)) next++;
      const validFrom = this.pictures[first]?.at ?? Number.NaN;
      found.set(id, { fact, validFrom, validTo: this.pictures[next]?.at ?? null, stale, sources });
    }
    return found;
  }

  #picture(): Map<FactId, Shown> {
    const all = [...this.#scopes.values()].flatMap((scope, number) =>
      [...scope.said].map(([id, said]) => ({
        id,
        said,
        number,
        connector: scope.connector,
        stale: said.fact.type !== 'gap' && said.metAt < scope.unreadAt,
      })),
    );
    const shown = [...Map.groupBy(all, ({ id }) => id).values()].map((group): [FactId, Shown] => {
      const [speaker] = group.toSorted((a, b) => b.said.since - a.said.since || b.number - a.number);
      if (speaker === undefined) throw new Error('a group has a member');
      const { fact } = speaker.said;
      const words = Map.groupBy(group, ({ connector }) => connector);
      if (fact.type === 'node' && words.size > 1) {
        // Newest first among all: a property is what the first connector says that says it.
        const ordered = group.toSorted((a, b) => b.said.since - a.said.since || b.number - a.number);
        const speaking = ordered.filter((each) => ordered.find(({ connector }) => connector === each.connector) === each);
        const names = new Set(speaking.flatMap(({ said }) => (said.fact.type === 'node' ? Object.keys(said.fact.props) : [])));
        const saidOf = (name: string) =>
          speaking.flatMap(({ said }) => (said.fact.type === 'node' && name in said.fact.props ? [said.fact.props[name] ?? null] : []))[0];
        const props = Object.fromEntries([...names].map((name) => [name, saidOf(name) ?? null]));
        const whole = { ...fact, props };
        return [factId(whole), { fact: whole, stale: group.every(({ stale }) => stale), sources: group.map(({ said }) => said.source) }];
      }
      return [factId(fact), { fact, stale: group.every(({ stale }) => stale), sources: group.map(({ said }) => said.source) }];
    });
    return new Map(shown);
  }

  /** Ends that no node fact states: those that a store states itself. */
  #bareEnds(facts: readonly Fact[]): string[] {
    const stated = new Set(facts.flatMap((fact) => (fact.type === 'node' ? [fact.key] : [])));
    for (const { said } of this.#scopes.values()) for (const id of said.keys()) stated.add(id);
    const ends = facts.flatMap((fact) => (fact.type === 'edge' ? [fact.from, fact.to] : fact.type === 'gap' ? [fact.scope] : []));
    return [...new Set(ends)].filter((key) => !stated.has(key));
  }

  #scope(connector: string, name: string): ScopeState {
    const id = `${connector} ${name}`;
    const known = this.#scopes.get(id) ?? { connector, said: new Map(), unreadAt: -1 };
    this.#scopes.set(id, known);
    return known;
  }
}

/** A node is the same one by its key, whatever its kind. */
function sameness(fact: Fact): string {
  return fact.type === 'node' ? fact.key : factId(fact);
}
