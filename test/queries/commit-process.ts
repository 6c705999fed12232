/** Another process that commits a world: `node commit-process.ts STORE_URL FACTS CONNECTOR`. Prints the snapshot. */
import { parseWorld } from '../../graph/notation.ts';
import { openStore } from '../../graph/store/open.ts';
import { commitWorld } from '../support/commit-world.ts';

const [url = '', facts = '', connector = ''] = process.argv.slice(2);
const store = await openStore(url);
const { id, at } = await commitWorld(store, parseWorld(facts), { connector });
await store.close();
process.stdout.write(JSON.stringify({ id, at }));
