/**
 * Secrets never get in. A canary is planted in every place where the upstream may show a secret; afterwards it is looked for in
 * the store's files as they lie on disk, in the kept pages as they read, in logs, progress, reports and errors.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { inspect } from 'node:util';
import { inflateRawSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { compareListing } from '../../cli/self-check.ts';
import { readCloudConfig } from '../../ingest/bitbucket-cloud/config.ts';
import { createProgress } from '../../ingest/progress.ts';
import type { Fault } from '../../ingest/sample/faults.ts';
import type { SyncOptions } from '../../ingest/sync.ts';
import { createLog } from '../../log.ts';
import { openSample, type Sample, type SampleSetting } from './sample.ts';

/** Part of every canary: what nothing else holds. */
const MARK = 'c4n4ry';
let planted = 0;
const canary = (where: string) => `${MARK}${++planted}${where}`;

/** The body with canaries in fields that nobody names, and in every address. */
function plant(body: unknown): unknown {
  if (Array.isArray(body)) return body.map(plant);
  if (typeof body !== 'object' || body === null) return body;
  const inner = Object.fromEntries(
    Object.entries(body).map(([field, value]) => [field, field === 'next' ? value : field === 'href' ? address() : plant(value)]),
  );
  const type = String('type' in inner ? inner['type'] : '');
  return {
    ...inner,
    ...hidden(type, inner),
    email: `${canary('mail')}@acme.example`,
    password: canary('password'),
    access_token: canary('token'),
    secret: canary('secret'),
    // A rule has a field of this name that is read.
    value: 'value' in inner && !type.endsWith('_variable') ? inner['value'] : canary('value'),
    oauth_client: { id: canary('client'), secret: canary('client secret') },
    url: address(),
    raw_url: address(),
    website: address(),
    description: canary('description'),
    variables: [{ key: 'DEPLOY_KEY', value: canary('variable'), secured: false }],
    [canary('field')]: true,
    nested: { deep: [{ deeper: canary('nested') }] },
  };
}

/** Key material where a key is read: after a public key its comment, and a private one in the place of a public one. */
function hidden(type: string, { key }: { readonly key?: unknown }): object {
  if (type === 'deploy_key' || type === 'ssh_key') return { key: `${String(key)} ${canary('comment')}`, comment: canary('comment') };
  if (type === 'webhook_subscription') return { source: canary('source') };
  if (type === 'pipeline_ssh_key_pair')
    return { public_key: `-----BEGIN OPENSSH PRIVATE KEY----- ${canary('private key')}`, private_key: canary('private key') };
  if (type === 'pipeline_ssh_public_key') return { key: canary('host key') };
  if (type === 'project_deploy_key') return { key: `-----BEGIN OPENSSH PRIVATE KEY----- ${canary('private key')}` };
  return {};
}

/** A definition with canaries in every place where people put secrets, and in some where nobody would. */
function definitionFile(): string {
  return `# ${canary('comment')}
image: { name: node:22, username: ${canary('user')}, password: ${canary('registry')} }
options: { note: ${canary('option')} }
clone: { depth: ${canary('clone')} }
definitions:
  caches: { mine: ${canary('cache')} }
  services:
    db: { image: { name: 'user:${canary('userinfo')}@registry.example/db:1', aws: { access-key: ${canary('aws')}, secret-key: ${canary('aws')} } }, variables: { PASSWORD: ${canary('service')} } }
  steps:
    - step: &${canary('anchor')}
        script: [ "curl -H 'token: ${canary('script')}'" ]
pipelines:
  default:
    - variables: [ { name: ${canary('variable name')}, default: ${canary('default')}, allowed-values: [ ${canary('allowed')} ] } ]
    - step:
        name: Kept step
        services: [db]
        deployment: Production
        oidc: true
        condition: { changesets: { includePaths: [ ${canary('path')} ] } }
        artifacts: [ ${canary('artifact')} ]
        caches: [ ${canary('cache name')} ]
        concurrency-group: ${canary('group')}
        script:
          - export A=${canary('export')}
          - pipe: acme/upload:1.0.0
            variables: { KEY: ${canary('pipe')}, ${canary('pipe key')}: x }
          - [ "echo ${canary('nested')}" ]
        after-script: [ echo ${canary('after')} ]
        ${canary('field')}: ${canary('field value')}
`;
}

