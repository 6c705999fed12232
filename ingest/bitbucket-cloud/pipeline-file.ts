/**
 * `bitbucket-pipelines.yml` as its structure: which pipelines there are, and what each of their steps may get hold of.
 *
 * Scripts, values of variables, credentials of images, comments and anchors have no place in it. What is returned still goes
 * through the allow-list of `kept-fields.ts`.
 */
import type { TextBody } from '../read-body.ts';
import { parseYaml, type YamlMap, type YamlProblem, type YamlTree } from './yaml-tree.ts';

export interface PipelineStep {
  /** default, branches, tags, pull-requests, custom, bookmarks. */
  readonly selector: string;
  /** What the selector matches, or the name of a custom pipeline; null for the default one. */
  readonly pattern: string | null;
  /** In its pipeline, from 1 on. */
  readonly position: number;
  readonly name: string | null;
  readonly stage: string | null;
  readonly parallel: boolean;
  readonly manual: boolean;
  /** A step or stage before it waits for a person. */
  readonly held: boolean;
  readonly deployment: string | null;
  readonly runsOn: readonly string[];
  readonly oidc: boolean;
  readonly conditional: boolean;
  readonly image: string | null;
  readonly services: readonly { readonly name: string; readonly image: string | null }[];
  readonly pipes: readonly string[];
}

export interface PipelineDefinition {
  readonly problem: YamlProblem | 'steps' | null;
  /** Others of the workspace may use its pipelines. */
  readonly exported: boolean;
  /** Pipelines that are taken from elsewhere, as written. */
  readonly imports: readonly string[];
  readonly steps: readonly PipelineStep[];
}

/** Keys of `pipelines` whose value is a map of pipelines; `default` is one pipeline. */
const SELECTORS = ['branches', 'tags', 'bookmarks', 'pull-requests', 'custom'] as const;

/** The upstream allows 100 steps a pipeline; a file with more in all than this is not kept. */
const STEPS_MAX = 2000;
const TEXT_LENGTH_MAX = 255;

export function parseDefinition(file: TextBody): PipelineDefinition {
  const empty = { exported: false, imports: [], steps: [] };
  const root = parseYaml(file);
  if (typeof root === 'string') return { problem: root, ...empty };
  const reader = new DefinitionReader(root);
  return reader.read() ? reader.definition() : { problem: 'steps', ...empty };
}

/** What a stage says for the steps in it. */
interface Around {
  readonly stage: YamlMap | null;
  readonly parallel: boolean;
}

class DefinitionReader {
  readonly #root: YamlMap;
  readonly #services: YamlMap;
  readonly #steps: PipelineStep[] = [];
  readonly #imports = new Set<string>();

  constructor(root: YamlMap) {
    this.#root = root;
    this.#services = mapAt(mapAt(root, 'definitions'), 'services');
  }

