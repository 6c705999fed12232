/** AuthZEN over a real HTTP server as a surface. A list is the searches of every type that can be in it. */
import { startServer } from '../../api/server.ts';
import { refPath, refWord } from '../../graph/fact.ts';
import { type Action, actionRow } from '../../graph/model/actions.ts';
import { isAskable, NODE_KIND_NAMES, NODE_KINDS } from '../../graph/model/node-kinds.ts';
import { open } from '../../index.ts';
import type { Surface } from './surface.ts';
import { writeWorldStore } from './world-store.ts';

interface Told {
  readonly decision: boolean;
  readonly context: {
    readonly verdict: string;
    readonly proof?: { readonly text: string };
    readonly denials?: readonly { readonly kind: string; readonly restrictions: readonly string[] }[];
    readonly gaps?: readonly { readonly reason: string }[];
    readonly conditions?: readonly { readonly restriction: string; readonly value: number | null }[];
  };
}

interface Found {
  readonly context: { readonly complete: boolean };
  readonly results: readonly { readonly type: string; readonly id: string }[];
}

const IDENTITY_TYPES = [...new Set(NODE_KIND_NAMES.filter(isAskable).map((kind) => NODE_KINDS[kind].ref))];
const entity = (ref: string) => ({ type: refWord(ref), id: refPath(ref) });

export const AUTHZEN_SURFACE: Surface = {
  name: 'AuthZEN over HTTP',
  async open(world) {
    const { url, remove } = await writeWorldStore(world);
    const grantpath = await open({ store: url });
    const server = await startServer({ grantpath, port: 0 });
    const ask = async <T>(path: string, request: object, at: number | undefined): Promise<T> => {
      const context = at === undefined ? {} : { context: { at: new Date(at).toISOString() } };
      const response = await fetch(`${server.url}/access/v1/${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ ...request, ...context }),
      });
      if (!response.ok) throw new Error(await response.text());
      const body = (await response.json()) as { context: { error?: { message: string } } };
      if (body.context.error !== undefined) throw new Error(body.context.error.message);
      return body as T;
    };
    const list = async (path: string, requests: readonly object[], at: number | undefined) => {
      const found = await Promise.all(requests.map((request) => ask<Found>(path, request, at)));
      return {
        refs: found.flatMap(({ results }) => results.map(({ type, id }) => `${type}:${id}`)),
        complete: found.every(({ context }) => context.complete),
      };
    };
    return {
      async check({ identity, action, resource, at }) {
        const request = { subject: entity(identity), action: { name: action }, resource: entity(resource) };
        const { decision, context } = await ask<Told>('evaluation', request, at);
        const { verdict, proof, denials = [], gaps = [], conditions = [] } = context;
        if (decision !== (verdict === 'ALLOW')) throw new Error(`the decision of ${verdict} is ${decision}`);
        return {
          verdict,
          proof: proof?.text ?? '',
          denials: denials.map(({ kind, restrictions }) => ({ kind, rules: restrictions })),
          gapReasons: gaps.map(({ reason }) => reason),
          conditions,
        };
      },
      whoCan: ({ action, resource, at }) =>
        list(
          'search/subject',
          IDENTITY_TYPES.map((type) => ({ subject: { type }, action: { name: action }, resource: entity(resource) })),
          at,
        ),
      whatCan: ({ identity, action, at }) =>
        list(
          'search/resource',
          actionRow(action as Action).on.map((kind) => ({
            subject: entity(identity),
            action: { name: action },
            resource: { type: NODE_KINDS[kind].ref },
          })),
          at,
        ),
      async close() {
        await server.close();
        await grantpath.close();
        remove();
      },
    };
  },
};
