import { afterEach, describe, expect, it } from 'vitest';
import { openCloudClient, readCloudConfig } from '../../ingest/bitbucket-cloud/config.ts';
import { codeOf, FakeClock, json, serve, type Upstream } from './support.ts';

const opened: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;

/** Gives tokens t1, t2, ... and accepts those that `accepts` likes. */
async function tokenUpstream(
  expiresIn: unknown,
  accepts: (token: string) => boolean = () => true,
): Promise<Upstream & { asked: string[] }> {
  let count = 0;
  const asked: string[] = [];
  const upstream = await serve((request, response, body) => {
    if (request.url === '/token') {
      asked.push(`${request.headers.authorization} ${body}`);
      return json(response, {
        access_token: `t${++count}`,
        expires_in: expiresIn,
        scopes: 'account repository:admin',
        token_type: 'bearer',
      });
    }
    const token = request.headers.authorization?.replace('Bearer ', '') ?? '';
    json(response, { token }, accepts(token) ? 200 : 401);
  });
  opened.push(upstream);
  return { ...upstream, asked };
}

function open(upstream: Upstream, clock: FakeClock) {
  const config = readCloudConfig({
    BITBUCKET_CLOUD_URL: upstream.url,
    BITBUCKET_CLOUD_AUTH_URL: `${upstream.url}/token`,
    BITBUCKET_CLOUD_CLIENT_ID: 'id',
    BITBUCKET_CLOUD_CLIENT_SECRET: 'secret',
  });
  const client = openCloudClient(config, { clock });
  opened.unshift(client);
  return client;
}

describe('OAuth 2 client credentials', () => {
  it('fetches one token for many calls and renews it before expires_in', async () => {
    const clock = new FakeClock();
    const upstream = await tokenUpstream(7200);
    const client = open(upstream, clock);
    const first = await Promise.all(['/a', '/b', '/c'].map((path) => client.http.get(path)));
    expect(first.map(({ body }) => body)).toEqual([{ token: 't1' }, { token: 't1' }, { token: 't1' }]);
    expect(upstream.asked).toEqual([`${basic('id:secret')} grant_type=client_credentials`]);
    expect(client.grantedScopes()).toEqual(['account', 'repository:admin']);
    clock.at += 7_100_000;
    expect((await client.http.get('/d')).body).toEqual({ token: 't1' });
    clock.at += 50_000;
    expect((await client.http.get('/e')).body).toEqual({ token: 't2' });
  });

  it('renews once when the token is refused, and gives the second refusal back', async () => {
    const upstream = await tokenUpstream(7200, (token) => token === 't2');
    const client = open(upstream, new FakeClock());
    const answers = await Promise.all([client.http.get('/a'), client.http.get('/b')]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    const refusing = await tokenUpstream(7200, () => false);
    expect((await open(refusing, new FakeClock()).http.get('/a')).status).toBe(401);
    expect(refusing.asked.length).toBe(2);
  });

  it('says that the credential is refused, without it', async () => {
    const upstream = await serve((_, response) => json(response, { error: 'invalid_client' }, 401));
    opened.push(upstream);
    const client = open(upstream, new FakeClock());
    expect(await codeOf(client.http.get('/a'))).toBe('UPSTREAM_AUTH');
    expect(upstream.calls).toEqual(['POST /token']);
    await expect(client.http.get('/a')).rejects.not.toThrow(/secret\b.*secret|aWQ6/);
  });
});

describe('an API token', () => {
  it('goes as Basic authentication with the e-mail', async () => {
    const upstream = await serve((request, response) => json(response, { is: request.headers.authorization }));
    opened.push(upstream);
    const config = readCloudConfig({
      BITBUCKET_CLOUD_URL: `${upstream.url}/api/`,
      BITBUCKET_CLOUD_EMAIL: 'a@b.c',
      BITBUCKET_CLOUD_API_TOKEN: 'tok',
    });
    const client = openCloudClient(config, { clock: new FakeClock() });
    opened.unshift(client);
    expect((await client.http.get('/x')).body).toEqual({ is: basic('a@b.c:tok') });
    expect(config.base.prefix).toBe('/api');
  });
});

describe('settings', () => {
  const oauth = { BITBUCKET_CLOUD_CLIENT_ID: 'id', BITBUCKET_CLOUD_CLIENT_SECRET: 'hush' };

  it('default to the public host', () => {
    expect(readCloudConfig(oauth)).toMatchObject({
      base: { origin: 'https://api.bitbucket.org', prefix: '' },
      auth: { origin: 'https://bitbucket.org' },
    });
  });

  it.each<[Record<string, string>, RegExp]>([
    [{}, /BITBUCKET_CLOUD_CLIENT_ID.*BITBUCKET_CLOUD_API_TOKEN/],
    [{ BITBUCKET_CLOUD_CLIENT_ID: 'id' }, /BITBUCKET_CLOUD_CLIENT_SECRET must be set/],
    [{ BITBUCKET_CLOUD_API_TOKEN: 'hush' }, /BITBUCKET_CLOUD_EMAIL must be set/],
    [{ ...oauth, BITBUCKET_CLOUD_EMAIL: 'a@b.c' }, /one credential must be set, got two/],
    [{ ...oauth, BITBUCKET_CLOUD_URL: 'ftp://host' }, /BITBUCKET_CLOUD_URL must be an http or https address/],
    [{ ...oauth, BITBUCKET_CLOUD_URL: 'http://bitbucket.example' }, /BITBUCKET_CLOUD_URL must be https.*loopback only/],
    [{ ...oauth, BITBUCKET_CLOUD_URL: 'https://me:hush@bitbucket.example' }, /BITBUCKET_CLOUD_URL must not hold a user or password/],
    [{ ...oauth, BITBUCKET_CLOUD_AUTH_URL: 'http://127.0.0.1.evil.example/t' }, /BITBUCKET_CLOUD_AUTH_URL must be https/],
  ])('that cannot be used name their variable: %#', (env, message) => {
    expect(() => readCloudConfig(env)).toThrow(expect.objectContaining({ code: 'CONFIG', message: expect.stringMatching(message) }));
    expect(() => readCloudConfig(env)).not.toThrow(/hush/);
  });
});
