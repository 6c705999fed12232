import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Packages load graphql as Node does; without this the tests would load its other build, and the two do not know each other's types.
  resolve: { alias: [{ find: /^graphql$/, replacement: fileURLToPath(import.meta.resolve('graphql')) }] },
  test: {
    include: ['test/**/*.test.ts'],
    // Holds the Neo4j server that test files share; starts none unless one is asked for.
    globalSetup: ['test/neo4j/setup.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Two cores are the machine that the time limits are made for.
    maxWorkers: 2,
    reporters: ['default'],
  },
});
