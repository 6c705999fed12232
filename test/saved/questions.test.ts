/** What each saved question is made of: its name, texts, parameters, operation and Cypher. */
import { readdirSync, readFileSync } from 'node:fs';
import { parse, validate } from 'graphql';
import { describe, expect, it } from 'vitest';
import { SCHEMA } from '../../api/schema.ts';
import { CodedError } from '../../graph/errors.ts';
import { NODE_KIND_NAMES } from '../../graph/model/node-kinds.ts';
import { renderBrowserFiles } from '../../queries/browser-files.ts';
import { requireLeveledAction } from '../../queries/saved-action.ts';
import { savedQuestion, savedValues, sortedRows } from '../../queries/saved-question.ts';
import { SAVED_QUESTIONS, unknownQuestion } from '../../queries/saved-questions.ts';
import { EXPECTED } from './cases.ts';
import { complaintsAbout } from './cypher-lint.ts';

describe('saved questions', () => {
  it('are at least 30, one file each, in the order of their names', () => {
    const files = readdirSync(new URL('../../queries/saved', import.meta.url)).map((file) => file.replace(/\.ts$/, ''));
    const names = SAVED_QUESTIONS.map(({ name }) => name);
    expect(names.length).toBeGreaterThanOrEqual(30);
    expect(names).toEqual([...names].sort());
    expect(names).toEqual(files.sort());
  });

  it('each have rows that the definitional engine knows', () => {
    expect(Object.keys(EXPECTED).sort()).toEqual(SAVED_QUESTIONS.map(({ name }) => name));
  });

  it.each(SAVED_QUESTIONS)('$name is whole', (question) => {
    const { text, note, parameters, columns, graphql, cypher, paged } = question;
    expect(text).toMatch(/^[A-Z].*\?$/);
    expect(note).not.toMatch(/\.$/);
    expect(columns.length).toBeGreaterThan(0);
    expect(validate(SCHEMA, parse(graphql)).map(({ message }) => message)).toEqual([]);
    expect(graphql.includes('$after: String')).toBe(paged !== null);
    for (const { name } of columns) expect(cypher, `returns ${name}`).toMatch(new RegExp(`\\b${name}\\b`));
    for (const { name, of = [] } of parameters) {
      expect(cypher, `asks of $${name}`).toContain(`$${name}`);
      for (const kind of of) expect(NODE_KIND_NAMES).toContain(kind);
    }
    // What stands in the text as a parameter is one.
    const known = [
      'tenant',
      ...parameters.flatMap(({ name }) => [name, ...['Repository', 'Needs', 'Ways', 'On', 'IsReported'].map((part) => `${name}${part}`)]),
    ];
    expect([...cypher.matchAll(/\$(\w+)/g)].map(([, name]) => name).filter((name) => !known.includes(name ?? ''))).toEqual([]);
  });

  it.each(SAVED_QUESTIONS)('$name keeps to its tenant and begins with what a constraint finds', ({ cypher }) => {
    expect(complaintsAbout(cypher)).toEqual([]);
  });
});

describe('files for Neo4j Browser', () => {
  it('are what `npm run generate` writes', () => {
    for (const [path, text] of Object.entries(renderBrowserFiles()))
      expect(readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8') === text, `${path} is stale: run \`npm run generate\``).toBe(
        true,
      );
  });

  it('hold every question, each after values for its parameters', () => {
    const text = renderBrowserFiles()['queries/browser/favourites.cypher'] ?? '';
    for (const { name, cypher, parameters } of SAVED_QUESTIONS) {
      const [before = '', after] = text.split(`\n${cypher};\n`);
      expect(after, name).toBeDefined();
      const own = before.slice(before.lastIndexOf('// '));
      for (const [, parameter] of cypher.matchAll(/\$(\w+)/g))
        if (parameter !== 'tenant') expect(own, `${name} gives $${parameter} of ${parameters.length}`).toContain(`:param ${parameter} => `);
    }
  });
});

