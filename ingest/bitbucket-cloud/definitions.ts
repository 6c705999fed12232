/**
 * Branches worth reading and the definitions of pipelines there, as facts: the definition, its steps, what each step runs and
 * where it deploys.
 */
import { decodeKeyPart, encodeKeyPart, type NodeKey, refPath, repositoryOfBranch, type Scalar } from '../../graph/fact.ts';
import type { NODE_PROPS } from '../../graph/model/node-props.ts';
import { pinOf } from '../../graph/model/pins.ts';
import { pathWithin } from './containers.ts';
import type { KeptDefinition, KeptStep } from './decode-definition.ts';
import { type Here, rankOf } from './here.ts';
import { seeBranch } from './rules.ts';

type StepProps = Readonly<Partial<Record<keyof typeof NODE_PROPS, Scalar | undefined>>>;

/** A branch that is there. */
export function stateBranchHead(here: Here, { name }: { readonly name: string }): void {
  seeBranch(here, repositoryOfBranch(here.container), name);
}

/** The definition on the branch of the scope. A file that is no definition is one that says why. */
export function stateDefinition(here: Here, definition: KeptDefinition): void {
  const { container: branch, out, where } = here;
  const repository = repositoryOfBranch(branch);
  const path = here.pathByContainer.get(repository);
  const name = decodeKeyPart(refPath(branch).slice(refPath(repository).length + 1));
  seeBranch(here, repository, name);
  const key = `definition:${refPath(branch)}`;
  const shown = path === undefined ? undefined : pathWithin(path, name);
  const { problem, exported, imports } = definition;
  const props = {
    parsed: !problem,
    problem: problem ?? undefined,
    exported: exported || undefined,
    imports: imports.length === 0 ? undefined : imports.join(' '),
  };
  out.see(
    { key, kind: 'Definition', rank: rankOf(here.endpoint), ref: shown === undefined ? undefined : `definition:${shown}`, props },
    where,
  );
  out.edge({ kind: 'CONTAINS', from: branch, to: key, word: '', props: {} }, where);
  for (const step of definition.steps) stateStep(here, { definition: key, shown, repository }, step);
}

interface OfStep {
  readonly definition: NodeKey;
  /** The short path of the branch. */
  readonly shown: string | undefined;
  readonly repository: NodeKey;
}

function stateStep(here: Here, { definition, shown, repository }: OfStep, step: KeptStep): void {
  const { out, where } = here;
  const place = [step.selector, step.pattern ?? [], step.position].flat().join(':');
  const key = `step:${pathWithin(refPath(definition), encodeKeyPart(place))}`;
  const ref = shown === undefined ? undefined : `step:${pathWithin(shown, place)}`;
  out.see({ key, kind: 'PipelineStep', rank: rankOf(here.endpoint), ref, name: step.name ?? undefined, props: propsOf(step) }, where);
  out.edge({ kind: 'CONTAINS', from: definition, to: key, word: '', props: {} }, where);
  const environment = step.deployment ? here.environmentOf(repository, step.deployment) : undefined;
  // It takes two readings to know it: while one of them fails the other one holds it.
  if (environment !== undefined)
    for (const at of [where, environment.where]) out.edge({ kind: 'DEPLOYS_TO', from: key, to: environment.key, word: '', props: {} }, at);
  const images = [step.image, ...step.services.map(({ image }) => image)].flatMap((image) => image ?? []);
  for (const image of images) stateUse(here, key, 'Image', image);
  for (const pipe of step.pipes) stateUse(here, key, 'Pipe', pipe);
}

function stateUse(here: Here, step: NodeKey, kind: 'Image' | 'Pipe', name: string): void {
  const { out, where } = here;
  const word = kind === 'Image' ? 'image' : 'pipe';
  const key = `${word}:${encodeKeyPart(name)}`;
  const { pin, pinned } = pinOf(name);
  out.see({ key, kind, rank: rankOf(here.endpoint), ref: `${word}:${name}`, name, props: { pin, pinned } }, where);
  out.edge({ kind: 'USES', from: step, to: key, word: '', props: {} }, where);
}

/** Only what a step says: a property that is left out is what the upstream takes for granted. */
function propsOf(step: KeptStep): StepProps {
  const { services, runsOn } = step;
  return {
    selector: step.selector,
    pattern: step.pattern ?? undefined,
    position: step.position,
    stage: step.stage ?? undefined,
    parallel: step.parallel || undefined,
    manual: step.manual,
    held: step.held,
    deployment: step.deployment ?? undefined,
    runsOn: runsOn.length === 0 ? undefined : runsOn.join(' '),
    oidc: step.oidc,
    conditional: step.conditional || undefined,
    services: services.length === 0 ? undefined : [...new Set(services.map(({ name }) => name))].sort().join(' '),
  };
}
