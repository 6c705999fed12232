/**
 * Nodes by their names in the Neo4j store: by whole references, by a part of any name, and what is near to a name.
 *
 * The server orders what it has stored by code point, but compares it with a parameter by halves of characters. So a position is
 * looked up in the index of references, which is right, and never by `>`; keys are ASCII, where both are the same.
 */
import { type NodeFact, type NodeKey, type Ref, refWord } from '../fact.ts';
import type { NodeKind } from '../model/node-kinds.ts';
import type { ReadFrame } from './neo4j-frame.ts';
import { holds, spokenNodes } from './neo4j-rows.ts';
import type { Row } from './neo4j-values.ts';
import type { Store } from './port.ts';
import { byAnsweredRef, foldText, nearestRefs, OTHER_WORDS_MAX, OWN_WORD_MAX } from './search-text.ts';

/** Nodes with a text that are ordered here. Where more have it, walking all references in their order finds a page of them soon. */
const ORDERED_MAX = 5_000;

/** The statement of a node that speaks: of those that hold, the one opened last, of one instant that of the scope known last. */
const SPEAKS = `NOT EXISTS {
  MATCH (g:NodeFact {tenant: $tenant, node: f.node})
  WHERE ${holds('g')} AND (g.openedAt > f.openedAt OR g.openedAt = f.openedAt AND g.scope > f.scope)
}`;

const NODE_OF_STATEMENT = 'MATCH (n:Node {tenant: $tenant, number: f.node})';

interface Search {
  readonly text: string;
  readonly kinds?: readonly NodeKind[] | undefined;
}

type Page = Omit<Parameters<Store['findNodes']>[0], 'at'>;

/** See `byAnsweredRef`. */
export async function readAnswering(frame: ReadFrame, refs: readonly Ref[]): Promise<Map<Ref, NodeFact[]>> {
  const asked = new Set(refs);
  const nodes = await spokenNodes(
    frame,
    `UNWIND $refs AS ref
     CALL (ref) {
       MATCH (n:Node {tenant: $tenant, key: ref}) RETURN n
       UNION MATCH (f:NodeFact {tenant: $tenant, ref: ref}) ${NODE_OF_STATEMENT} RETURN n
       UNION MATCH (a:GrantpathAlias) WHERE a.tenant = $tenant AND a.alias = ref AND a.node >= 0
         MATCH (n:Node {tenant: $tenant, number: a.node}) RETURN n
     }
     WITH DISTINCT n`,
    { refs: [...asked] },
  );
  return byAnsweredRef(asked, nodes.values());
}

export async function findNodes(frame: ReadFrame, page: Page): Promise<NodeFact[]> {
  const numbers = (page.text === '' ? null : await findByText(frame, page)) ?? (await walkRefs(frame, page));
  const nodes = await spokenNodes(frame, 'UNWIND $numbers AS number MATCH (n:Node {tenant: $tenant, number: number})', { numbers });
  return numbers.flatMap((number) => nodes.get(number) ?? []);
}

export async function countNodes(frame: ReadFrame, search: Search): Promise<number> {
  // Every node that holds has a statement that speaks: which one matters only where some are looked for.
  const isAll = search.text === '' && search.kinds === undefined;
  const statements = search.text === '' ? `f.ref >= ''` : 'f.search CONTAINS $text';
  const [row] = await frame.rows(
    `MATCH (f:NodeFact) WHERE f.tenant = $tenant AND ${statements} AND ${holdsAndIs(search)} ${isAll ? '' : `AND ${SPEAKS}`}
     RETURN count(DISTINCT f.node) AS count`,
    valuesOf(search),
  );
  return Number(row?.['count']);
}

export async function suggestRefs(frame: ReadFrame, ref: Ref, first: number): Promise<Ref[]> {
  const [low, high] = [`${refWord(ref)}:`, `${refWord(ref)};`];
  const refsWhere = async (where: string, most: number) => {
    const rows = await frame.rows(
      `MATCH (f:NodeFact) WHERE f.tenant = $tenant AND ${where} AND ${holds('f')} RETURN DISTINCT f.ref AS ref LIMIT ${most}`,
      { low, high },
    );
    return rows.map((row) => row['ref'] as Ref);
  };
  const [own, before, behind] = await Promise.all([
    refsWhere('f.ref >= $low AND f.ref < $high', OWN_WORD_MAX),
    refsWhere('f.ref < $low', OTHER_WORDS_MAX),
    refsWhere('f.ref >= $high', OTHER_WORDS_MAX),
  ]);
  const near = nearestRefs(ref, [...own, ...[...before, ...behind].slice(0, OTHER_WORDS_MAX)], first * 2);
  // A node that another scope calls differently does not answer to this reference.
  const answering = await readAnswering(frame, near);
  return near.filter((candidate) => answering.has(candidate)).slice(0, first);
}

/** Numbers of a page of the nodes that have the text; null where more of them have it than are ordered here. */
async function findByText(frame: ReadFrame, { first, after, ...search }: Page): Promise<number[] | null> {
  const rows = await frame.rows(
    `MATCH (f:NodeFact) WHERE f.search CONTAINS $text AND f.tenant = $tenant AND ${holdsAndIs(search)} AND ${SPEAKS}
     ${NODE_OF_STATEMENT} RETURN f.node AS node, f.ref AS ref, n.key AS key LIMIT ${ORDERED_MAX + 1}`,
    valuesOf(search),
  );
  if (rows.length > ORDERED_MAX) return null;
  const positions = rows.map((row) => ({ node: row['node'] as number, ref: row['ref'] as Ref, key: row['key'] as NodeKey }));
  const behind = positions.filter((position) => after === undefined || byPosition(position, after) > 0).sort(byPosition);
  return behind.slice(0, first).map(({ node }) => node);
}

async function walkRefs(frame: ReadFrame, { first, after, ...search }: Page): Promise<number[]> {
  const rows = await frame.rows(
    `MATCH (f:NodeFact) USING INDEX f:NodeFact(tenant, ref)
     WHERE f.tenant = $tenant AND f.ref >= $ref AND ${holdsAndIs(search)} ${search.text === '' ? '' : 'AND f.search CONTAINS $text'} AND ${SPEAKS}
     ${NODE_OF_STATEMENT} WHERE f.ref <> $ref OR n.key > $key
     RETURN f.node AS node ORDER BY f.tenant, f.ref, n.key LIMIT $first`,
    { ...valuesOf(search), ref: after?.ref ?? '', key: after?.key ?? '', first },
  );
  return rows.map(({ node }) => node as number);
}

function holdsAndIs({ kinds }: Search): string {
  return `${holds('f')} ${kinds === undefined ? '' : 'AND f.kind IN $kinds'}`;
}

function valuesOf({ text, kinds }: Search): Row {
  return { text: foldText(text.toWellFormed()), kinds: kinds ?? null };
}

interface Position {
  readonly ref: Ref;
  readonly key: NodeKey;
}

/** By code point, which is the order of bytes. */
function byPosition(a: Position, b: Position): number {
  return Buffer.compare(Buffer.from(a.ref), Buffer.from(b.ref)) || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0);
}
