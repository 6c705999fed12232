/**
 * What only looks at the upstream instead of reading it: the switches `--probe`, `--estimate` and `--dry-run` of an ingest.
 *
 * INVARIANT: the store is not opened.
 */
import { CodedError } from '../graph/errors.ts';
import type { CloudConfig } from '../ingest/bitbucket-cloud/config.ts';
import type { BudgetOptions } from '../ingest/budget.ts';
import { type Call, EXIT, type OptionSpec, type Values } from './command.ts';
import { printEstimate } from './ingest-estimate.ts';
import { isWhole, printProbes } from './ingest-probe.ts';
import { kebab } from './options.ts';

export const LOOK_OPTIONS: readonly OptionSpec[] = [
  { flags: '--probe', doc: 'only tell what the credential can and cannot read; nothing is written' },
  { flags: '--estimate', doc: 'only tell how many calls and hours a full run takes; nothing is written' },
  { flags: '--dry-run', doc: 'the estimate, and what would be read in which order; nothing is written' },
];

export interface LookOptions {
  readonly config: CloudConfig;
  readonly workspaces: readonly string[];
  readonly budget: BudgetOptions;
}

/** Looks, prints, and gives the exit status. Errors: those of the upstream. */
export type Look = (call: Pick<Call, 'io' | 'json'>, options: LookOptions) => Promise<number>;

/** By the name of its option. */
const LOOKS: Readonly<Record<string, Look>> = { probe, estimate: estimateOf({ order: false }), dryRun: estimateOf({ order: true }) };

/** The look that the options ask for, null for an ingest. Errors: USAGE when several are asked for at once. */
export function lookOf(options: Values): Look | null {
  const asked = Object.keys(LOOKS).filter((name) => options[name] === true);
  if (asked.length > 1) {
    const got = asked.map((name) => `--${kebab(name)}`).join(' and ');
    throw new CodedError('USAGE', `one of --probe, --estimate and --dry-run can be asked for, got ${got}`);
  }
  return LOOKS[asked[0] ?? ''] ?? null;
}

/** What cannot be read is a finding, and ends as a failure does: whoever asks before a run wants to stop there. */
async function probe({ io, json }: Pick<Call, 'io' | 'json'>, options: LookOptions): Promise<number> {
  const { probeBitbucketCloud } = await import('../ingest/bitbucket-cloud/probe.ts');
  const probes = await probeBitbucketCloud(options);
  printProbes(io, probes, { json });
  return probes.every(isWhole) ? EXIT.done : EXIT.failed;
}

function estimateOf({ order }: { readonly order: boolean }): Look {
  return async ({ io, json }, options) => {
    const { estimateBitbucketCloud } = await import('../ingest/bitbucket-cloud/estimate.ts');
    printEstimate(io, await estimateBitbucketCloud({ ...options, credentials: options.config.credentials.length }), { json, order });
    return EXIT.done;
  };
}
