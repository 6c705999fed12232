/** `bitbucket-pipelines.yml`: what its structure is taken to be, what of it is kept, and what it may not do to us. */
import { describe, expect, it } from 'vitest';
import { pinOf } from '../../graph/model/pins.ts';
import { KEPT } from '../../ingest/bitbucket-cloud/kept-fields.ts';
import { parseDefinition } from '../../ingest/bitbucket-cloud/pipeline-file.ts';
import { keepShape } from '../../ingest/shape.ts';

const parse = (text: string) => parseDefinition({ text });
const stepsOf = (text: string) => parse(text).steps;

describe('a definition', () => {
  it('has the steps of every pipeline in their order, with what starts it', () => {
    const steps = stepsOf(`
pipelines:
  default:
    - step: {name: a}
    - parallel:
        - step: {name: b}
        - step: {name: c}
    - parallel: {fail-fast: true, steps: [{step: {name: d}}]}
    - stage: {name: Ship, steps: [{step: {name: e}}]}
  branches:
    release/*: [{step: {name: f}}]
  tags: {v*: [{step: {name: g}}]}
  bookmarks: {b: [{step: {name: h}}]}
  pull-requests: {'**': [{step: {name: i}}]}
  custom: {nightly: [{variables: [{name: X}]}, {step: {name: j}}]}
`);
    expect(steps.map(({ name, selector, pattern, position }) => [name, selector, pattern, position].join(' '))).toEqual([
      ...['a default  1', 'b default  2', 'c default  3', 'd default  4', 'e default  5'],
      ...['f branches release/* 1', 'g tags v* 1', 'h bookmarks b 1', 'i pull-requests ** 1', 'j custom nightly 1'],
    ]);
    expect(steps.filter(({ parallel }) => parallel).map(({ name }) => name)).toEqual(['b', 'c', 'd']);
    expect(steps.filter(({ stage }) => stage === 'Ship').map(({ name }) => name)).toEqual(['e']);
  });

  it('says of a step what it may get hold of', () => {
    const [step] = stepsOf(`
image: {name: node:22, username: u, password: p}
definitions: {services: {db: {image: postgres:17}, docker: {memory: 2048}}}
pipelines:
  default:
    - step:
        name: Deploy
        deployment: production
        oidc: true
        runs-on: [linux, self.hosted]
        condition: {changesets: {includePaths: [a]}}
        services: [db, docker]
        script: [make, {pipe: acme/up:1.2.3, variables: {K: v}}]
        after-script: [{pipe: 'docker://acme/down'}]
`);
    expect(step).toEqual({
      selector: 'default',
      pattern: null,
      position: 1,
      name: 'Deploy',
      stage: null,
      parallel: false,
      manual: false,
      held: false,
      deployment: 'production',
      runsOn: ['linux', 'self.hosted'],
      oidc: true,
      conditional: true,
      image: 'node:22',
      services: [
        { name: 'db', image: 'postgres:17' },
        { name: 'docker', image: null },
      ],
      pipes: ['acme/up:1.2.3', 'docker://acme/down'],
    });
  });

  it('waits where a step or its stage is manual, and so does what comes after', () => {
    const steps = stepsOf(`
pipelines:
  default:
    - step: {name: a}
    - step: {name: b, trigger: manual}
    - step: {name: c, trigger: automatic}
  branches:
    main: [{stage: {trigger: manual, deployment: prod, steps: [{step: {name: d}}, {step: {name: e, environment: test}}]}}, {step: {name: f}}]
`);
    expect(steps.map(({ name, manual, held, deployment }) => [name, manual, held, deployment])).toEqual([
      ['a', false, false, null],
      ['b', true, false, null],
      ['c', false, true, null],
      ['d', true, false, 'prod'],
      ['e', true, true, 'test'],
      ['f', false, true, null],
    ]);
  });

  it('follows anchors and merges, what a map says itself first', () => {
    const steps = stepsOf(`
definitions: {steps: [{step: &one {name: one, oidc: true}}, {step: &two {name: two, deployment: test}}]}
pipelines:
  default:
    - step: *one
    - step: {<<: *one, name: three}
    - step: {<<: [*one, *two], runs-on: linux}
`);
    expect(steps.map(({ name, oidc, deployment }) => [name, oidc, deployment])).toEqual([
      ['one', true, null],
      ['three', true, null],
      ['one', true, 'test'],
    ]);
  });

  it('names what it takes from elsewhere, and whether others may take from it', () => {
    const text = `
export: true
definitions: {imports: {shared: .bitbucket/shared-pipelines.yml}}
pipelines: {custom: {x: {import: shared-pipelines:master:build}}, branches: {main: {import: build@shared}}}`;
    expect(parse(text)).toEqual({
      problem: null,
      exported: true,
      imports: ['.bitbucket/shared-pipelines.yml', 'build@shared', 'shared-pipelines:master:build'],
      steps: [],
    });
  });

  it.each([
    ['no pipelines', 'image: node'],
    ['parts of another form', 'pipelines: {default: {a: 1}, branches: [1], custom: {x: {y: z}, w: null}}'],
    ['steps of another form', 'pipelines: {default: [1, null, [x], {step: 7}, {parallel: 3}, {stage: {steps: x}}]}'],
    ['tags of their own', 'pipelines: !!js/function {default: !mine [x]}'],
  ])('may have %s, and then no steps', (_, text) => {
    expect(parse(text)).toMatchObject({ problem: null, steps: [] });
  });

  it('keeps all that is made of it, and is kept once as it is', () => {
    const made = parse('pipelines: {default: [{step: {image: a, services: [b], script: [{pipe: c}], runs-on: d}}]}');
    expect(keepShape(made, KEPT.definition)).toEqual(made);
  });

  it('has no more of a name than people need, and no credential before an image', () => {
    const [step] = stepsOf(`pipelines: {default: [{step: {name: ${'x'.repeat(5000)}, image: 'u:p@host.example/a:1'}}]}`);
    expect([step?.name?.length, step?.image]).toEqual([255, 'host.example/a:1']);
    expect(stepsOf(`pipelines: {default: [{step: {image: 'a@sha256:${'0'.repeat(64)}'}}]}`)[0]?.image).toBe(`a@sha256:${'0'.repeat(64)}`);
  });
});

