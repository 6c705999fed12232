/** `npm run generate`: writes what is rendered from tables and schema. Tests fail while a committed file is not what this writes. */
import { readFileSync, writeFileSync } from 'node:fs';
import { renderModel } from '../../graph/model/render.ts';
import { renderEndpoints } from '../../ingest/bitbucket-cloud/render.ts';
import { renderScopeTables } from '../../ingest/bitbucket-cloud/scope-table.ts';
import { renderBrowserFiles } from '../../queries/browser-files.ts';
import { generateApi } from './generate-api.ts';

/** The README is written by hand but for the tables between these two lines. */
function withScopeTables(readme: string): string {
  return readme.replace(
    /(<!-- scopes -->\n)[\s\S]*?(<!-- end of scopes -->)/,
    (_, start: string, end: string) => `${start}${renderScopeTables()}${end}`,
  );
}

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
const files = {
  'MODEL.md': renderModel(),
  'ENDPOINTS.md': renderEndpoints(),
  'README.md': withScopeTables(readme),
  ...renderBrowserFiles(),
  ...(await generateApi()),
};
for (const [path, text] of Object.entries(files)) writeFileSync(new URL(`../../${path}`, import.meta.url), text);
