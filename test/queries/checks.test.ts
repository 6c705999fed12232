/**
 * Checks: one and many, what an answer says, and what is wrong with which of many.
 */
import { afterEach, describe, expect, it } from 'vitest';
import type { Answer, CheckRequest } from '../../queries/port.ts';
import { Opened } from './opened.ts';

const opened: Opened[] = [];

afterEach(async () => {
  for (const each of opened.splice(0)) await each.close();
});

const FACTS = `
  workspace:acme CONTAINS project:acme/WEB
  workspace:acme CONTAINS group:acme/dev
  project:acme/WEB CONTAINS repository:acme/api
  project:acme/WEB CONTAINS repository:acme/site
  user:ann MEMBER_OF group:acme/dev
  group:acme/dev HOLDS write ON project:acme/WEB
  user:ann HOLDS write ON repository:acme/api
  user:bob HOLDS read ON repository:acme/api
  user:off IS User active=false
  user:off HOLDS write ON repository:acme/api
  restriction:acme/api#1 RESTRICTS push ON repository:acme/api glob=main
  restriction:acme/api#1 EXEMPTS group:acme/dev
  restriction:acme/api#2 RESTRICTS require_approvals_to_merge ON repository:acme/api glob=main value=2
  restriction:acme/api#3 RESTRICTS enforce_merge_checks ON repository:acme/api glob=main
  repository:acme/site HIDES user-grants BECAUSE denied "GET /x"
`;

async function setting() {
  const here = await Opened.make();
  opened.push(here);
  await here.commit(FACTS);
  return here.open();
}

const request = (identity: string, action: CheckRequest['action'], resource: string): CheckRequest => ({ identity, action, resource });

describe('an answer', () => {
  it('that allows has proofs, shortest first, and says its first in words', async () => {
    const answer = await (await setting()).check(request('user:ann', 'repository.write', 'repository:acme/api'));
    expect([answer.verdict, await answer.reason()]).toEqual(['ALLOW', 'user:ann holds write on repository:acme/api']);
    const proofs = await answer.proofs(10);
    expect(proofs.map(({ text }) => text)).toEqual([
      'user:ann HOLDS write ON repository:acme/api',
      'user:ann MEMBER_OF group:acme/dev, group:acme/dev HOLDS write ON project:acme/WEB, project:acme/WEB CONTAINS repository:acme/api',
    ]);
    expect(await answer.proofs(1, 1)).toEqual(proofs.slice(1));
    expect([await answer.proofs(0), await answer.proofs(5, 2)]).toEqual([[], []]);
    await expect(answer.proofs(1001)).rejects.toMatchObject({ code: 'LIMIT' });
    await expect(answer.proofs(1, -1)).rejects.toMatchObject({ code: 'USAGE' });
  });

  it('that allows by a rule of another kind says which kind of rule exempts, and from what', async () => {
    const here = await Opened.make();
    opened.push(here);
    await here.commit(`
      user:bob HOLDS write ON repository:acme/api
      restriction:acme/api#1 RESTRICTS restrict_merges ON repository:acme/api glob=main
      restriction:acme/api#2 RESTRICTS push ON repository:acme/api glob=main
      restriction:acme/api#2 EXEMPTS user:bob`);
    const grantpath = await here.open();
    const reason = async (action: CheckRequest['action']) =>
      (await grantpath.check(request('user:bob', action, 'branch:acme/api#main'))).reason();
    expect(await reason('branch.merge')).toBe(
      'user:bob holds write on repository:acme/api, and is exempt from restrict_merges by restriction:acme/api#2 (push)',
    );
    expect(await reason('branch.push')).toBe('user:bob holds write on repository:acme/api, and is exempt by restriction:acme/api#2 (push)');
  });

  it('that allows past a rule says the exemption, and what a merge must still meet', async () => {
    const grantpath = await setting();
    const push = await grantpath.check(request('user:ann', 'branch.push', 'branch:acme/api#main'));
    expect(await push.reason()).toBe(
      'user:ann holds write on repository:acme/api, and is exempt by restriction:acme/api#1 (push) through group:acme/dev',
    );
    const merge = await grantpath.check(request('user:ann', 'branch.merge', 'branch:acme/api#main'));
    expect(await merge.conditions()).toMatchObject([
      { restriction: 'require_approvals_to_merge', value: 2, rules: ['restriction:acme/api#2'], certain: true },
    ]);
  });

  it('that refuses says each reason, with what is held and needed', async () => {
    const grantpath = await setting();
    const low = await grantpath.check(request('user:bob', 'branch.push', 'branch:acme/api#main'));
    expect([low.verdict, await low.proofs(5)]).toEqual(['DENY', []]);
    expect(await low.denials()).toMatchObject([
      { kind: 'level', held: 'read', needed: 'write', proof: { text: 'user:bob HOLDS read ON repository:acme/api' } },
      { kind: 'rule', restrictions: ['restriction:acme/api#1'] },
    ]);
    expect(await low.reason()).toBe('user:bob holds read on repository:acme/api, and branch.push needs write there');
    const off = await grantpath.check(request('user:off', 'repository.write', 'repository:acme/api'));
    expect((await off.denials()).map(({ kind, text }) => [kind, text])).toEqual([['inactive', 'user:off is not active']]);
  });

  it('that is not known names the gap and what to do', async () => {
    const answer = await (await setting()).check(request('user:bob', 'repository.read', 'repository:acme/site'));
    expect(answer.verdict).toBe('UNKNOWN');
    const gaps = await answer.gaps();
    expect(gaps).toMatchObject([
      { reason: 'denied', hides: 'user-grants', scope: 'repository:acme/site', subject: null, detail: 'GET /x' },
    ]);
    expect(gaps[0]?.text).toBe(
      'grants of users on repository:acme/site could not be read (denied), GET /x: give the credential the role or scope that the run report names',
    );
  });
});

