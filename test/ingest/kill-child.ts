/** One ingest in a process of its own, to be killed: the store's path as the argument, the upstream in the environment. */
import { openStore } from '../../graph/store/open.ts';
import { readCloudConfig } from '../../ingest/bitbucket-cloud/config.ts';
import { syncBitbucketCloud } from '../../ingest/sync.ts';

const store = await openStore(`sqlite:${process.argv[2]}`);
await syncBitbucketCloud({ store, config: readCloudConfig(process.env), workspaces: ['acme'] });
await store.close();
