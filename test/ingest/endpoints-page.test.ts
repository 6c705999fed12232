/** ENDPOINTS.md shows the table as it is: every endpoint, every scope, what a refusal costs, every blind spot of Cloud. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { BLIND_SPOTS } from '../../graph/model/blind-spots.ts';
import { blursVerdicts } from '../../graph/model/gaps.ts';
import { ENDPOINT_IDS, ENDPOINTS, scopesFor } from '../../ingest/bitbucket-cloud/endpoints.ts';
import { renderEndpoints } from '../../ingest/bitbucket-cloud/render.ts';

const page = readFileSync(new URL('../../ENDPOINTS.md', import.meta.url), 'utf8');

it('ENDPOINTS.md is what `npm run generate` renders', () => {
  expect(page).toBe(renderEndpoints());
});

it.each(ENDPOINT_IDS)('has one line of %s with its scopes, and says whether a refusal touches verdicts', (id) => {
  const { path, scopes, hides } = ENDPOINTS[id];
  const lines = page.split('\n').filter((line) => line.includes(`| \`${id}\`<br>\`${path}\``));
  expect(lines).toHaveLength(1);
  for (const scope of [...scopes.oauth, ...scopesFor(id, 'api-token')]) expect(lines[0]).toContain(`\`${scope}\``);
  expect(lines[0]?.includes('| verdicts')).toBe(hides.some(blursVerdicts));
});

it('has the blind spots of Cloud and no other', () => {
  const [, spots = ''] = page.split('## Blind spots');
  for (const [name, { flavor }] of Object.entries(BLIND_SPOTS))
    expect([name, spots.includes(`\`${name}\``)]).toEqual([name, flavor === 'cloud']);
});

it('names the least scopes: those for everything contain those for verdicts', () => {
  const [, least = ''] = /## The least scopes\n([\s\S]*?)\n## /.exec(page) ?? [];
  const [everything = [], everythingToken = [], verdicts = [], verdictsToken = []] = [...least.matchAll(/^- .*$/gm)].map(([line]) =>
    [...line.matchAll(/`([^`]+)`/g)].map(([, scope]) => scope),
  );
  expect(new Set(ENDPOINT_IDS.flatMap((id) => ENDPOINTS[id].scopes.oauth))).toEqual(new Set(everything));
  expect(new Set(ENDPOINT_IDS.flatMap((id) => scopesFor(id, 'api-token')))).toEqual(new Set(everythingToken));
  expect([
    verdicts.filter((scope) => !everything.includes(scope)),
    verdictsToken.filter((scope) => !everythingToken.includes(scope)),
  ]).toEqual([[], []]);
  expect(verdicts).not.toContain('webhook');
});
