/** AuthZEN asked of a real server on loopback, over a world that was committed into a store. */
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import type { ServerOptions } from '../../api/server.ts';
import { startServer } from '../../api/server.ts';
import { parseWorld } from '../../graph/notation.ts';
import { open } from '../../index.ts';
import type { Grantpath } from '../../queries/port.ts';
import { readSharedJson } from '../support/shared-data.ts';
import { writeWorldStore } from '../support/world-store.ts';

export interface AccessAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests read into answers of every shape
  readonly body: any;
}

export interface AccessClient {
  readonly url: string;
  /** An object is sent as JSON, a text as it is. */
  post(path: string, body: object | string, headers?: Record<string, string>): Promise<AccessAnswer>;
  get(path: string): Promise<AccessAnswer>;
  close(): Promise<void>;
}

export async function serveAccess(grantpath: Grantpath, options: Partial<ServerOptions> = {}): Promise<AccessClient> {
  const { url, close } = await startServer({ grantpath, port: 0, ...options });
  const ask = async (path: string, init: RequestInit): Promise<AccessAnswer> => {
    const response = await fetch(`${url}${path}`, init);
    const text = await response.text();
    const isJson = response.headers.get('content-type') === 'application/json';
    return { status: response.status, headers: response.headers, text, body: isJson ? JSON.parse(text) : null };
  };
  return {
    url,
    post: (path, body, headers = {}) =>
      ask(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    get: (path) => ask(path, {}),
    close,
  };
}

/** The world in the notation, in a store of its own. */
export async function serveWorld(
  facts: string,
  options: Partial<ServerOptions> = {},
): Promise<AccessClient & { readonly grantpath: Grantpath }> {
  const { url, remove } = await writeWorldStore(parseWorld(facts));
  const grantpath = await open({ store: url });
  const client = await serveAccess(grantpath, options);
  return {
    ...client,
    grantpath,
    async close() {
      await client.close();
      await grantpath.close();
      remove();
    },
  };
}

/** The schemas that the working group publishes. Needs the reference data. */
export function accessSchemas(): { readonly request: ValidateFunction; readonly response: ValidateFunction } {
  // `example` is a keyword of theirs that judges nothing.
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  const compile = (name: string) => ajv.compile(readSharedJson<object>(`authzen/schemas/evaluation-${name}.schema.json`));
  return { request: compile('request'), response: compile('response') };
}
