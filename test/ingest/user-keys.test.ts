/** SSH keys of members: whom they act as, what a refusal costs, and how few calls it takes. */
import { describe, expect, it } from 'vitest';
import type { StatedFact } from '../../graph/fact.ts';
import { fingerprintOf } from '../../ingest/bare.ts';
import { ENDPOINTS } from '../../ingest/bitbucket-cloud/endpoints.ts';
import { rebuildFacts } from '../../ingest/bitbucket-cloud/facts.ts';
import type { Fault } from '../../ingest/sample/faults.ts';
import { ACME, account, ids, refused, without, workspacePages } from './pages.ts';
import { factsOf, gapsOf, idsOf, smallSamples } from './sample.ts';

const MAX = ENDPOINTS['user-ssh-keys'].refusalsMax ?? 0;
const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBiYpfBCEQe3Ok1Ymiqv0gcYYG8+vkAcWYMEc6jg7jFC ann@laptop';
const nodes = (facts: readonly StatedFact[]) => facts.flatMap(({ fact }) => (fact.type === 'node' && fact.kind === 'SshKey' ? [fact] : []));
const members = (count: number) => Array.from({ length: count }, (_, at) => ({ user: account(`m${at}`) }));
const open = smallSamples();

describe('SSH keys of members', () => {
  it('act as their owner and lie nowhere; of the key itself the fingerprint is kept', () => {
    const { facts } = rebuildFacts(
      workspacePages({
        'workspace-members': [{ user: account('ann') }],
        'user-ssh-keys': [
          { uuid: '{k1}', label: 'laptop', key: KEY, comment: 'ann@laptop', expires_on: '2027-01-02T03:04:05Z', last_used: null },
          { uuid: '{k2}', label: '', key: 'no key' },
        ],
      }),
    );
    expect(ids(facts, /sshkey:.* (ACTS_AS|CONTAINS|HOLDS) |CONTAINS sshkey/)).toEqual([
      'sshkey:{ann}#{k1} ACTS_AS user:{ann}',
      'sshkey:{ann}#{k2} ACTS_AS user:{ann}',
    ]);
    expect(nodes(facts)).toEqual([
      expect.objectContaining({
        ref: 'sshkey:ann#laptop',
        name: 'laptop',
        props: { fingerprint: fingerprintOf(KEY), expiresAt: Date.parse('2027-01-02T03:04:05Z') },
      }),
      expect.objectContaining({ key: 'sshkey:{ann}#{k2}', ref: 'sshkey:{ann}#{k2}', props: {} }),
    ]);
    expect(JSON.stringify(facts)).not.toMatch(/AAAAC3|ann@laptop/);
  });

  it('that are refused are one gap in the workspace, whomever they are of', () => {
    const pages = without(workspacePages({ 'workspace-members': members(3) }), 'user-ssh-keys');
    const { facts, scopes } = rebuildFacts([...pages, ...members(3).map(({ user }) => refused('user-ssh-keys', `user:${user.uuid}`, 403))]);
    expect(ids(facts, / HIDES /)).toEqual([expect.stringMatching(/^workspace:\{acme\} HIDES ssh-keys denied/)]);
    expect([...scopes].filter(([id, outcome]) => id.startsWith('user-ssh-keys') && outcome === 'unread').length).toBe(3);
  });

  it('that a run did not ask for after many refusals are taken for refused; after few they are not read yet', () => {
    const told = (refusals: number) => {
      const all = members(MAX + 5);
      const pages = without(workspacePages({ 'workspace-members': all }), 'user-ssh-keys');
      const asked = all.slice(0, refusals).map(({ user }) => refused('user-ssh-keys', `user:${user.uuid}`, 403));
      const { facts, closeUnlisted } = rebuildFacts([...pages, ...asked]);
      const details = facts.flatMap(({ fact }) =>
        fact.type === 'gap' ? [`${fact.scope} ${fact.reason}: ${fact.detail.split(' at ')[0]}`] : [],
      );
      return { gaps: [...new Set(details)].sort(), closeUnlisted };
    };
    const denied = `${ACME} denied: status 403 (needs OAuth scope account or API token scope read:ssh-key:bitbucket)`;
    expect(told(MAX)).toEqual({ gaps: [denied], closeUnlisted: true });
    expect(told(MAX - 1)).toEqual({ gaps: [`${ACME} budget: not read yet`, denied], closeUnlisted: false });
  });

  it('are asked for last, and after many refusals no more', async () => {
    const refusal: Fault = { at: /ssh-keys/, does: { answer: 403 } };
    const sample = await open({ faults: [refusal] });
    await sample.sync({ limits: { concurrency: 1 } });
    const places = sample.server.calls.flatMap((call, at) => (call.includes('/ssh-keys') ? [at] : []));
    expect(places.length).toBe(MAX);
    expect(places.at(-1)).toBe(sample.server.calls.length - 1);
    expect((await gapsOf(sample.store)).filter((gap) => gap.includes('ssh-keys'))).toEqual(['workspace:acme HIDES ssh-keys denied']);
    // Somebody gives the credential what it lacked.
    sample.server.faults.splice(0);
    await sample.sync();
    expect(await gapsOf(sample.store)).toEqual(['repository:acme/ledger HIDES group-grants denied']);
    expect(await idsOf(sample.store, /^sshkey:.* ACTS_AS /)).toHaveLength(2);
  });

  it('that could be read once are asked for however many others are refused', async () => {
    const sample = await open();
    await sample.sync();
    const kept = [...(await factsOf(sample.store)).keys()].filter((id) => id.includes(' ACTS_AS '));
    expect(kept).toHaveLength(2);
    // The keys of one member stay readable.
    const uuid = kept[0]?.match(/user:(\{.*\})$/)?.[1] ?? '';
    sample.server.faults.push({ at: new RegExp(`users/(?!${uuid.replace(/[{}]/g, '\\$&')}).*ssh-keys`), does: { answer: 403 } });
    await sample.sync({ limits: { concurrency: 1 } });
    const certain = [...(await factsOf(sample.store))].flatMap(([id, text]) =>
      id.includes(' ACTS_AS ') && !text.endsWith(' stale') ? [id] : [],
    );
    expect(certain).toEqual([kept[0]]);
  });

  it('of somebody who is no member any more are gone', async () => {
    const sample = await open();
    await sample.sync();
    const { users } = sample.server.workspace;
    const elena = users.find(({ nickname }) => nickname === 'elena');
    if (elena === undefined) throw new Error('elena is in the sample');
    elena.role = null;
    await sample.sync();
    const left = await idsOf(sample.store, /^sshkey:.* ACTS_AS /);
    expect(left).toHaveLength(1);
    expect(await gapsOf(sample.store)).toEqual(['repository:acme/ledger HIDES group-grants denied']);
  });
});
