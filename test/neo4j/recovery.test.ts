/** `store migrate` on a store in the middle of a large change: what a dead writer left is taken back, who lives is not disturbed. */
import { expect, it, onTestFinished } from 'vitest';
import { openNeo4jStore } from '../../graph/store/neo4j.ts';
import { runMain } from '../support/run-main.ts';
import { describeOnNeo4j, freshTenant, openDriver } from './shared-server.ts';

describeOnNeo4j('store migrate', ({ agent: _, ...server }) => {
  it('takes back what a dead writer left half-way, and leaves a living one alone', { timeout: 120_000 }, async () => {
    const tenant = freshTenant();
    await (await openNeo4jStore({ ...server, tenant })).close();
    const driver = openDriver(server);
    onTestFinished(() => driver.close());
    const set = (heartbeatAt: string) =>
      driver.executeQuery(
        `MATCH (s:GrantpathStore {tenant: $tenant})
         SET s.applying = 5, s.applyingNode = 0, s.applyingScope = 0, s.holder = 'another', s.heartbeatAt = ${heartbeatAt}`,
        { tenant },
      );
    const env = {
      GRANTPATH_STORE: server.address,
      GRANTPATH_TENANT: tenant,
      ...(server.user !== undefined && { NEO4J_USER: server.user }),
      ...(server.password !== undefined && { NEO4J_PASSWORD: server.password }),
    };
    const migrate = async () => {
      const { status, stdout } = await runMain(['store', 'migrate', '--json'], { env });
      return [status, (JSON.parse(stdout) as { recovered: boolean }).recovered];
    };
    await set('timestamp()');
    expect(await migrate()).toEqual([0, false]);
    await set('0');
    expect(await migrate()).toEqual([0, true]);
    expect(await migrate()).toEqual([0, false]);
  });
});
