/** `npm run generate`: writes what is rendered from tables and schema. Tests fail while a committed file is not what this writes. */
import { writeFileSync } from 'node:fs';
import { renderModel } from '../../graph/model/render.ts';

writeFileSync(new URL('../../MODEL.md', import.meta.url), renderModel());
