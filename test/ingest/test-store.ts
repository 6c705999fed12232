/** A store that holds one run at a time: enough for tests of what a run commits. */
import type { StatedFact } from '../../graph/fact.ts';
import type { KeptPage, Run, RunCommit, ScopeOutcome, SnapshotInfo, Store } from '../../graph/store/port.ts';

export class TestStore {
  readonly commits: { connector: string; facts: StatedFact[]; commit: RunCommit }[] = [];
  readonly open = new Map<string, { startedAt: number; pages: Map<string, KeptPage> }>();
  #scopes = new Map<string, Map<string, { outcome: ScopeOutcome; readAt: number }>>();

  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  async startRun(connector: string): Promise<Run> {
    const state = this.open.get(connector) ?? { startedAt: this.#now(), pages: new Map<string, KeptPage>() };
    this.open.set(connector, state);
    let sequence = state.pages.size;
    return {
      id: `run-${this.commits.length + 1}`,
      connector,
      startedAt: state.startedAt,
      keepPage: async (page) => void state.pages.set(`${page.scope}\n${page.path}`, { ...page, sequence: sequence++ }),
      async *pages() {
        yield* state.pages.values();
      },
      commit: async (commit): Promise<SnapshotInfo> => {
        const facts = [...commit.facts];
        this.commits.push({ connector, facts, commit });
        this.open.delete(connector);
        const scopes = this.#scopes.get(connector) ?? new Map();
        for (const [scope, outcome] of commit.scopes) scopes.set(scope, { outcome, readAt: this.#now() });
        this.#scopes.set(connector, scopes);
        return { id: `run-${this.commits.length}`, at: this.#now(), connector, report: commit.report };
      },
      abandon: async () => void this.open.delete(connector),
    };
  }

  async readScopes(connector: string): Promise<Map<string, { outcome: ScopeOutcome; readAt: number }>> {
    return this.#scopes.get(connector) ?? new Map();
  }

  /** Its snapshots are read by nobody: no test of it asks for what earlier runs kept. */
  async readSnapshots(): Promise<SnapshotInfo[]> {
    return [];
  }

  get store(): Store {
    return this as unknown as Store;
  }
}
