/**
 * `npm run fuzz -- --seconds 600 [--seed N]`: generated cases on both engines for as long as told. Stops at the first difference
 * with the smallest world that shows it; exit status 1 then.
 */
import { parseArgs } from 'node:util';
import { Histogram } from './twin/histogram.ts';
import { runTwin } from './twin/twin.ts';

/** Decisions between two looks at the clock. */
const BATCH = 2_400;
const REPORT_EVERY_MS = 10_000;

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '60' }, seed: { type: 'string' } } });
const seconds = Number(values.seconds);
const seed = Number(values.seed ?? Date.now() % 0x7fffffff);
if (!(seconds > 0) || !Number.isInteger(seed)) {
  console.error('usage: npm run fuzz -- --seconds SECONDS [--seed INTEGER]');
  process.exit(2);
}

const histogram = new Histogram();
const start = performance.now();
let decisions = 0;
let reportedAt = start;
console.log(`seed ${seed}, ${seconds} s`);
for (let batch = 0; performance.now() - start < seconds * 1000; batch++) {
  const run = runTwin({ seed: seed + batch, decisions: BATCH, histogram });
  decisions += run.decisions;
  if (run.failure !== null) {
    console.log(`seed ${seed + batch}: a difference after ${decisions} decisions\n${run.failure}`);
    process.exit(1);
  }
  if (performance.now() - reportedAt < REPORT_EVERY_MS) continue;
  reportedAt = performance.now();
  console.log(`${decisions} decisions, ${Math.round((decisions * 1000) / (reportedAt - start))} a second`);
}
console.log(
  `no difference: seed ${seed}, ${decisions} decisions, ${Math.round((decisions * 1000) / (performance.now() - start))} a second\n${histogram}`,
);
