/**
 * Credentials, workspaces and addresses with which an ingest cannot be right, as a user sees it: the code, what is wrong in words
 * that say what to do, the exit status, and no secret.
 */
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { ERROR_CODES, type ErrorCode } from '../../graph/errors.ts';
import { acmeAnswers, serveAcme } from '../ingest/acme.ts';
import { type Handler, json, type Upstream } from '../ingest/support.ts';
import { runMain } from '../support/run-main.ts';
import { temporaryFolder } from './spawned.ts';

const folder = temporaryFolder();
const path = join(folder.path, 'store.sqlite');
const SECRETS = ['hush-one', 'hush-two'] as const;
let upstream: Upstream;
/** Sees each call before the workspace does, and answers it if it gives true. */
let gate: (...args: Parameters<Handler>) => boolean;
let calls = 0;

beforeAll(async () => {
  upstream = await serveAcme(acmeAnswers(), (...args) => {
    calls++;
    return gate(...args);
  });
});
beforeEach(() => {
  gate = () => false;
  calls = 0;
  rmSync(path, { force: true });
});
afterAll(async () => {
  await upstream.close();
  folder.remove();
});

/** Runs an ingest that fails; the last line that it prints. */
async function wordsOf(code: ErrorCode, env: Record<string, string> = {}, workspace = 'acme'): Promise<string> {
  const credential = { BITBUCKET_CLOUD_EMAIL: 'ann@acme.example', BITBUCKET_CLOUD_API_TOKEN: SECRETS[0] };
  const { status, stdout, stderr } = await runMain(['ingest', 'bitbucket-cloud', '--workspace', workspace], {
    env: { GRANTPATH_STORE: `sqlite:${path}`, BITBUCKET_CLOUD_URL: upstream.url, ...credential, ...env },
  });
  for (const secret of SECRETS) expect(stdout + stderr).not.toContain(secret);
  const last = stderr.trim().split('\n').at(-1) ?? '';
  expect(last.startsWith(`error ${code}: `) ? code : last).toBe(code);
  expect(last.endsWith(`; ${ERROR_CODES[code].remedy}`)).toBe(true);
  expect(status).toBe(ERROR_CODES[code].exit);
  return last;
}

const secretOf = (authorization = '') =>
  Buffer.from(authorization.replace(/^Basic /, ''), 'base64')
    .toString()
    .replace(/^.*:/, '');

it('an access token is told as what it is, with the kinds of credentials that can read permissions', async () => {
  gate = (_, response) => {
    json(response, { type: 'error' }, 403, { 'x-credential-type': 'workspace_access_token' });
    return true;
  };
  const words = await wordsOf('CONFIG');
  expect(words).toContain('got a workspace access token');
  expect(words).toContain('API token of a person who administers the workspace (BITBUCKET_CLOUD_EMAIL, BITBUCKET_CLOUD_API_TOKEN)');
  expect(words).toContain('OAuth consumer of it (BITBUCKET_CLOUD_CLIENT_ID, BITBUCKET_CLOUD_CLIENT_SECRET)');
  expect(calls).toBe(1);
});

it('two credentials that see different workspaces are both named, with what each sees', async () => {
  gate = ({ headers }, response) => {
    const isSecond = secretOf(headers.authorization) === SECRETS[1];
    if (isSecond) json(response, { type: 'workspace', uuid: '{other}', slug: 'acme', name: 'Other' });
    return isSecond;
  };
  const words = await wordsOf('CONFIG', { BITBUCKET_CLOUD_EMAIL_2: 'bob@other.example', BITBUCKET_CLOUD_API_TOKEN_2: SECRETS[1] });
  expect(words).toContain('credential 1 (API token) gets `acme` ({acme}), and credential 2 (API token) gets `acme` ({other})');
});

it('a workspace that is not there is told with those that are', async () => {
  expect(await wordsOf('UPSTREAM_MISSING', {}, 'acmee')).toContain(
    'workspace `acmee` is not there, or the credential does not see it: status 404; it sees `acme`',
  );
});

it('an address with the version of the API in it is told without a call', async () => {
  const words = await wordsOf('CONFIG', { BITBUCKET_CLOUD_URL: `${upstream.url}/2.0/` });
  expect(words).toContain('BITBUCKET_CLOUD_URL must be the address above /2.0');
  expect([calls, existsSync(path)]).toEqual([0, false]);
});

it('an address without TLS gets no credential, unless it is of this machine', async () => {
  const words = await wordsOf('CONFIG', { BITBUCKET_CLOUD_URL: 'http://bitbucket.example' });
  expect(words).toContain('BITBUCKET_CLOUD_URL must be https, because credentials go over http to loopback only: host `bitbucket.example`');
  expect(existsSync(path)).toBe(false);
});
