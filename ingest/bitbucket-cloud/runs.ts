/**
 * Listings of which only the sum is a fact: who ran pipelines lately, and what was deployed to each environment last. A run is
 * no node and no edge, so that a graph does not grow with every push.
 */
import { type EdgeFact, type NodeKey, type Props, repositoryOfBranch } from '../../graph/fact.ts';
import { keyWithin } from './containers.ts';
import type { Decoder } from './decode.ts';
import { type Deployment, decodeDeployment, decodePipelineRun, type PipelineRun } from './decode-runs.ts';
import type { SumEndpointId } from './endpoints.ts';
import { type Here, rankOf } from './here.ts';
import { deedAt, seeActor } from './inferred.ts';

type StateSum = (here: Here, items: readonly unknown[]) => boolean;

const SUMS: Readonly<Record<SumEndpointId, StateSum>> = {
  'pipeline-runs': sumOf(decodePipelineRun, stateRuns),
  deployments: sumOf(decodeDeployment, stateDeployments),
};

/** The sum of the items that are readable. */
function sumOf<T>(decode: Decoder<T>, state: (here: Here, items: readonly T[]) => void): StateSum {
  return (here, items) => {
    const decoded = items.map(decode);
    state(
      here,
      decoded.filter((item) => item !== null),
    );
    return !decoded.includes(null);
  };
}

export function isSumEndpoint(endpoint: string): endpoint is SumEndpointId {
  return Object.hasOwn(SUMS, endpoint);
}

/** States what the items of a listing, all of them, come to; false where one has a form that no decoder reads. */
export function stateSum(here: Here & { readonly endpoint: SumEndpointId }, items: readonly unknown[]): boolean {
  return SUMS[here.endpoint](here, items);
}

const DAY_MS = 86_400_000;

/** One edge for each who ran them, with the day of the last run and how its runs came about. */
function stateRuns(here: Here, runs: readonly PipelineRun[]): void {
  const byActor = Map.groupBy(
    runs.flatMap(({ creator, trigger, created_on }) => {
      const at = Date.parse(created_on);
      return creator && !Number.isNaN(at) ? [{ actor: seeActor(here, creator, deedAt(here)), trigger: triggerOf(trigger), at }] : [];
    }),
    ({ actor }) => actor,
  );
  for (const [actor, own] of byActor) {
    const last = Math.max(...own.map(({ at }) => at));
    const triggers = [...new Set(own.flatMap(({ trigger }) => trigger ?? []))].sort().join(' ');
    // The day, so that the fact says the same until another day has a run.
    edge(here, { from: actor, kind: 'RAN', to: here.container, props: { lastRunAt: last - (last % DAY_MS), triggers } });
  }
}

/**
 * One edge for each environment that is still there, of the last deployment to it. Where it is not known which are there, a
 * deployment shows that there was one.
 */
function stateDeployments(here: Here, deployments: readonly Deployment[]): void {
  const byEnvironment = Map.groupBy(
    deployments.flatMap(({ environment, state, release }) => {
      const at = Date.parse(state.started_on ?? release?.created_on ?? '');
      const to = keyWithin('environment', here.container, environment?.uuid ?? '');
      const isGone = !here.pathByContainer.has(to) && here.environmentsRead.has(repositoryOfBranch(here.container));
      if (!environment || Number.isNaN(at) || isGone) return [];
      const props: Props = {
        deployedAt: at,
        ...shown('state', state.status?.name ?? state.name),
        ...shown('commit', release?.commit?.hash),
      };
      return [{ to, at, props }];
    }),
    ({ to }) => to,
  );
  for (const [to, own] of byEnvironment) {
    const [last] = own.toSorted((a, b) => b.at - a.at || (JSON.stringify(a.props) < JSON.stringify(b.props) ? -1 : 1));
    if (last === undefined) continue;
    here.out.see({ key: to, kind: 'Environment', rank: rankOf(here.endpoint) }, here.where);
    edge(here, { from: here.container, kind: 'DEPLOYED', to, props: last.props });
  }
}

function shown(property: string, text: string | null | undefined): Props {
  return text ? { [property]: text } : {};
}

/** `push`, `manual`, `schedule` and so on: the upstream's word without what all have in common; null for what is no word. */
function triggerOf(trigger: PipelineRun['trigger']): string | null {
  const word = (trigger?.type ?? trigger?.name ?? '').toLowerCase().replace(/^pipeline_trigger_/, '');
  return /^[a-z_]{1,40}$/.test(word) ? word : null;
}

function edge({ out, where }: Here, { from, kind, to, props }: { from: NodeKey; kind: EdgeFact['kind']; to: NodeKey; props: Props }): void {
  out.edge({ kind, from, to, word: '', props }, where);
}
