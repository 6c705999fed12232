/** The schema as a contract: its print is committed, its names follow from the tables, and everything says what it is. */
import { readFileSync } from 'node:fs';
import { type GraphQLNamedType, isEnumType, isInputObjectType, isInterfaceType, isIntrospectionType, isObjectType } from 'graphql';
import { describe, expect, it } from 'vitest';
import { ENUMS, upperSnake } from '../../api/enums.ts';
import { WALKS } from '../../api/node-types.ts';
import { SCHEMA } from '../../api/schema.ts';
import { EDGE_KINDS } from '../../graph/model/edge-kinds.ts';
import { generateApi } from '../support/generate-api.ts';

const types = Object.values(SCHEMA.getTypeMap()).filter((type) => !isIntrospectionType(type));

describe('the schema', () => {
  it('has generated files that are what `npm run generate` writes', async () => {
    for (const [path, text] of Object.entries(await generateApi())) {
      expect(readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8') === text, `${path} is stale: run \`npm run generate\``).toBe(
        true,
      );
    }
  });

  it('describes every type, field, argument and enum value', () => {
    const builtIn = ['String', 'Int', 'Float', 'Boolean', 'ID'];
    const silent = types.filter(({ name }) => !builtIn.includes(name)).flatMap((type) => withoutDescription(type));
    expect(silent).toEqual([]);
  });

  it('has the fields that other tools rely on', () => {
    const query = Object.keys(SCHEMA.getQueryType()?.getFields() ?? {});
    const contract = ['check', 'checks', 'paths', 'whoCan', 'whatCan', 'node', 'find', 'gaps', 'coverage', 'snapshots'];
    expect(query).toEqual(expect.arrayContaining(contract));
    expect(SCHEMA.getMutationType()).toBeUndefined();
  });

  it('makes enum values by one rule that maps no two names to one value', () => {
    expect(['AccessToken', 'OAuthConsumer', 'branch.force_push', 'unknown-value'].map(upperSnake)).toEqual([
      'ACCESS_TOKEN',
      'OAUTH_CONSUMER',
      'BRANCH_FORCE_PUSH',
      'UNKNOWN_VALUE',
    ]);
    for (const [name, { values }] of Object.entries(ENUMS)) {
      const shown = Object.keys(values).map(upperSnake);
      expect(new Set(shown).size, name).toBe(shown.length);
    }
  });

  it('pages every connection alike', () => {
    for (const type of types.filter(({ name }) => name.endsWith('Connection') && name !== 'Connection')) {
      const fields = isObjectType(type) ? Object.keys(type.getFields()) : [];
      expect(fields.slice(0, 6), type.name).toEqual(['edges', 'pageInfo', 'totalCount', 'complete', 'gaps', 'snapshot']);
    }
    const pagings = types
      .filter(isObjectType)
      .flatMap((type) => Object.values(type.getFields()).filter(({ args }) => args.some(({ name }) => name === 'first')));
    expect(pagings.length).toBeGreaterThan(50);
    for (const { args } of pagings) expect(args.find(({ name }) => name === 'first')?.defaultValue).toBe(20);
  });

  it('leads along every kind of edge in both ways', () => {
    for (const kind of Object.keys(EDGE_KINDS)) {
      expect(
        WALKS.filter(({ edge }) => edge === kind).map(({ end }) => end),
        kind,
      ).toEqual(expect.arrayContaining(['from', 'to']));
    }
    const fields = WALKS.flatMap(({ on, field }) => on.map((kind) => `${kind}.${field}`));
    expect(fields.filter((field, index) => fields.indexOf(field) !== index)).toEqual([]);
  });
});

function withoutDescription(type: GraphQLNamedType): string[] {
  const missing = (name: string, description: string | null | undefined) => (description ? [] : [name]);
  const found = missing(type.name, type.description);
  if (isEnumType(type)) found.push(...type.getValues().flatMap((value) => missing(`${type.name}.${value.name}`, value.description)));
  if (!isObjectType(type) && !isInterfaceType(type) && !isInputObjectType(type)) return found;
  for (const field of Object.values(type.getFields())) {
    found.push(...missing(`${type.name}.${field.name}`, field.description));
    for (const argument of 'args' in field ? field.args : []) {
      found.push(...missing(`${type.name}.${field.name}(${argument.name})`, argument.description));
    }
  }
  return found;
}
