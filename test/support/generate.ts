/** `npm run generate`: writes what is rendered from tables and schema. Tests fail while a committed file is not what this writes. */
import { writeFileSync } from 'node:fs';
import { renderModel } from '../../graph/model/render.ts';
import { renderBrowserFiles } from '../../queries/browser-files.ts';
import { generateApi } from './generate-api.ts';

const files = { 'MODEL.md': renderModel(), ...renderBrowserFiles(), ...(await generateApi()) };
for (const [path, text] of Object.entries(files)) writeFileSync(new URL(`../../${path}`, import.meta.url), text);
