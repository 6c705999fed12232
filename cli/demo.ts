/**
 * `demo`, the main job: the bundled sample workspace is served on loopback, read by the real connector into the embedded store,
 * asked three questions, and served as GraphQL.
 */
import type { RunningServer } from '../api/server.ts';
import type { Config } from '../config.ts';
import { SAMPLE_QUESTIONS } from '../ingest/sample/questions.ts';
import type { SyncResult } from '../ingest/sync.ts';
import { asking } from './asking.ts';
import { printAnswer } from './check.ts';
import { type Call, type CommandSpec, EXIT } from './command.ts';
import { ingest } from './ingest.ts';
import { printJson, printLine } from './print.ts';
import { resultJson } from './run-report.ts';
import { serve } from './serve.ts';

const DEMO_STORE = 'sqlite:.grantpath/demo.sqlite';
const SAMPLE_SLUG = 'acme';
/** The bundled server has no limit, and whoever starts the demo again within the hour should see all of it again. */
const SAMPLE_BUDGET = { callsPerHour: 1_000_000, whenSpent: 'stop' } as const;

export const DEMO: CommandSpec = {
  name: 'demo',
  doc: 'read the bundled sample workspace, answer three questions about it, and serve it',
  args: [],
  options: [
    { flags: '--host HOST', doc: 'the address to listen on, instead of GRANTPATH_HOST' },
    { flags: '--port PORT', doc: 'the port, instead of GRANTPATH_PORT; 0 for any free one' },
    { flags: '--no-serve', doc: 'end after the questions' },
  ],
  examples: ['demo', 'demo --port 0', 'demo --no-serve --json'],
  run: async (given) => {
    const call = { ...given, config: demoConfig(given) };
    const [result] = await ingestSample(call);
    if (call.json) return runForTools(call, result);
    if (result !== undefined && 'report' in result) printLine(call.io, summaryOf(result));
    if (call.options['serve'] === false) return answerQuestions(call);
    return serve(call, async (server) => {
      await answerQuestions(call);
      announce(call, server);
    });
  },
};

/** A store of its own, unless one is named. */
function demoConfig({ config, storeSet }: Call): Config {
  return storeSet ? config : { ...config, store: DEMO_STORE };
}

async function ingestSample(call: Call): Promise<SyncResult[]> {
  const { readCloudConfig } = await import('../ingest/bitbucket-cloud/config.ts');
  const { startSampleServer } = await import('../ingest/sample/server.ts');
  const sample = await startSampleServer();
  try {
    const { clientId, clientSecret } = sample.credentials;
    const cloud = readCloudConfig({
      BITBUCKET_CLOUD_URL: sample.url,
      BITBUCKET_CLOUD_AUTH_URL: sample.authUrl,
      BITBUCKET_CLOUD_CLIENT_ID: clientId,
      BITBUCKET_CLOUD_CLIENT_SECRET: clientSecret,
    });
    return await ingest(call, { cloud, workspaces: [SAMPLE_SLUG], budget: SAMPLE_BUDGET });
  } finally {
    await sample.close();
  }
}

function summaryOf({ report }: Extract<SyncResult, { report: unknown }>): string {
  const { ref, facts, calls, gapCount, agree, differ, notComparable } = report;
  const gaps = `${gapCount} ${gapCount === 1 ? 'gap' : 'gaps'}`;
  return `read ${ref} by ${calls} calls: ${facts} facts, ${gaps}; Bitbucket's own list: agree ${agree}, differ ${differ}, not comparable ${notComparable}`;
}

async function answerQuestions(call: Call): Promise<number> {
  const { io } = call;
  await asking(call, async (grantpath) => {
    for (const { text, identity, action, resource } of SAMPLE_QUESTIONS) {
      printLine(io);
      printLine(io, `Question: ${text}`);
      const request = { identity, action, resource };
      await printAnswer(io, grantpath, { request, answer: await grantpath.check(request), count: 1 });
    }
  });
  return EXIT.done;
}

function announce({ io, config, at: _ }: Call, { url }: RunningServer): void {
  printLine(io);
  printLine(io, `The sample is in ${config.store}. Ask it yourself:`);
  printLine(io, `  GraphQL and GraphiQL: ${url}/graphql (stop with Ctrl-C)`);
  printLine(io, `  npx grantpath check user:evan branch.push branch:acme/api#main --store ${config.store}`);
}

/** One line of JSON with the run and the answers, another one when the server is up. */
async function runForTools(call: Call, result: SyncResult | undefined): Promise<number> {
  const answers = await asking(call, (grantpath) =>
    Promise.all(
      SAMPLE_QUESTIONS.map(async ({ text, identity, action, resource }) => {
        const answer = await grantpath.check({ identity, action, resource });
        return { text, identity, action, resource, verdict: answer.verdict, reason: await answer.reason() };
      }),
    ),
  );
  printJson(call.io, { run: result === undefined ? null : resultJson(result), answers });
  if (call.options['serve'] === false) return EXIT.done;
  return serve(call, ({ url, port }) => printJson(call.io, { url: `${url}/graphql`, port }));
}
