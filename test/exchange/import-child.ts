/** Imports a file and dies inside the commit: `node import-child.ts STORE FILE FACTS` kills itself after so many facts. */
import { planExported } from '../../graph/exchange/exported-file.ts';
import { importFacts } from '../../graph/exchange/import-facts.ts';
import { openStore } from '../../graph/store/open.ts';

const [url = '', file = '', facts = '0'] = process.argv.slice(2);
const plan = await planExported(file);
await importFacts(
  await openStore(url),
  {
    ...plan,
    *facts() {
      let left = Number(facts);
      for (const fact of plan.facts()) {
        if (left-- === 0) process.kill(process.pid, 'SIGKILL');
        yield fact;
      }
    },
  },
  { name: 'copy' },
);
