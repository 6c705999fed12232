/**
 * The self-check: Bitbucket's own list against what the grants give.
 */
import { describe, expect, it } from 'vitest';
import { compareListing } from '../../cli/self-check.ts';
import { parseWorld } from '../../graph/notation.ts';
import { DISAGREEMENTS_MAX } from '../../ingest/report.ts';

const ACME = `
  workspace:acme CONTAINS project:acme/WEB
  workspace:acme CONTAINS group:acme/dev
  project:acme/WEB CONTAINS repository:acme/api
  project:acme/WEB CONTAINS repository:acme/site
  user:ann MEMBER_OF group:acme/dev
  group:acme/dev HOLDS write ON project:acme/WEB
  user:bob HOLDS read ON repository:acme/api
`;
const compare = (facts: string) => {
  const { nodes, edges, gaps } = parseWorld(`${ACME}${facts}`);
  return compareListing([...nodes, ...edges, ...gaps]);
};

describe('the self-check', () => {
  it('counts the rows that agree, by group and project too', async () => {
    const listed = 'user:ann REPORTED write ON repository:acme/api\nuser:bob REPORTED read ON repository:acme/api';
    expect(await compare(listed)).toEqual({ agree: 2, differ: 0, notComparable: 0, findings: [] });
  });

  it('finds each difference, in both directions, in words', async () => {
    const { findings, ...counts } = await compare(`
      user:ann REPORTED admin ON repository:acme/api
      user:bob REPORTED write ON repository:acme/site
      user:ann REPORTED read ON repository:acme/site`);
    expect(counts).toEqual({ agree: 0, differ: 3, notComparable: 0 });
    expect(findings.map(({ detail }) => detail)).toEqual([
      'Bitbucket lists admin for user:ann on repository:acme/api, the grants give write',
      'Bitbucket lists write for user:bob on repository:acme/site, the grants give nothing',
      'Bitbucket lists read for user:ann on repository:acme/site, the grants give write',
    ]);
    expect(findings[1]).toMatchObject({ user: 'user:bob', resource: 'repository:acme/site', reported: 'write', computed: null });
    const proof = (slug: string) =>
      `user:ann MEMBER_OF group:acme/dev, group:acme/dev HOLDS write ON project:acme/WEB, project:acme/WEB CONTAINS repository:acme/${slug}`;
    expect(findings.map(({ computedBecause }) => computedBecause)).toEqual([
      proof('api'),
      'no grant of user:bob, of a group of theirs, on the project or by a role reaches repository:acme/site, and nothing that could hold one is unread',
      proof('site'),
    ]);
  });

  it('gives the grant of somebody who may not act any more as the reason too', async () => {
    const { findings } = await compare('user:bob IS User active=false\nuser:bob REPORTED write ON repository:acme/api');
    expect(findings).toMatchObject([{ computed: 'read', computedBecause: 'user:bob HOLDS read ON repository:acme/api' }]);
  });

  it('counts more differences than it tells', async () => {
    const rows = Array.from({ length: DISAGREEMENTS_MAX + 7 }, (_, index) => `user:u${index} REPORTED read ON repository:acme/api`);
    const { findings, ...counts } = await compare(rows.join('\n'));
    expect([counts, findings.length]).toEqual([{ agree: 0, differ: DISAGREEMENTS_MAX + 7, notComparable: 0 }, DISAGREEMENTS_MAX]);
  });

  it('does not compare what a gap leaves open, and does not take the list for a proof of itself', async () => {
    const listed = 'user:bob REPORTED admin ON repository:acme/site\nuser:ann REPORTED write ON repository:acme/api';
    expect(await compare(`${listed}\nrepository:acme/site HIDES user-grants BECAUSE denied`)).toEqual({
      agree: 1,
      differ: 0,
      notComparable: 1,
      findings: [],
    });
  });

  it('says nothing of what the list leaves out', async () => {
    expect(await compare('')).toEqual({ agree: 0, differ: 0, notComparable: 0, findings: [] });
  });
});
