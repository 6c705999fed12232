/** `store verify`: the store against a rebuild from the raw pages of its runs. Exits with 4 where the two differ. */
import { CodedError } from '../graph/errors.ts';
import { openMemoryStore } from '../graph/store/memory.ts';
import { openStore } from '../graph/store/open.ts';
import { DIFFERENCES, type Verification, verifyStore } from '../ingest/verify.ts';
import { type Call, type CommandSpec, EXIT } from './command.ts';
import { factProgress } from './fact-progress.ts';
import { printJson, printLine, printTable, snapshotJson, snapshotLine } from './print.ts';

export const STORE_VERIFY: CommandSpec = {
  name: 'store verify',
  doc: 'compare the store with a rebuild from the raw pages of its runs; exits with 4 where they differ',
  args: [],
  options: [],
  examples: ['store verify', 'store verify --json'],
  run: async (call) => {
    const verification = await verify(call).catch((error: unknown) => {
      if (call.io.stop.aborted) return null;
      throw error;
    });
    if (verification === null) {
      call.io.stderr.write('stopped; not all of it was compared\n');
      return EXIT.failed;
    }
    if (call.json) printJson(call.io, verificationJson(verification));
    else printVerification(call, verification);
    return differ(verification) === 0 ? EXIT.done : EXIT.failed;
  },
};

async function verify({ config, io, at }: Call): Promise<Verification> {
  const store = await openStore(config.store, { tenant: config.tenant, neo4j: config.neo4j, readOnly: true });
  // In memory whatever the store: the two share no code that could be wrong in both.
  let now = 0;
  const fresh = openMemoryStore({ tenant: config.tenant, now: () => now });
  const progress = factProgress(io);
  try {
    return await verifyStore(store, {
      at,
      fresh: {
        store: fresh,
        setClock: (instant) => {
          now = instant;
        },
      },
      onProgress: async (text) => {
        await progress.show(text);
        if (io.stop.aborted) throw new CodedError('USAGE', 'the verification was stopped');
      },
    });
  } finally {
    progress.end();
    await fresh.close();
    await store.close();
  }
}

function differ({ counts }: Verification): number {
  return DIFFERENCES.reduce((sum, is) => sum + counts[is], 0);
}

function verificationJson(verification: Verification): Record<string, unknown> {
  const { snapshot, verified, left, compared, counts, differences } = verification;
  return {
    equal: differ(verification) === 0,
    compared,
    verified,
    notVerified: left,
    counts,
    differences,
    snapshot: snapshotJson(snapshot),
  };
}

function printVerification({ io }: Call, verification: Verification): void {
  const { snapshot, verified, left, compared, counts, differences } = verification;
  const [runs, pages] = [verified.reduce((sum, each) => sum + each.runs, 0), verified.reduce((sum, each) => sum + each.pages, 0)];
  const found = differ(verification);
  const is = verified.length === 0 ? 'nothing to compare' : found === 0 ? 'equal' : 'different';
  printLine(io, `${is}: ${compared} facts against ${pages} pages of ${runs} runs; ${snapshotLine(snapshot)}`);
  for (const { connector, reason, facts } of left) printLine(io, `not verified: ${facts} facts of ${connector}, ${reason}`);
  if (found === 0) return;
  const told = DIFFERENCES.flatMap((each) => (counts[each] === 0 ? [] : `${counts[each]} ${each}`)).join(', ');
  const title = differences.length < found ? `Differences: ${told}; the first ${differences.length}` : `Differences: ${told}`;
  printTable(
    io,
    title,
    ['Is', 'Fact', 'Detail'],
    differences.map(({ is: each, id, detail }) => [each, id, detail]),
  );
}
