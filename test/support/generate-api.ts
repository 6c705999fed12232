/**
 * The generated files of the API: the schema as printed SDL, and the types of its resolvers. `npm run generate` writes them,
 * a test compares.
 */
import { codegen } from '@graphql-codegen/core';
import * as typescript from '@graphql-codegen/typescript';
import * as typescriptResolvers from '@graphql-codegen/typescript-resolvers';
import { buildSchema, parse, printSchema } from 'graphql';
import { ENUMS, renderEnum } from '../../api/enums.ts';
import { renderNodeTypes } from '../../api/node-types.ts';
import { BASE_SDL } from '../../api/sdl.ts';

/** The types that the program already has for the values of an enum. */
const ENUM_VALUES = {
  NodeKind: '../graph/model/node-kinds.ts#NodeKind',
  EdgeKind: './context.ts#ShownEdgeKind',
  Action: '../graph/model/actions.ts#Action',
  GapReason: '../graph/model/gaps.ts#GapReason',
  Hidden: '../graph/model/gaps.ts#Hidden',
  Verdict: '../graph/decision.ts#Verdict',
  DenialKind: './context.ts#DenialKind',
  ChangeKind: '../graph/model/change-kinds.ts#ChangeKind',
  Turn: '../queries/port.ts#Turn',
};

/** What resolvers hand on for an object type. */
const MAPPERS = {
  Node: './context.ts#NodeParent',
  Decision: './context.ts#AnswerParent',
  Proof: './context.ts#ProofParent',
  Path: './context.ts#PathParent',
  Step: './context.ts#StepParent',
  NodeRef: './context.ts#NodeRefParent',
  Denial: './context.ts#DenialParent',
  Condition: './context.ts#ConditionParent',
  Gap: './context.ts#GapParent',
  Fact: './context.ts#FactParent',
  Since: './context.ts#SinceParent',
  Change: './context.ts#ChangeParent',
  AccessChange: './context.ts#AccessChangeParent',
  Difference: './context.ts#DifferenceParent',
  ModelRow: '../queries/port.ts#NamedRow',
  Source: './context.ts#SourceParent',
  Snapshot: '../graph/store/port.ts#SnapshotInfo',
  SnapshotRef: './context.ts#SnapshotRefParent',
  Coverage: '../queries/port.ts#CoverageRow',
  AccessChangeConnection: './context.ts#AccessChangePageParent',
  AccessChangeEdge: './context.ts#AccessChangeEdgeParent',
  ...Object.fromEntries(
    ['Change', 'Node', 'Path', 'Gap', 'Snapshot', 'WhoCan', 'WhatCan'].flatMap((name) => [
      [`${name}Connection`, `./context.ts#${name}Page`],
      [`${name}Edge`, `./context.ts#${name}EdgeParent`],
    ]),
  ),
};

/** File contents by path from the root of the project. */
export async function generateApi(): Promise<Record<string, string>> {
  // From the text, not from the executable schema: that one imports the types which are generated here.
  const base = [BASE_SDL, ...Object.entries(ENUMS).map(([name, table]) => renderEnum(name, table))].join('\n');
  const types = await codegen({
    filename: 'generated.ts',
    // Node types are left out: their resolvers are made from rows and need no types of their own.
    schema: parse(base),
    documents: [],
    plugins: [{ typescript: {} }, { resolvers: {} }],
    pluginMap: { typescript, resolvers: typescriptResolvers },
    config: {
      useTypeImports: true,
      enumsAsTypes: true,
      enumValues: ENUM_VALUES,
      scalars: { Ref: 'string', DateTime: 'number', JSON: 'unknown', ID: 'string' },
      mappers: MAPPERS,
      contextType: './context.ts#Context',
      inputMaybeValue: 'T | null | undefined',
      skipTypename: true,
    },
  });
  // The names are types alone, and type stripping leaves an export that does not say so.
  return {
    'api/schema.graphql': `${printSchema(buildSchema(`${base}\n${renderNodeTypes()}`))}\n`,
    'api/generated.ts': types.replace(/^export \{/gm, 'export type {'),
  };
}