  /** False where there are more steps than are kept. */
  read(): boolean {
    for (const source of mapAt(mapAt(this.#root, 'definitions'), 'imports').values()) this.#import(source);
    const pipelines = mapAt(this.#root, 'pipelines');
    let isWithin = this.#pipeline('default', null, pipelines.get('default') ?? null);
    for (const selector of SELECTORS)
      for (const [pattern, pipeline] of mapAt(pipelines, selector)) isWithin &&= this.#pipeline(selector, cut(pattern), pipeline);
    return isWithin;
  }

  definition(): PipelineDefinition {
    return { problem: null, exported: isTrue(this.#root.get('export')), imports: [...this.#imports].sort(), steps: this.#steps };
  }

  #import(source: YamlTree | undefined): void {
    const text = textOf(source);
    if (text !== null) this.#imports.add(text);
  }

  #pipeline(selector: string, pattern: string | null, pipeline: YamlTree): boolean {
    if (pipeline instanceof Map) this.#import(pipeline.get('import'));
    const flow: Flow = { selector, pattern, position: 0, held: false };
    return listOf(pipeline).every((item) => this.#item(flow, item, { stage: null, parallel: false }));
  }

  #item(flow: Flow, item: YamlTree, around: Around): boolean {
    if (!(item instanceof Map)) return true;
    const [step, parallel, stage] = [item.get('step'), item.get('parallel'), item.get('stage')];
    if (step instanceof Map && !this.#step(flow, step, around)) return false;
    const inner = (within: YamlTree) => (within instanceof Map ? within.get('steps') : within) ?? null;
    const isWithin = (steps: YamlTree, at: Around) => listOf(steps).every((each) => this.#item(flow, each, at));
    if (parallel !== undefined && !isWithin(inner(parallel), { ...around, parallel: true })) return false;
    return !(stage instanceof Map) || isWithin(inner(stage), { ...around, stage });
  }

  #step(flow: Flow, step: YamlMap, { stage, parallel }: Around): boolean {
    if (this.#steps.length >= STEPS_MAX) return false;
    // A stage waits before its first step, so that all of them wait.
    const manual = step.get('trigger') === 'manual' || stage?.get('trigger') === 'manual';
    const script = [...listOf(step.get('script')), ...listOf(step.get('after-script'))].flat();
    this.#steps.push({
      selector: flow.selector,
      pattern: flow.pattern,
      position: ++flow.position,
      name: textOf(step.get('name')),
      stage: stage === null ? null : (textOf(stage.get('name')) ?? ''),
      parallel,
      manual,
      held: flow.held,
      deployment: deploymentOf(step) ?? (stage === null ? null : deploymentOf(stage)),
      runsOn: labelsOf(step.get('runs-on')),
      oidc: isTrue(step.get('oidc')),
      conditional: step.has('condition') || stage?.has('condition') === true,
      image: imageOf(step.get('image')) ?? imageOf(this.#root.get('image')),
      services: listOf(step.get('services')).flatMap((service) => this.#service(service)),
      pipes: [...new Set(script.flatMap((command) => (command instanceof Map ? (imageOf(command.get('pipe')) ?? []) : [])))],
    });
    flow.held ||= manual;
    return true;
  }

  #service(named: YamlTree): PipelineStep['services'] {
    const name = textOf(named);
    if (name === null) return [];
    return [{ name, image: imageOf(mapAt(this.#services, name).get('image')) }];
  }
}

/** Where the reader stands in a pipeline. */
interface Flow {
  readonly selector: string;
  readonly pattern: string | null;
  position: number;
  held: boolean;
}

function mapAt(map: YamlMap, name: string): YamlMap {
  const found = map.get(name);
  return found instanceof Map ? found : new Map();
}

function listOf(tree: YamlTree | undefined): readonly YamlTree[] {
  return Array.isArray(tree) ? tree : [];
}

/** `environment` is another word for `deployment`. */
function deploymentOf(of: YamlMap): string | null {
  return textOf(of.get('deployment')) ?? textOf(of.get('environment'));
}

function labelsOf(tree: YamlTree | undefined): string[] {
  const labels = Array.isArray(tree) ? tree : [tree];
  return [...new Set(labels.flatMap((label) => textOf(label)?.replaceAll(/\s+/g, '') || []))].sort();
}

/** The name of an image or pipe, whether it stands alone or beside the credentials for it; what stands before an `@` that is no digest may be one too. */
function imageOf(tree: YamlTree | undefined): string | null {
  const name = textOf(tree instanceof Map ? tree.get('name') : tree);
  return name?.replace(/^.*@(?!sha\d+:)/, '').replaceAll(/\s+/g, '') || null;
}

function isTrue(tree: YamlTree | undefined): boolean {
  return tree === true || tree === 'true';
}

function textOf(tree: YamlTree | undefined): string | null {
  if (typeof tree === 'string') return cut(tree.trim()) || null;
  return typeof tree === 'number' || typeof tree === 'boolean' ? String(tree) : null;
}

function cut(text: string): string {
  return text.slice(0, TEXT_LENGTH_MAX);
}