/** A webhook's or clone link's address with a secret in all its parts. */
function address(): string {
  return `https://user:${canary('userinfo')}@hooks.example/${canary('path')}?token=${canary('query')}#${canary('fragment')}`;
}

const refusal = (at: RegExp, answer: number, more: Partial<Fault> = {}): Fault => ({
  at,
  does: {
    answer,
    headers: { 'x-secret': canary('header'), 'set-cookie': `session=${canary('cookie')}` },
    body: { type: 'error', error: { message: canary('message'), detail: { granted: [canary('detail')] } }, fields: canary('fields') },
  },
  ...more,
});

const HOSTILE: readonly Fault[] = [
  refusal(/members/, 500, { times: 1 }),
  refusal(/projects\/PAY\/permissions-config\/users/, 403),
  refusal(/projects\/OPS\/permissions-config\/groups/, 402),
  refusal(/projects\/DATA\/permissions-config\/groups/, 404),
  refusal(/projects\/OPEN\/permissions-config\/groups/, 500),
  { at: /projects\/WEB\/permissions-config\/groups/, does: { answer: 200, body: `<html>${canary('html')}</html>` } },
  {
    at: /projects\/WEB\/permissions-config\/users/,
    does: { answer: 302, headers: { location: `https://elsewhere.example/?token=${canary('location')}` } },
  },
  { at: /effective-branching-model/, times: 1, does: { rewrite: () => ({ development: canary('place'), branch_types: canary('place') }) } },
  { at: /\/src\//, does: { rewrite: (body) => (typeof body === 'string' ? definitionFile() : body) } },
  { at: /^\/[12]\.0\//, does: { rewrite: plant } },
];

interface Heard {
  readonly sample: Sample;
  readonly options: Partial<SyncOptions>;
  /** All that was written anywhere outside the store. */
  readonly said: () => string;
  /** What the token endpoint gave. */
  readonly tokens: string[];
}

const opened: Sample[] = [];

afterEach(async () => {
  for (const sample of opened.splice(0)) await sample.close();
});

async function listen(setting: SampleSetting): Promise<Heard> {
  const sample = await openSample({ pageLengthMax: 40, pageQuery: (page) => `token=${MARK}next&place=${page}`, ...setting });
  opened.push(sample);
  const tokens: string[] = [];
  const noteTokens = (body: unknown) => {
    const { access_token, refresh_token } = body as { access_token?: string; refresh_token?: string };
    tokens.push(...[access_token, refresh_token].filter((token) => token !== undefined));
    return body;
  };
  sample.server.faults.push({ at: /access_token/, does: { rewrite: noteTokens } });
  const pieces: string[] = [];
  const write = (piece: string) => pieces.push(piece);
  const log = createLog({ level: 'debug', destination: { write } });
  const line = createProgress({ stream: { isTTY: true, columns: 400, write }, log, clock: sample.clock });
  const lines = createProgress({ stream: { write }, log, clock: sample.clock });
  const progress = {
    show: (state: Parameters<typeof line.show>[0]) => {
      line.show(state);
      lines.show(state);
    },
    end: () => {
      line.end();
      lines.end();
    },
  };
  return { sample, options: { log, progress, compare: compareListing }, said: () => pieces.join('\n'), tokens };
}

/** Every text in which something could have got through, by where it is. */
async function traces({ sample, said }: Heard, outcome: unknown): Promise<Map<string, string>> {
  const found = new Map([
    ['logs and progress', said()],
    [
      'outcome',
      `${JSON.stringify(outcome)} ${inspect(outcome, { depth: 20, showHidden: true })} ${outcome instanceof Error ? outcome.stack : ''}`,
    ],
    ['snapshots', JSON.stringify(await sample.store.readSnapshots())],
  ]);
  const folder = dirname(sample.path);
  for (const name of readdirSync(folder)) found.set(`file ${name}`, readFileSync(join(folder, name)).toString('latin1'));
  const database = new DatabaseSync(sample.path, { readOnly: true });
  const rows = database.prepare('SELECT scope, endpoint, path, next, body FROM page').all() as Record<string, string | Uint8Array | null>[];
  database.close();
  const pages = rows.map(({ body, ...row }) => `${JSON.stringify(row)} ${inflateRawSync(body as Uint8Array).toString('utf8')}`);
  return found.set('kept pages', pages.join('\n'));
}

function secretsOf({ sample, tokens }: Heard): string[] {
  const { clientId, clientSecret, apiToken, email } = sample.server.credentials;
  const basic = (user: string, password: string) => Buffer.from(`${user}:${password}`).toString('base64');
  return [MARK, clientSecret, apiToken, email, basic(clientId, clientSecret), basic(email, apiToken), 'Bearer', ...tokens];
}

async function leaks(heard: Heard, outcome: unknown): Promise<string[]> {
  const secrets = secretsOf(heard);
  return [...(await traces(heard, outcome))].flatMap(([where, text]) =>
    secrets.filter((secret) => text.includes(secret)).map((secret) => `${where}: ${secret}`),
  );
}

const outcomeOf = (work: Promise<unknown>) => work.catch((error: unknown) => error);

describe('a canary', () => {
  it.each(['client-credentials', 'api-token'] as const)(
    'in every body, link, header and refusal is found nowhere: %s',
    async (credential) => {
      const heard = await listen({ credential, faults: HOSTILE });
      const outcome = await outcomeOf(heard.sample.sync(heard.options));
      expect(await leaks(heard, outcome)).toEqual([]);
      // It was there to be found, and what may be kept is found where it was looked for.
      expect(planted).toBeGreaterThan(10_000);
      expect(heard.tokens.length).toBe(credential === 'client-credentials' ? 2 : 0);
      const where = [...(await traces(heard, outcome))]
        .filter(([, text]) => /Marcus Bell|branch-restrictions|Kept step/.test(text))
        .map(([name]) => name);
      expect(where).toEqual(expect.arrayContaining(['outcome', 'snapshots', 'kept pages']));
      expect(where.some((name) => name.startsWith('file'))).toBe(true);
      expect((await traces(heard, outcome)).get('kept pages')).toContain('Kept step');
      expect(heard.said()).toContain('run committed');
      expect(heard.sample.server.calls.some((call) => call.includes(`token=${MARK}next`))).toBe(true);
    },
  );

  it.each<[string, Fault]>([
    ['a workspace that may not be read', refusal(/^\/2\.0\/workspaces\/acme$/, 403)],
    ['a workspace that is not there', refusal(/^\/2\.0\/workspaces\/acme$/, 404)],
    ['an upstream that keeps failing', refusal(/^\/2\.0\/workspaces\/acme$/, 500)],
    [
      'a redirect elsewhere',
      { at: /^\/2\.0\/workspaces\/acme$/, does: { answer: 302, headers: { location: `https://elsewhere.example/${canary('away')}` } } },
    ],
    ['HTML', { at: /^\/2\.0\/workspaces\/acme$/, does: { answer: 200, body: `<html>${canary('html')}</html>` } }],
    [
      'a workspace of another form',
      { at: /^\/2\.0\/workspaces\/acme$/, does: { answer: 200, body: { slug: 7, secret: canary('shape') } } },
    ],
    ['a token endpoint that refuses', refusal(/access_token/, 401)],
    ['a token endpoint that speaks HTML', { at: /access_token/, does: { answer: 200, body: `<html>${canary('html')}</html>` } }],
    ['a token of another form', { at: /access_token/, does: { answer: 200, body: { access_token: { inner: canary('token') } } } }],
    [
      'a token that does not fit a header',
      { at: /access_token/, does: { answer: 200, body: { access_token: `${canary('token')}\r\nx: y` } } },
    ],
  ])('in %s is not in the error', async (_, fault) => {
    const heard = await listen({ faults: [fault] });
    const outcome = await outcomeOf(heard.sample.sync(heard.options));
    expect(outcome).toMatchObject({ code: expect.stringMatching(/^UPSTREAM_/) });
    expect(await leaks(heard, outcome)).toEqual([]);
  });

  it('of the workspace itself is not kept: values of variables, words in addresses of webhooks, keys', async () => {
    const heard = await listen({});
    const outcome = await outcomeOf(heard.sample.sync(heard.options));
    const { automation, repositories, projects, users } = heard.sample.server.workspace;
    const all = [automation, ...repositories.map((repository) => repository.automation)];
    const environments = repositories.flatMap((repository) => repository.automation.environments);
    const secrets = [
      ...[...all, ...environments].flatMap(({ variables }) => variables.map(({ value }) => value)),
      ...repositories.flatMap((repository) =>
        Object.values(repository.automation.definitions).flatMap((file) => file.match(/[\w-]{24}/g) ?? []),
      ),
      ...all.flatMap(({ webhooks }) => webhooks.flatMap(({ url }) => url.match(/[\w-]{24}/g) ?? [])),
      ...[...projects, ...repositories.map((repository) => repository.automation)].flatMap(({ keys }) =>
        keys.flatMap(({ key }) => key.split(' ').slice(1)),
      ),
      ...users.flatMap(({ keys }) => (keys ?? []).flatMap(({ key }) => key.split(' ').slice(1))),
    ].filter((secret) => !['acme', 'acme.example', 'staging.acme.example', '3f'.repeat(12)].includes(secret));
    expect(secrets.length).toBeGreaterThan(15);
    const found = await traces(heard, outcome);
    expect(
      [...found].flatMap(([where, text]) => secrets.filter((secret) => text.includes(secret)).map((secret) => `${where}: ${secret}`)),
    ).toEqual([]);
    for (const kept of ['NPM_TOKEN', 'https://ci.acme.example/bitbucket-hook/', 'SHA256:', 'adminOnly'])
      expect([kept, [...found.values()].some((text) => text.includes(kept))]).toEqual([kept, true]);
  });

  it.each([
    ['a file that is cut off', (file: string) => `${file}\n  [`],
    ['a file in which a key stands twice', (file: string) => `${file}image: x\n`],
    ['a file of two documents', (file: string) => `${file}---\n${file}`],
    ['a file that is too large', (file: string) => `${file}${'# \n'.repeat(600_000)}`],
    ['a file that is a text', (file: string) => JSON.stringify(file)],
  ])('in %s is nowhere', async (_, spoil) => {
    const file = spoil(definitionFile());
    const heard = await listen({ faults: [{ at: /\/src\//, does: { rewrite: (body) => (typeof body === 'string' ? file : body) } }] });
    const outcome = await outcomeOf(heard.sample.sync(heard.options));
    expect(await leaks(heard, outcome)).toEqual([]);
    expect((await traces(heard, outcome)).get('kept pages')).toMatch(/"problem":"[a-z]/);
  });

  it('in a run that ends in the middle is not in what it leaves behind', async () => {
    const heard = await listen({ faults: [...HOSTILE, refusal(/access_token/, 401, { after: 1 })], tokens: { callsMax: 30 } });
    const outcome = await outcomeOf(heard.sample.sync(heard.options));
    expect(outcome).toMatchObject({ code: 'UPSTREAM_AUTH' });
    expect(await leaks(heard, outcome)).toEqual([]);
    expect((await traces(heard, outcome)).get('kept pages')).toContain('Marcus Bell');
  });

  it('in the environment is not in the error that refuses it', () => {
    for (const [name, value] of [
      ['BITBUCKET_CLOUD_URL', `http://${canary('user')}:${canary('word')}@127.0.0.1/`],
      ['BITBUCKET_CLOUD_URL', `https://bitbucket.example/?token=${canary('query')}`],
      ['BITBUCKET_CLOUD_URL', canary('nonsense')],
      ['BITBUCKET_CLOUD_CLIENT_SECRET', canary('secret')],
      ['BITBUCKET_CLOUD_API_TOKEN', canary('token')],
    ] as const) {
      let thrown: unknown = null;
      try {
        readCloudConfig({ [name]: value });
      } catch (error) {
        thrown = error;
      }
      expect(thrown).toMatchObject({ code: 'CONFIG' });
      expect(inspect(thrown, { depth: 20 })).not.toContain(MARK);
    }
  });
});
