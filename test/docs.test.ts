/**
 * The documents say what is so: the README's tables are those of the code, its commands and its GraphQL run on the sample
 * workspace, its links lead somewhere.
 */
import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer } from '../api/server.ts';
import { SETTINGS } from '../config.ts';
import { ERROR_CODES } from '../graph/errors.ts';
import { ACTION_NAMES, actionRow, isAction } from '../graph/model/actions.ts';
import { open } from '../index.ts';
import { ENDPOINTS } from '../ingest/bitbucket-cloud/endpoints.ts';
import { renderScopeTables } from '../ingest/bitbucket-cloud/scope-table.ts';
import { type SampleServer, startSampleServer } from '../ingest/sample/server.ts';
import { COMMANDS } from '../main.ts';
import { cloudEnv } from './cli/spawned.ts';
import { runMain } from './support/run-main.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const DOCUMENTS = ['README.md', 'ARCHITECTURE.md', 'DECISIONS.md', 'CHANGELOG.md', 'ENDPOINTS.md'];
const textOf = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const README = textOf('README.md');
/** Fenced blocks of a language. */
const blocks = (language: string) =>
  [...README.matchAll(new RegExp(`^ *\`\`\`${language}\\n([\\s\\S]*?)^ *\`\`\`$`, 'gm'))].map(([, text]) => text ?? '');

describe('documents', () => {
  it.each(DOCUMENTS)('%s: links lead to files', (path) => {
    const targets = [...textOf(path).matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].map(([, target]) => target ?? '');
    expect(targets.filter((target) => !existsSync(join(ROOT, target)))).toEqual([]);
  });

  it('ARCHITECTURE names every room at the top, and nothing that is not there', () => {
    const rooms = textOf('ARCHITECTURE.md');
    for (const room of [
      'graph/model/',
      'graph/spec/',
      'graph/engine/',
      'graph/store/',
      'ingest/',
      'queries/',
      'api/',
      'cli/',
      'test/worlds/',
      'test/twin/',
      'test/bench/',
    ])
      expect(rooms).toContain(room);
    const named = [...rooms.matchAll(/`((?:graph|ingest|queries|api|cli|test|bin)\/[a-z0-9/.-]*|[a-z-]+\.ts)`/g)].map(
      ([, path]) => path ?? '',
    );
    const folders = ['graph', 'ingest', 'queries', 'api', 'cli', 'bin', 'test'];
    const files = [
      ...readdirSync(ROOT),
      ...folders.flatMap((folder) => readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })),
    ];
    const isThere = (path: string) => existsSync(join(ROOT, path)) || files.some((file) => file === path || file.endsWith(`/${path}`));
    expect(named.filter((path) => !isThere(path))).toEqual([]);
  });
});

describe('README', () => {
  it('has the environment as the table of settings', () => {
    const cells = README.split('\n').map((line) => line.split('|').map((cell) => cell.trim()));
    const rows = cells.flatMap(([, name = '', standard, doc]) =>
      /^`[A-Z0-9_]{8,}`$/.test(name) ? [[name.slice(1, -1), standard, doc]] : [],
    );
    expect(rows).toEqual(SETTINGS.map(({ name, default: standard, doc }) => [name, standard === null ? '' : `\`${standard}\``, doc]));
  });

  it('names every scope that an endpoint needs, in the tables that `npm run generate` writes', () => {
    const scopes = Object.values(ENDPOINTS).flatMap(({ scopes: { oauth, apiToken } }) => [
      ...oauth,
      ...(apiToken === null ? [] : [apiToken]),
    ]);
    expect([...new Set(scopes)].filter((scope) => !README.includes(`\`${scope}\``))).toEqual([]);
    expect(README).toContain(`<!-- scopes -->\n${renderScopeTables()}<!-- end of scopes -->`);
  });

  it('names every command, and only actions and error codes that exist', () => {
    for (const { name } of COMMANDS) expect(README).toContain(`grantpath ${name}`);
    const verbs = [...README.matchAll(/`([a-z]+\.[a-z_]+)`/g)]
      .map(([, name]) => name ?? '')
      .filter((name) =>
        /^(repository|branch|pullrequest|permission|restriction|pipeline|runner|deploykey|webhook|project|workspace)\./.test(name),
      );
    expect(verbs.filter((name) => !isAction(name))).toEqual([]);
    const leveled = ACTION_NAMES.filter((name) =>
      actionRow(name).on.some((kind) => ['Repository', 'Branch', 'Project', 'Workspace'].includes(kind)),
    );
    expect(leveled.filter((name) => !verbs.includes(name))).toEqual([]);
    const codes = [...README.matchAll(/`error ([A-Z_]+)`/g)].map(([, code]) => code ?? '');
    expect(codes.length).toBeGreaterThan(0);
    expect(codes.filter((code) => !Object.hasOwn(ERROR_CODES, code))).toEqual([]);
  });
});