describe('many checks', () => {
  it('are answered in order, each as alone', async () => {
    const grantpath = await setting();
    const requests = [
      request('user:ann', 'repository.write', 'repository:acme/api'),
      request('user:bob', 'repository.write', 'repository:acme/api'),
      request('user:bob', 'repository.read', 'repository:acme/site'),
    ];
    const answers = await grantpath.checks(requests);
    expect(answers.map(({ verdict }) => verdict)).toEqual(['ALLOW', 'DENY', 'UNKNOWN']);
    for (const [index, each] of requests.entries())
      expect(await (await grantpath.check(each)).reason()).toBe(await answers[index]?.reason());
    expect(await grantpath.checks([])).toEqual([]);
    expect((await grantpath.checks(Array.from({ length: 1000 }, () => requests[0] as CheckRequest))).length).toBe(1000);
  });

  it('are so too where they are enough to be prepared together, whatever owns and contains what', async () => {
    const here = await Opened.make();
    opened.push(here);
    await here.commit(`${FACTS}
      workspace:acme CONTAINS token:acme#ci
      token:acme#ci ACTS_AS user:ann
      token:acme#ci HAS_SCOPE scope:repository:write
      workspace:acme CONTAINS repository:acme/api
      user:cid HOLDS admin ON workspace:acme
    `);
    const grantpath = await here.open();
    const identities = ['user:ann', 'user:bob', 'user:cid', 'user:off', 'token:acme#ci', 'group:acme/dev', 'anonymous:'];
    const requests = identities.flatMap((identity) => [
      request(identity, 'branch.push', 'branch:acme/api#main'),
      request(identity, 'repository.read', 'repository:acme/site'),
      request(identity, 'project.admin', 'project:acme/WEB'),
      request(identity, 'workspace.admin', 'workspace:acme'),
    ]);
    const together = await grantpath.checks(requests);
    const alone = await Promise.all(requests.map((each) => grantpath.check(each)));
    const told = (answers: readonly Answer[]) => Promise.all(answers.map(async (each) => [each.verdict, await each.reason()]));
    expect(await told(together)).toEqual(await told(alone));
    expect(new Set(together.map(({ verdict }) => verdict))).toEqual(new Set(['ALLOW', 'DENY', 'UNKNOWN']));
  });

  it('of which some are wrong name the index of each, and what is wrong', async () => {
    const good = request('user:ann', 'repository.write', 'repository:acme/api');
    const failure = (await setting()).checks([
      good,
      request('user:nobody', 'repository.write', 'repository:acme/api'),
      good,
      request('user:ann', 'branch.push', 'repository:acme/api'),
      request('project:acme/WEB', 'repository.write', 'repository:acme/api'),
    ]);
    await expect(failure).rejects.toMatchObject({
      code: 'REFERENCE_UNKNOWN',
      message: expect.stringMatching(/^request 1: .*`user:nobody`.* \(and 2 more\)$/) as string,
      details: { indexes: [1, 3, 4], codes: ['REFERENCE_UNKNOWN', 'ACTION_UNKNOWN', 'NOT_AN_IDENTITY'] },
    });
  });

  it('are at most a thousand', async () => {
    const many = Array.from({ length: 1001 }, () => request('user:ann', 'repository.write', 'repository:acme/api'));
    await expect((await setting()).checks(many)).rejects.toMatchObject({ code: 'LIMIT', details: { max: 1000 } });
  });

  it('an action that cannot be asked of a kind lists those that can, and hints at the branch', async () => {
    const grantpath = await setting();
    await expect(grantpath.check(request('user:ann', 'branch.push', 'repository:acme/api'))).rejects.toMatchObject({
      code: 'ACTION_UNKNOWN',
      message: expect.stringContaining('`branch:acme/api#NAME`') as string,
    });
    await expect(grantpath.check(request('user:ann', 'nothing.at_all' as 'branch.push', 'repository:acme/api'))).rejects.toMatchObject({
      code: 'ACTION_UNKNOWN',
    });
    await expect(grantpath.whatCan('user:ann', 'nothing.at_all' as 'branch.push')).rejects.toMatchObject({ code: 'ACTION_UNKNOWN' });
  });
});

describe('coverage', () => {
  it('lists what each endpoint gave, and those that gave gaps', async () => {
    const rows = await (await setting()).coverage();
    expect(rows).toMatchObject([{ connector: 'test/acme', endpoint: '/world', stale: 0, gaps: 1 }]);
    expect(rows[0]?.facts).toBeGreaterThan(15);
  });
});
