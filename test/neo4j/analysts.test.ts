/** The README's questions for analysts, word by word on the sample workspace: both forms give the rows that are printed there. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { executeOperation } from '../../api/execute.ts';
import { openNeo4jStore } from '../../graph/store/neo4j.ts';
import { open } from '../../index.ts';
import { startSampleServer } from '../../ingest/sample/server.ts';
import { syncBitbucketCloud } from '../../ingest/sync.ts';
import { configOf } from '../ingest/sample.ts';
import { describeOnNeo4j, freshTenant, NEO4J, openDriver } from './shared-server.ts';
import { entryOf } from './world-tenant.ts';

const README = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
const SECTION = README.slice(README.indexOf('## For analysts'), README.indexOf('## For other tools'));
const QUESTIONS = [
  ...SECTION.matchAll(/\*\*(.+?)\*\*[^\n]*\n+```graphql\n([\s\S]*?)```\s+```cypher\n([\s\S]*?)```\s+```text\n([\s\S]*?)```/g),
].map(([, title = '', graphql = '', cypher = '', text = '']) => ({
  title,
  graphql,
  cypher,
  rows: text
    .trim()
    .split('\n')
    .map((line) => line.split(/ {2,}/)),
}));

/** The first list of edges in an answer, each as its texts in the order of the query; values of enums as the tables have them. */
function rowsOf(answer: unknown): string[][] {
  if (typeof answer !== 'object' || answer === null) return [];
  if ('edges' in answer && Array.isArray(answer.edges)) return answer.edges.map(textsIn);
  return Object.values(answer).flatMap(rowsOf);
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [/^[A-Z_]+$/.test(value) ? value.toLowerCase().replaceAll('_', '-') : value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

describeOnNeo4j('the section for analysts', () => {
  it('has five questions in both forms, whose rows are those of the sample workspace', { timeout: 120_000 }, async () => {
    expect(QUESTIONS).toHaveLength(5);
    const tenant = freshTenant();
    const server = await startSampleServer();
    const store = await openNeo4jStore({ ...NEO4J, tenant });
    await syncBitbucketCloud({ store, config: configOf(server), workspaces: ['acme'] });
    await store.close();
    await server.close();
    const grantpath = await open({ store: NEO4J.address, tenant, neo4j: entryOf(NEO4J) });
    const driver = openDriver();
    try {
      for (const { title, graphql, cypher, rows } of QUESTIONS) {
        const { data, errors } = await executeOperation({ grantpath, source: graphql });
        expect([title, errors]).toEqual([title, undefined]);
        expect([title, rowsOf(data).sort()]).toEqual([title, rows.toSorted()]);
        const { records } = await driver.executeQuery(cypher, { tenant });
        expect([title, records.map((record) => [...record.values()])]).toEqual([title, rows]);
      }
    } finally {
      await driver.close();
      await grantpath.close();
    }
  });
});
