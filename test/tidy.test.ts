/**
 * The shape of the source: which room may import which, one door for each third-party package, sizes, words, and that every
 * module loads in plain Node (a test runner accepts syntax that Node refuses).
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const tracked = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: ROOT, encoding: 'utf8' })
  .split('\n')
  .filter((path) => path !== '' && !path.startsWith('test/bench/results'));
const exists = (path: string) => spawnSync('test', ['-f', join(ROOT, path)]).status === 0;
const files = tracked.filter(exists);
const sources = files.filter((path) => path.endsWith('.ts') && !path.startsWith('test/') && path !== 'vitest.config.ts');
const textOf = (path: string) => readFileSync(join(ROOT, path), 'utf8');

/** Rooms, the most specific first, and the rooms that each may import beside itself. */
const ROOMS: readonly (readonly [room: string, path: RegExp, mayImport: readonly string[]])[] = [
  ['model', /^graph\/model\//, ['errors']],
  ['spec', /^graph\/spec\//, ['model', 'graph', 'errors']],
  ['engine', /^graph\/engine\//, ['model', 'graph', 'errors', 'store port']],
  ['store port', /^graph\/store\/port\.ts$/, ['model', 'graph', 'errors']],
  ['store', /^graph\/store\//, ['store port', 'model', 'graph', 'errors']],
  ['exchange', /^graph\/exchange\//, ['store port', 'model', 'graph', 'errors']],
  ['errors', /^graph\/errors\.ts$/, []],
  ['log', /^log\.ts$/, []],
  ['graph', /^graph\/[a-z-]+\.ts$/, ['model', 'errors']],
  ['sample', /^ingest\/sample\//, ['model', 'errors']],
  ['ingest', /^ingest\//, ['log', 'store port', 'model', 'graph', 'errors']],
  ['queries', /^queries\//, ['engine', 'store port', 'store', 'model', 'graph', 'errors']],
  ['api', /^api\//, ['queries', 'store port', 'model', 'graph', 'errors']],
  ['config', /^config\.ts$/, ['errors']],
  ['library', /^index\.ts$/, ['queries', 'store', 'store port', 'engine', 'model', 'graph', 'errors', 'config']],
  [
    'cli',
    /^cli\//,
    [
      'library',
      'config',
      'log',
      'api',
      'queries',
      'ingest',
      'sample',
      'exchange',
      'store',
      'store port',
      'engine',
      'model',
      'graph',
      'errors',
    ],
  ],
  [
    'main',
    /^main\.ts$/,
    ['cli', 'library', 'config', 'api', 'queries', 'ingest', 'sample', 'store', 'store port', 'engine', 'model', 'graph', 'errors'],
  ],
];

/** The one file, or family of files, that may import a package. */
const DOORS: Readonly<Record<string, RegExp>> = {
  undici: /^ingest\/http\.ts$/,
  zod: /^ingest\/bitbucket-cloud\/decode(-[a-z-]+)?\.ts$/,
  yaml: /^ingest\/bitbucket-cloud\/yaml-tree\.ts$/,
  'node:sqlite': /^graph\/store\/sqlite[a-z-]*\.ts$/,
  'neo4j-driver': /^graph\/store\/neo4j[a-z-]*\.ts$/,
  graphql: /^api\//,
  'graphql-yoga': /^api\/server\.ts$/,
  '@graphql-tools/schema': /^api\/schema\.ts$/,
  '@graphql-yoga/render-graphiql': /^api\/graphiql\.ts$/,
  dataloader: /^api\/loaders\.ts$/,
  commander: /^cli\/program\.ts$/,
  'cli-table3': /^cli\/table\.ts$/,
  pino: /^log\.ts$/,
};

const importsOf = (path: string) =>
  [...textOf(path).matchAll(/^(?:import|export)\s(?:[^'";]*?\sfrom\s)?'([^']+)'|import\('([^']+)'\)/gm)].map(
    (match) => match[1] ?? match[2] ?? '',
  );
const roomOf = (path: string) => ROOMS.find(([, pattern]) => pattern.test(path));

describe('imports', () => {
  it('go one way', () => {
    const wrong: string[] = [];
    for (const path of sources) {
      const room = roomOf(path);
      if (room === undefined) {
        wrong.push(`${path} lies in no room`);
        continue;
      }
      for (const specifier of importsOf(path).filter((name) => name.startsWith('.'))) {
        const target = normalize(join(dirname(path), specifier));
        const other = roomOf(target);
        if (!specifier.endsWith('.ts')) wrong.push(`${path} imports ${specifier} without its extension`);
        else if (other === undefined || (other[0] !== room[0] && !room[2].includes(other[0])))
          wrong.push(`${path} (${room[0]}) imports ${target} (${other?.[0] ?? 'no room'})`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('reach each package through its door', () => {
    const wrong: string[] = [];
    for (const path of sources) {
      for (const specifier of importsOf(path).filter((name) => !name.startsWith('.'))) {
        const name = specifier.startsWith('@')
          ? specifier.split('/').slice(0, 2).join('/')
          : specifier.startsWith('node:')
            ? specifier
            : (specifier.split('/')[0] ?? '');
        const door = DOORS[name];
        if (door === undefined ? !(specifier.startsWith('node:') && builtinModules.includes(specifier.slice(5))) : !door.test(path))
          wrong.push(`${path} imports ${specifier}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('load in plain Node', () => {
    const modules = sources.filter((path) => !['main.ts'].includes(path) && !path.endsWith('worker.ts'));
    const script = modules.map((path) => `await import(${JSON.stringify(join(ROOT, path))});`).join('\n');
    const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], { cwd: ROOT, encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
  }, 60_000);
});

describe('files', () => {
  const written = files.filter((path) => path.endsWith('.ts') && path !== 'api/generated.ts');

  it('hold one idea: at most 400 lines, tables, worlds and the schema text apart', () => {
    const long = written
      .filter((path) => !/^(graph\/model\/|test\/worlds\/|api\/sdl\.ts)/.test(path))
      .map((path) => [path, textOf(path).split('\n').length] as const);
    expect(long.filter(([, lines]) => lines > 401)).toEqual([]);
  });

  it('open with what they are', () => {
    expect(sources.filter((path) => path !== 'api/generated.ts' && !textOf(path).startsWith('/**'))).toEqual([]);
  });

  it('are named in lower case with hyphens, in folders that are roles', () => {
    expect(written.filter((path) => !/^[a-z0-9-]+(\/[a-z0-9-]+)*(\.(test|config))?\.ts$/.test(path))).toEqual([]);
    expect(files.filter((path) => /\/(utils?|helpers?|common|types|misc|lib)\//.test(path))).toEqual([]);
  });

  it('speak of the project alone', () => {
    const told = files.filter(
      (path) => path !== 'test/tidy.test.ts' && path !== 'package-lock.json' && /\.(ts|js|md|json|yml)$|\.ci\/run$/.test(path),
    );
    const words = [
      /(^|[^A-Za-z0-9_.~-])\/(work|tmp|root|home)\/[a-z]/,
      /\bregistry\.npmjs\b/,
      /\b(TODO|FIXME|XXX|HACK)\b/,
      /"resolved": "https?:/,
    ];
    expect(told.flatMap((path) => words.filter((word) => word.test(textOf(path))).map((word) => `${path}: ${word}`))).toEqual([]);
  });

  it('keep the definitional engine short enough for one sitting: under 400 lines of code, imports and comments apart', () => {
    const code = files
      .filter((path) => path.startsWith('graph/spec/'))
      .flatMap((path) =>
        textOf(path)
          .split('\n')
          .filter((line) => !/^\s*(\/\/|\/?\*|$|import |\} from )/.test(line)),
      );
    expect(code.length).toBeLessThan(400);
  });

  it('carry no address of a package registry in the lock file', () => {
    expect(/"resolved"/.test(textOf('package-lock.json'))).toBe(false);
  });
});
