/** Asking a real server on loopback, and what its answers look like. */

import { type RunningServer, type ServerOptions, startServer } from '../../api/server.ts';
import type { Grantpath } from '../../queries/port.ts';

export interface GraphQLAnswer {
  // biome-ignore lint/suspicious/noExplicitAny: tests read into answers of every shape
  readonly data?: any;
  readonly errors?: readonly {
    message: string;
    path?: (string | number)[];
    extensions: Record<string, unknown> & { code: string; remedy: string };
  }[];
}

export interface Client {
  readonly server: RunningServer;
  ask(query: string, variables?: Record<string, unknown>): Promise<GraphQLAnswer>;
  post(body: string, headers?: Record<string, string>): Promise<Response>;
}

export async function serve(grantpath: Grantpath, options: Partial<ServerOptions> = {}): Promise<Client> {
  const server = await startServer({ grantpath, port: 0, ...options });
  const post = (body: string, headers: Record<string, string> = {}) =>
    fetch(`${server.url}/graphql`, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } });
  return {
    server,
    post,
    ask: async (query, variables) => (await (await post(JSON.stringify({ query, variables }))).json()) as GraphQLAnswer,
  };
}