describe('the lint of Cypher', () => {
  it.each([
    ['MATCH (r:Repository {tenant: $tenant, key: $r}) RETURN r', []],
    ["MATCH (r:Repository {tenant: $tenant}) WHERE r.key > '' RETURN r", []],
    ['MATCH (r:Repository {tenant: $tenant}) RETURN r', ['begins']],
    ['MATCH (r:Repository {key: $r}) RETURN r', ['does not', 'begins']],
    ['MATCH (r {tenant: $tenant, key: $r}) RETURN r', ['begins']],
    ['MATCH (r:Permission|NodeFact {tenant: $tenant, key: $r}) RETURN r', ['begins']],
    ['MATCH (r:User {tenant: $tenant, key: $r}) MATCH (q:Group) RETURN r', ['begins']],
    ['MATCH (r:User {tenant: $tenant, key: $r}) WHERE EXISTS { (q:Group)-[:HOLDS]->() } RETURN r', ['begins']],
    ['MATCH (r:User {tenant: $tenant, key: $r})-[:MEMBER_OF]->(q) WHERE EXISTS { (q)-[:HOLDS]->() } RETURN r', []],
    ['MATCH ()-[:HOLDS {pair: pair}]->(q) WHERE q IN given RETURN $tenant', []],
    ['MATCH ()-[:HOLDS {pair: pair}]->(q) RETURN $tenant', ['begins']],
    ['MATCH ()-[:HOLDS {scope: pair}]->(q) WHERE q IN given RETURN $tenant', ['begins']],
    ['MATCH ()-[:MEMBER_OF {pair: pair}]->(q) WHERE q IN given RETURN $tenant', ['begins']],
    ['MATCH (r:User {tenant: $tenant, key: $r}) SET r.x = 1', ['writes']],
    ['MATCH (r:User {tenant: $tenant, key: $r}) CALL db.labels() RETURN r', ['calls']],
  ])('finds in %s what is wrong', (cypher, wrong) => {
    const complaints = complaintsAbout(cypher);
    expect(complaints.map((text) => wrong.find((word) => text.startsWith(word)))).toEqual(wrong);
  });
});

describe('parameters of a saved question', () => {
  const question = savedQuestion({
    name: 'some-question',
    text: 'What?',
    parameters: [
      { name: 'group', kind: 'node', doc: 'the group', example: 'group:acme/dev' },
      { name: 'people', kind: 'number', doc: 'how many', default: 10, example: '5' },
      { name: 'until', kind: 'instant', doc: 'when', default: 0, example: '2026-01-31T12:00:00Z' },
    ],
    columns: [{ name: 'group', holds: 'node' }],
    graphql: 'query Some { __typename }',
    rows: () => [],
    cypher: '',
  });
  const errorOf = (given: Record<string, string>) => {
    try {
      return savedValues(question, given);
    } catch (error) {
      return error instanceof CodedError ? `${error.code}: ${error.message}` : error;
    }
  };

  it('have the values that are given, and their defaults', () => {
    expect(errorOf({ group: 'group:acme/dev' })).toEqual({ group: 'group:acme/dev', people: 10, until: 0 });
    expect(errorOf({ group: 'x', people: '3', until: '2026-01-31T12:00:00Z' })).toEqual({
      group: 'x',
      people: 3,
      until: Date.parse('2026-01-31T12:00:00Z'),
    });
  });

  it.each([
    [{}, 'USAGE: `some-question` needs `group` (the group), like `group=group:acme/dev`: got none'],
    [{ group: '' }, 'USAGE: `some-question` needs `group` (the group), like `group=group:acme/dev`: got nothing after `=`'],
    [{ group: 'x', people: '-1' }, 'USAGE: `some-question` needs `people` (how many), like `people=5`: a whole number, got `-1`'],
    [{ group: 'x', until: 'soon' }, 'TIME_MALFORMED: `until` is an instant like `2026-01-31T12:00:00Z`, got `soon`'],
    [{ group: 'x', tenant: 'other' }, 'USAGE: `some-question` takes `group`, `people`, `until`, got `tenant`'],
  ])('are told where they are wrong: %j', (given, message) => {
    expect(errorOf(given as Record<string, string>)).toBe(message);
  });

  it('take an action that is asked of what has levels', () => {
    expect(requireLeveledAction('repository.write')).toBe('repository.write');
    expect(() => requireLeveledAction('branch.push')).toThrow(/an action of a saved question is one of .*repository.write/);
    expect(() => requireLeveledAction("x'}) RETURN 1 //")).toThrow(CodedError);
  });

  it('are named with what was perhaps meant', () => {
    expect(unknownQuestion('who-can-psh').message).toMatch(/perhaps .*who-can/);
    expect(unknownQuestion('zzz').message).not.toMatch(/perhaps/);
  });
});

describe('rows', () => {
  it('are a set in the order of their cells', () => {
    expect(
      sortedRows([
        ['b', 2],
        ['a', 10],
        ['a', 9],
        [null, 1],
        ['b', 2],
      ]),
    ).toEqual([
      [null, 1],
      ['a', 9],
      ['a', 10],
      ['b', 2],
    ]);
  });
});
