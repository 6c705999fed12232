/** GraphiQL without any other host: what the page may load, its example questions, and a real browser where the machine has one. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { executeOperation } from '../../api/execute.ts';
import { readExampleTabs } from '../../api/graphiql.ts';
import { BROWSER, openPage } from './browser.ts';
import { type Client, serve } from './http.ts';
import { smallGrantpath } from './small-grantpath.ts';

const grantpath = smallGrantpath();
let client: Client;
let page: Response;
let html: string;
beforeAll(async () => {
  client = await serve(grantpath);
  page = await fetch(`${client.server.url}/graphql`, { headers: { accept: 'text/html,application/xhtml+xml' } });
  html = await page.text();
});
afterAll(() => client.server.close());

if (BROWSER === null) console.log('skipped: GraphiQL in a browser, because this machine has no Chromium');

describe('the page', () => {
  it('loads nothing from another host', () => {
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    // Script and style are inline; what is left of the markup has no address but `data:`.
    const markup = html.replace(/<script>[\s\S]*<\/script>/, '').replace(/<style>[\s\S]*?<\/style>/, '');
    expect(markup).not.toMatch(/<(?:script|link|img|iframe)[^>]+(?:src|href)="(?!data:)/);
    const [style = ''] = /<style>[\s\S]*?<\/style>/.exec(html) ?? [];
    expect(style.match(/url\((?!["']?(?:data:|#))[^)]*\)/g) ?? []).toEqual([]);
    expect(style).not.toContain('@import');
  });

  it('is forbidden to talk to another host', () => {
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("connect-src 'self'");
    expect(policy).not.toMatch(/https?:|\*/);
  });

  it('is for browsers only', async () => {
    const response = await fetch(`${client.server.url}/graphql?query={coverage{facts}}`);
    expect(response.headers.get('content-type')).toContain('application/json');
  });

  it('opens where there is no snapshot yet', async () => {
    const find = () => Promise.reject(new Error('nothing there'));
    const tabs = await readExampleTabs(smallGrantpath({ find }));
    expect(tabs[1]?.variables).toMatchObject({ identity: 'user:evan', resource: 'branch:acme/api#main' });
  });
});

describe('the example questions', () => {
  it('ask of what the store holds, and are answered', async () => {
    const tabs = await readExampleTabs(grantpath);
    expect(tabs.length).toBeGreaterThan(5);
    for (const { query, variables } of tabs) {
      const { errors, data } = await executeOperation({ grantpath, source: query, variables });
      expect(errors, query).toBeUndefined();
      expect(data).toBeTruthy();
    }
    for (const { query } of tabs) expect(html).toContain(JSON.stringify(query).slice(1, 60));
  });
});

describe.skipIf(BROWSER === null)('in a browser (skipped where there is no Chromium)', () => {
  it('shows the tabs, runs a question, and asks no other host', async () => {
    const browser = await openPage(`${client.server.url}/graphql`);
    try {
      await browser.until('document.querySelectorAll(".graphiql-tab").length > 5', 20_000);
      await browser.until('!!document.querySelector(".graphiql-execute-button")', 10_000);
      // The button works once the editor has taken the question over.
      const run =
        'document.querySelector(".graphiql-execute-button").click(), document.querySelector(".graphiql-response")?.innerText.includes("user:ann")';
      await browser.until(run, 20_000);
      const hosts = new Set(browser.requests.filter((url) => url.startsWith('http')).map((url) => new URL(url).origin));
      expect([...hosts]).toEqual([client.server.url]);
      expect(browser.problems).toEqual([]);
    } finally {
      await browser.close();
    }
  });
});
