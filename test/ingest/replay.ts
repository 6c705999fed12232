/**
 * Recorded answers of a real workspace, served on loopback: only origin and prefix are rewritten. One resource is asked for by
 * slug or uuid, in any case, with or without a slash at the end; what was not recorded is 404.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { hasSharedData, SHARED_DATA } from '../support/shared-data.ts';
import { json, serve, type Upstream } from './support.ts';

const FOLDER = 'recordings/cloud/jupiterone-graph-bitbucket';
export const RECORDINGS = new URL(`${FOLDER}/`, SHARED_DATA);
export const RECORDED = hasSharedData(FOLDER);

interface Recorded {
  readonly method: string;
  readonly url: string;
  readonly status: number;
  readonly body: unknown;
}

/** Other spellings of path parts -> the one of the recording, lower case. */
const SPELLINGS: Readonly<Record<string, string>> = {
  '{1ba2c09e-bb7b-44a1-b3da-018e8b3c0956}': 'examplej1workspace',
  'project-one': '{e5891ca2-0c3f-49a5-b7cf-a3e16500231a}',
};

/** Serves the recordings whose file name starts with one of the prefixes, below `/api`, the token endpoint at its own path. */
export async function replay(...prefixes: string[]): Promise<Upstream> {
  const answers = new Map<string, Recorded>();
  for (const name of readdirSync(RECORDINGS).filter((file) => prefixes.some((prefix) => file.startsWith(prefix)))) {
    const recorded = JSON.parse(readFileSync(new URL(name, RECORDINGS), 'utf8')) as Recorded;
    answers.set(canonical(recorded.method, new URL(recorded.url)), recorded);
  }
  const upstream = await serve((request, response) => {
    const origin = `http://${request.headers.host}`;
    const found = answers.get(canonical(request.method ?? '', new URL(request.url ?? '', origin)));
    if (found === undefined) return json(response, { type: 'error', error: { message: 'not recorded' } }, 404);
    json(response, JSON.parse(JSON.stringify(found.body).replaceAll('https://bitbucket.org/', `${origin}/`)), found.status);
  });
  return upstream;
}

function canonical(method: string, { pathname, searchParams }: URL): string {
  const parts = decodeURIComponent(pathname)
    .toLowerCase()
    .split('/')
    .filter((part) => part !== '')
    .map((part) => SPELLINGS[part] ?? part);
  const page = searchParams.get('page');
  return `${method} ${parts.join('/')}${page === null || page === '1' ? '' : `?page=${page}`}`;
}
