/** History in GraphQL over a real store: changes name what held then, also where it is gone now. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { executeOperation } from '../../api/execute.ts';
import type { Grantpath } from '../../queries/port.ts';
import { HOUR_MS, Opened, T0 } from '../queries/opened.ts';

const ACME = `
  workspace:acme CONTAINS project:acme/WEB
  project:acme/WEB CONTAINS repository:acme/api
  user:{1} IS User ref=user:ann name="Ann Lee"
  user:{1} HOLDS write ON repository:acme/api
`;

let here: Opened;
let grantpath: Grantpath;
const instant = (hour: number) => JSON.stringify(new Date(T0 + hour * HOUR_MS).toISOString());

beforeAll(async () => {
  here = await Opened.make();
  for (const world of [
    `${ACME}user:bob MEMBER_OF group:acme/dev\ngroup:acme/dev HOLDS read ON project:acme/WEB`,
    `${ACME.replace('user:ann', 'user:anna')}group:acme/dev HOLDS read ON project:acme/WEB`,
  ]) {
    await here.commit(world);
    here.clock.at += HOUR_MS;
  }
  grantpath = await here.open();
});

afterAll(() => here.close());

/** As far as these tests read it. */
interface Answered {
  readonly changes: {
    readonly complete: boolean;
    readonly snapshot: { readonly at: string };
    readonly edges: { readonly node: ToldChange }[];
  };
  readonly accessChanges: { readonly pageInfo: { readonly endCursor: string }; readonly edges: { readonly node: object }[] };
  readonly check: { readonly proofs: { readonly since: object }[] };
}

interface ToldChange {
  readonly turn: string;
  readonly text: string;
}

async function ask(source: string): Promise<Answered> {
  const { data, errors } = await executeOperation({ grantpath, source });
  expect(errors).toBeUndefined();
  return data as unknown as Answered;
}

it('tells what vanished by the names of then, with nodes to walk from', async () => {
  const { changes } = await ask(`{ changes(from: ${instant(0)}, to: ${instant(1)}) {
    complete snapshot { at }
    edges { node { turn kind text word edge at from { ref kind name node { ref } } to { ref } differences { name before after } } }
  } }`);
  const nodes = changes.edges.map(({ node }) => node);
  expect(nodes.map(({ turn, text }) => `${turn} ${text}`)).toEqual([
    'VANISHED user:bob IS User',
    'VANISHED user:bob MEMBER_OF group:acme/dev',
    'CHANGED user:anna IS User: ref user:ann -> user:anna',
  ]);
  expect(nodes[1]).toMatchObject({
    kind: 'MEMBERSHIPS',
    edge: 'MEMBER_OF',
    word: null,
    from: { ref: 'user:bob', kind: 'USER', node: { ref: 'user:bob' } },
    to: { ref: 'group:acme/dev' },
  });
  expect(nodes[2]).toMatchObject({
    from: { name: 'Ann Lee' },
    to: null,
    differences: [{ name: 'ref', before: 'user:ann', after: 'user:anna' }],
  });
  expect([changes.complete, changes.snapshot.at]).toEqual([true, new Date(T0 + HOUR_MS).toISOString()]);
});

it('lists effective access of who is gone, and pages it', async () => {
  const { accessChanges } = await ask(`{ accessChanges(from: ${instant(0)}, first: 1) {
    touched compared totalCount pageInfo { hasNextPage endCursor } edges { node { identity { ref kind } resource { ref } before after lost gained } }
  } }`);
  expect(accessChanges).toMatchObject({ touched: 2, compared: 2, totalCount: 2, pageInfo: { hasNextPage: true } });
  expect(accessChanges.edges[0]?.node).toEqual({
    identity: { ref: 'user:bob', kind: 'USER' },
    resource: { ref: 'project:acme/WEB' },
    before: 'read',
    after: null,
    lost: ['PROJECT_READ'],
    gained: [],
  });
  const rest = await ask(
    `{ accessChanges(from: ${instant(0)}, after: "${accessChanges.pageInfo.endCursor}") { edges { node { resource { ref } } } } }`,
  );
  expect(rest.accessChanges.edges).toEqual([{ node: { resource: { ref: 'repository:acme/api' } } }]);
});

it('says since when a proof of a past time held', async () => {
  const { check } = await ask(`{ check(identity: "user:bob", action: REPOSITORY_READ, resource: "repository:acme/api", at: ${instant(0)}) {
    proofs(first: 1) { since { at fact { kind from { ref } validTo } } }
  } }`);
  expect(check.proofs[0]?.since).toEqual({
    at: new Date(T0).toISOString(),
    fact: { kind: 'MEMBER_OF', from: { ref: 'user:bob' }, validTo: new Date(T0 + HOUR_MS).toISOString() },
  });
});
