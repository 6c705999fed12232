/**
 * The published package: packed, installed into an empty folder outside of the checkout, and used there as a stranger would.
 */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const LONG = process.env['GRANTPATH_TEST_LONG'] === '1';
const TIMEOUT_MS = 180_000;

const STORE = 'sqlite:.grantpath/demo.sqlite';

/** A consumer that types hold to the library: what is wrong on purpose must be found. */
const CONSUMER = `import { type Answer, CodedError, type NodeKind, open, type Page, type WhoCanRow } from 'grantpath';

const grantpath = await open({ store: '${STORE}' });
const answer: Answer = await grantpath.check({ identity: 'user:marcus', action: 'branch.push', resource: 'branch:acme/api#main' });
const admins: Page<WhoCanRow> = await grantpath.whoCan('repository.admin', 'repository:acme/api', { first: 10 });
const kinds: readonly NodeKind[] = admins.edges.map(({ node }) => node.identity.kind);
// @ts-expect-error an action that does not exist
const wrong = () => grantpath.check({ identity: 'user:marcus', action: 'branch.shove', resource: 'branch:acme/api#main' });
let refused = '';
try {
  await grantpath.check({ identity: 'user:nobody-at-all', action: 'branch.push', resource: 'branch:acme/api#main' });
} catch (error) {
  refused = error instanceof CodedError ? error.code : String(error);
}
// The past is compiled in a worker thread.
const first = (await grantpath.snapshots({ first: 10 })).edges.at(-1)?.node.at ?? 0;
const past = await grantpath.check({ identity: 'user:marcus', action: 'branch.push', resource: 'branch:acme/api#main' }, { at: first });
console.log(JSON.stringify([answer.verdict, (await answer.proofs(1))[0]?.text.includes('user:marcus'), kinds.length > 0, typeof wrong, refused, past.verdict]));
await grantpath.close();
`;

describe.skipIf(!LONG)('the package (GRANTPATH_TEST_LONG=1 only: it builds, packs and installs from the registry)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'grantpath-package-'));
  const consumer = join(folder, 'consumer');
  // npm runs with the settings of the machine, the program without those of this one.
  const run = async (command: string, args: readonly string[], cwd: string) => {
    const { GRANTPATH_STORE: _, ...env } = process.env;
    return promisify(execFile)(command, [...args], { cwd, env, maxBuffer: 64 * 1024 * 1024 });
  };
  const inConsumer = (command: string, ...args: string[]) => run(command, args, consumer);

  beforeAll(async () => {
    mkdirSync(consumer);
    await run('npm', ['pack', '--pack-destination', folder], ROOT);
    const [tarball = ''] = readdirSync(folder).filter((name) => name.endsWith('.tgz'));
    writeFileSync(join(consumer, 'package.json'), JSON.stringify({ name: 'consumer', version: '1.0.0', type: 'module' }));
    await inConsumer('npm', 'install', join(folder, tarball), '--omit=optional', '--prefer-offline', '--no-audit', '--no-fund');
  }, TIMEOUT_MS);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('holds plain JavaScript with its types, and neither sources nor tests', () => {
    const installed = join(consumer, 'node_modules/grantpath');
    const files = readdirSync(installed, { recursive: true, encoding: 'utf8' });
    expect(files.filter((file) => /(^|\/)(test|node_modules)\//.test(file) || (/\.ts$/.test(file) && !/\.d\.ts$/.test(file)))).toEqual([]);
    for (const file of [
      'dist/index.js',
      'dist/index.d.ts',
      'dist/main.js',
      'dist/queries/compile-worker.js',
      'dist/cli/ingest-worker.js',
      'README.md',
      'LICENSE',
    ])
      expect(existsSync(join(installed, file)), file).toBe(true);
    const scripts = files.filter((file) => /^dist\/.*\.js$/.test(file)).map((file) => readFileSync(join(installed, file), 'utf8'));
    expect(scripts.filter((text) => /['"`]\.{1,2}\/[^'"`\n]*\.ts['"`]/.test(text))).toEqual([]);
  });

  it(
    'has the command',
    async () => {
      const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
      expect((await inConsumer('npx', 'grantpath', '--version')).stdout.trim()).toBe(version);
      const { stdout } = await inConsumer('npx', 'grantpath', 'demo', '--no-serve');
      for (const verdict of ['ALLOW', 'DENY', 'UNKNOWN']) expect(stdout).toContain(verdict);
      expect(existsSync(join(consumer, '.grantpath/demo.sqlite'))).toBe(true);
      await inConsumer('npx', 'grantpath', 'export', 'facts.jsonl', '--store', STORE);
      const imported = await inConsumer('npx', 'grantpath', 'import', 'facts.jsonl', '--store', 'sqlite:copy.sqlite', '--json');
      expect(JSON.parse(imported.stdout)).toMatchObject({ name: expect.stringMatching(/^bitbucket-cloud\//) });
    },
    TIMEOUT_MS,
  );

  it(
    'answers through the library, whose types a consumer is checked against',
    async () => {
      writeFileSync(join(consumer, 'ask.ts'), CONSUMER);
      const compilerOptions = {
        strict: true,
        module: 'nodenext',
        target: 'esnext',
        lib: ['esnext', 'dom'],
        types: [],
        skipLibCheck: false,
        outDir: 'out',
      };
      writeFileSync(join(consumer, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['ask.ts'] }));
      const checked = await run(join(ROOT, 'node_modules/.bin/tsc'), ['-p', '.'], consumer).catch((error: { stdout: string }) => error);
      expect(checked.stdout).toBe('');
      const { stdout } = await inConsumer(process.execPath, 'out/ask.js');
      expect(JSON.parse(stdout)).toEqual(['ALLOW', true, true, 'function', 'REFERENCE_UNKNOWN', 'ALLOW']);
    },
    TIMEOUT_MS,
  );
});
