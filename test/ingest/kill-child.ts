/** One ingest in a process of its own, to be killed: the store's path as the argument, the upstream in the environment. */
import { openStore } from '../../graph/store/open.ts';
import { readCloudConfig } from '../../ingest/bitbucket-cloud/config.ts';
import { syncBitbucketCloud } from '../../ingest/sync.ts';

const store = await openStore(`sqlite:${process.argv[2]}`);
// Twenty runs within a minute are more calls than an hour allows, and each counts the calls of those before it.
const budget = { callsPerHour: 1_000_000, whenSpent: 'stop' } as const;
await syncBitbucketCloud({ store, config: readCloudConfig(process.env), workspaces: ['acme'], budget });
await store.close();
