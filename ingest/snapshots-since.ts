/** Committed runs since an instant, newest first. */
import type { SnapshotInfo, Store } from '../graph/store/port.ts';

export async function* snapshotsSince(store: Pick<Store, 'readSnapshots'>, since: number): AsyncGenerator<SnapshotInfo> {
  for (let after: string | undefined; ; ) {
    const snapshots: SnapshotInfo[] = await store.readSnapshots(after === undefined ? {} : { after });
    for (const snapshot of snapshots) {
      if (snapshot.at < since) return;
      yield snapshot;
    }
    after = snapshots.at(-1)?.id;
    if (after === undefined) return;
  }
}