describe('README on the sample workspace', () => {
  const folder = mkdtempSync(join(tmpdir(), 'grantpath-docs-'));
  const store = { GRANTPATH_STORE: `sqlite:${join(folder, 'store.sqlite')}` };
  let sample: SampleServer;
  beforeAll(async () => {
    sample = await startSampleServer();
    const { status, stderr } = await runMain(['ingest', 'bitbucket-cloud', '--workspace', 'acme'], {
      env: { ...cloudEnv(sample), ...store },
    });
    expect([status, stderr.includes('error ')]).toEqual([0, false]);
  });
  afterAll(async () => {
    await sample.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const commands = blocks('sh')
    .flatMap((text) => text.split('\n'))
    .map((line) => line.trim())
    .filter((line) => line.startsWith('npx grantpath ') && !/grantpath (serve|demo|ingest)/.test(line));

  it('has commands to run', () => {
    expect(commands.length).toBeGreaterThanOrEqual(5);
  });

  it.each(commands)('runs: %s', async (line) => {
    const { status, stdout, stderr } = await runMain(line.split(' ').slice(2), { env: store });
    expect([0, 1, 3], stderr).toContain(status);
    expect(stdout.length).toBeGreaterThan(0);
  });

  it('shows what the first example prints', async () => {
    const [, question = '', ...answer] = (/^```\n\$ npx grantpath (.*)\n([\s\S]*?)^```$/m.exec(README) ?? []) as string[];
    const { stdout } = await runMain(question.split(' '), { env: store });
    const words = (text: string) => text.split(/\s+/).filter(Boolean).join(' ');
    expect(words(stdout)).toContain(words(answer.join(' ')));
  });

  it('has an AuthZEN call that answers as shown', async () => {
    const [, address = '', header = '', value = '', body = ''] = (/^curl (\S+) -H '([^:]+): ([^']+)' -d '([^']+)'$/m.exec(README) ??
      []) as string[];
    const grantpath = await open({ store: store.GRANTPATH_STORE });
    const server = await startServer({ grantpath, port: 0 });
    try {
      const { pathname } = new URL(address);
      const response = await fetch(`${server.url}${pathname}`, { method: 'POST', headers: { [header]: value }, body });
      const [shown = ''] = blocks('json');
      expect(await response.json()).toMatchObject(JSON.parse(shown) as object);
    } finally {
      await server.close();
      await grantpath.close();
    }
  });

  it('has credentials to declare: the file is imported, and each command prints what is shown', async () => {
    const [, facts = ''] = /in `tokens\.facts`:\n\n```text\n([\s\S]*?)^```$/m.exec(README) ?? [];
    const [console = ''] = blocks('console').filter((text) => text.includes('import tokens.facts'));
    const steps = console.split(/^\$ npx grantpath /m).slice(1);
    expect([facts.split('\n').filter((line) => / IS /.test(line)).length, steps.length > 3]).toEqual([3, true]);
    // A store of its own: what is imported would change the answers of the others.
    copyFileSync(join(folder, 'store.sqlite'), join(folder, 'declared.sqlite'));
    writeFileSync(join(folder, 'tokens.facts'), facts);
    for (const step of steps) {
      const [command = '', ...shown] = step.trimEnd().split('\n');
      const argv = command.split(' ').map((word) => (/\.(facts|jsonl)$/.test(word) ? join(folder, word) : word));
      const { stdout, stderr } = await runMain(argv, { env: { GRANTPATH_STORE: `sqlite:${join(folder, 'declared.sqlite')}` } });
      const words = (text: string) => text.replaceAll(`${folder}/`, '').split(/\s+/).filter(Boolean).join(' ');
      for (const part of shown.join('\n').split('...'))
        expect([command, words(stdout), stderr]).toEqual([command, expect.stringContaining(words(part)), '']);
    }
  });

  it('has GraphQL that answers', async () => {
    const answers: string[] = [];
    for (const [index, document] of blocks('graphql').entries()) {
      const file = join(folder, `readme-${index}.graphql`);
      writeFileSync(file, document);
      const { status, stdout, stderr } = await runMain(['query', file, '--json'], { env: store });
      expect([status, stderr]).toEqual([0, '']);
      answers.push(stdout);
    }
    const { data } = JSON.parse(answers[0] ?? '') as { data: { check: { verdict: string }; whoCan: { totalCount: number } } };
    expect(data.check.verdict).toBe('DENY');
    expect(data.whoCan.totalCount).toBeGreaterThan(0);
  });
});