const laugh = ['a0: &a0 [x,x,x,x,x,x,x,x,x]'];
for (let at = 0; at < 30; at++) laugh.push(`a${at + 1}: &a${at + 1} [${Array(9).fill(`*a${at}`).join(',')}]`);
const thousand = (text: string) => Array(3000).fill(text).join(',');
const MEGABYTE = 1024 * 1024;

describe('a file that is no definition', () => {
  it.each<[string, string | null, string]>([
    ['nothing', 'no map', ''],
    ['a text', 'no map', 'hello'],
    ['a list', 'no map', '- a'],
    ['a tab where blanks belong', 'syntax', 'pipelines:\n\tdefault: []'],
    ['an open bracket', 'syntax', 'pipelines: [a'],
    ['two documents', 'documents', 'a: 1\n---\nb: 2'],
    ['a key twice', 'duplicate key', 'pipelines:\n  default: []\n  default: []'],
    ['an alias of nothing', 'alias', 'a: *b'],
    ['an alias into itself', 'alias', 'a: &a [*a]'],
    ['aliases of which nothing is read', null, `${laugh.join('\n')}\npipelines: {default: *a30}`],
    ['aliases that multiply steps', 'steps', `p: &p {parallel: [${thousand('{step: {}}')}]}\npipelines: {default: [${thousand('*p')}]}`],
    [
      'aliases that multiply merges',
      'amount',
      `a: &a {${Array.from({ length: 900 }, (_, at) => `k${at}: 1`).join(',')}}\nb: [${Array(900).fill('{<<: *a}').join(',')}]`,
    ],
    ['brackets', 'depth', '['.repeat(MEGABYTE)],
    ['brackets on many lines', 'depth', `a:\n${' [\n'.repeat(MEGABYTE / 3)}`],
    ['dashes', 'depth', '- '.repeat(MEGABYTE / 2)],
    ['depth by indentation', 'depth', Array.from({ length: 100 }, (_, at) => `${' '.repeat(at)}a:`).join('\n')],
    ['keys', 'amount', Array.from({ length: 80_000 }, (_, at) => `k${at}: 1`).join('\n')],
    ['commas', 'amount', `a: [${','.repeat(MEGABYTE - 10)}]`],
    ['anchors', 'amount', '&a '.repeat(MEGABYTE / 3)],
    ['directives', 'amount', '%x\n'.repeat(MEGABYTE / 3)],
    ['one long text', null, `a: ${'x y\n '.repeat(MEGABYTE / 5)}`],
  ])('of %s is told as such, in bounded time: %s', (_, problem, text) => {
    const begun = performance.now();
    expect(parse(text)).toMatchObject({ problem, steps: [] });
    expect(performance.now() - begun).toBeLessThan(15_000);
  });

  it('of a size or encoding that is not read is told as such', () => {
    expect(parseDefinition({ problem: 'size' }).problem).toBe('size');
    expect(parseDefinition({ problem: 'encoding' }).problem).toBe('encoding');
  });
});

describe('a name of an image or pipe', () => {
  it.each([
    [`node@sha256:${'ab'.repeat(32)}`, 'digest', true],
    [`node:22@sha256:${'ab'.repeat(32)}`, 'digest', true],
    ['node:22.11.0', 'version', true],
    ['node:22.11.0-alpine3.20', 'version', true],
    ['atlassian/aws-s3-deploy:1.6.1', 'version', true],
    ['docker://acme/deploy:v2.0.1', 'version', true],
    ['node:22', 'floating', false],
    ['node:22.11', 'floating', false],
    ['node:latest', 'floating', false],
    ['registry.example:5000/node', 'none', false],
    ['node', 'none', false],
    ['registry.example:5000/node:1.2.3', 'version', true],
    ['$REGISTRY/node:1.2.3', 'variable', false],
  ])('%s is pinned by %s', (name, pin, pinned) => {
    expect(pinOf(name)).toEqual({ pin, pinned });
  });
});
