/** GraphQL over a real HTTP server as a surface. */
import { upperSnake } from '../../api/enums.ts';
import { startServer } from '../../api/server.ts';
import { open } from '../../index.ts';
import type { Surface } from './surface.ts';
import { writeWorldStore } from './world-store.ts';

const CHECK = `query ($identity: Ref!, $action: Action!, $resource: Ref!, $at: DateTime) {
  check(identity: $identity, action: $action, resource: $resource, at: $at) {
    verdict proofs(first: 1) { text } denials { kind restrictions { ref } } gaps { reason } conditions { restriction value }
  }
}`;
const WHO_CAN = `query ($action: Action!, $resource: Ref!, $at: DateTime) {
  whoCan(action: $action, resource: $resource, at: $at, first: 1000) { complete edges { node { ref } } }
}`;
const WHAT_CAN = `query ($identity: Ref!, $action: Action!, $at: DateTime) {
  whatCan(identity: $identity, action: $action, at: $at, first: 1000) { complete edges { node { ref } } }
}`;

interface DecisionData {
  readonly verdict: string;
  readonly proofs: readonly { readonly text: string }[];
  readonly denials: readonly { readonly kind: string; readonly restrictions: readonly { readonly ref: string }[] }[];
  readonly gaps: readonly { readonly reason: string }[];
  readonly conditions: readonly { readonly restriction: string; readonly value: number | null }[];
}

interface ListData {
  readonly complete: boolean;
  readonly edges: readonly { readonly node: { readonly ref: string } }[];
}

type Question = { readonly action: string; readonly at?: number };

export const GRAPHQL_SURFACE: Surface = {
  name: 'GraphQL over HTTP',
  async open(world) {
    const { url, remove } = await writeWorldStore(world);
    const grantpath = await open({ store: url });
    const server = await startServer({ grantpath, port: 0 });
    const ask = async <T>(field: string, query: string, { action, at, ...question }: Question): Promise<T> => {
      const instant = at === undefined ? null : new Date(at).toISOString();
      const response = await fetch(`${server.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query, variables: { ...question, action: upperSnake(action), at: instant } }),
      });
      const { data, errors } = (await response.json()) as { data?: Record<string, T>; errors?: { message: string }[] };
      if (errors !== undefined) throw new Error(errors.map(({ message }) => message).join('; '));
      return data?.[field] as T;
    };
    const list = ({ complete, edges }: ListData) => ({ refs: edges.map(({ node }) => node.ref), complete });
    return {
      async check(question) {
        const { verdict, proofs, denials, gaps, conditions } = await ask<DecisionData>('check', CHECK, question);
        return {
          verdict,
          proof: proofs[0]?.text ?? '',
          denials: denials.map(({ kind, restrictions }) => ({ kind: kind.toLowerCase(), rules: restrictions.map(({ ref }) => ref) })),
          gapReasons: gaps.map(({ reason }) => reason.toLowerCase().replaceAll('_', '-')),
          conditions,
        };
      },
      whoCan: async (question) => list(await ask('whoCan', WHO_CAN, question)),
      whatCan: async (question) => list(await ask('whatCan', WHAT_CAN, question)),
      async close() {
        await server.close();
        await grantpath.close();
        remove();
      },
    };
  },
};
