/**
 * The tables as a page for people: MODEL.md is this text, and a test fails when it is not.
 */
import { ACTION_NAMES, actionRow } from './actions.ts';
import { BLIND_SPOTS, type BlindSpotRow } from './blind-spots.ts';
import { CHANGE_KIND_NAMES, changeKindRow } from './change-kinds.ts';
import { CREDENTIALS, SCOPE_WAYS, SCOPES } from './credentials.ts';
import { EDGE_KINDS } from './edge-kinds.ts';
import { GAP_REASONS, HIDDEN_NAMES, hiddenRow } from './gaps.ts';
import { TRACES, traceRow } from './inferred-credentials.ts';
import { INHERIT, type InheritRow, LEVELS, type LevelRow } from './levels.ts';
import { NODE_KINDS, type NodeKindRow } from './node-kinds.ts';
import { NODE_PROPS } from './node-props.ts';
import { PINS } from './pins.ts';
import { MATCHERS, RESTRICTION_NAMES, restrictionRow } from './restrictions.ts';
import type { Row } from './row.ts';
import { VISIBILITY } from './visibility.ts';

/** One table: its own columns before the three that every row has. */
export interface Section {
  readonly title: string;
  readonly intro: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly [Row, ...string[]])[];
}

export function renderModel(): string {
  const head =
    '# The model\n\nThis page is rendered from the tables in `graph/model/` by `npm run generate`. Every row says where it is known from and how sure it is: `documented` by the vendor, `recorded` from a real server, or `inferred` by us. An answer that rests on an inferred row lists it under its assumptions.\n';
  return [head, ...sections().map(renderSection)].join('\n');
}

function sections(): Section[] {
  const levels: readonly LevelRow[] = LEVELS;
  const inherit: readonly InheritRow[] = INHERIT;
  const code = (text: string) => `\`${text}\``;
  const list = (items: readonly string[]) => (items.length === 0 ? '-' : items.map(code).join(', '));
  return [
    {
      title: 'Node kinds',
      intro: 'What exists. The kind is the label in Neo4j and the type in GraphQL.',
      columns: ['Kind', 'Is', 'Reference'],
      rows: Object.entries(NODE_KINDS as Record<string, NodeKindRow>).map(([kind, row]) => [row, code(kind), row.is, code(`${row.ref}:${row.path}`)]),
    },
    {
      title: 'Node properties',
      intro: 'What a node may carry beside key, reference and name.',
      columns: ['Property', 'Of', 'Holds'],
      rows: Object.entries(NODE_PROPS).map(([name, row]) => [row, code(name), row.of.join(', '), row.holds]),
    },
    { title: 'Edge kinds', intro: 'Which facts connect what exists.', columns: ['Kind', 'From', 'To', 'Qualifier'], rows: Object.entries(EDGE_KINDS).map(([kind, row]) => [row, code(kind), row.from.join(', '), row.to.join(', '), row.word ?? '-']) },
    {
      title: 'Levels',
      intro: 'Permission levels, a partial order per kind of resource and flavor.',
      columns: ['Flavor', 'On', 'Level', 'Implies', 'Upstream', 'Can be given'],
      rows: levels.map((row) => [row, row.flavor, row.on, code(row.level), list(row.implies), code(row.upstream), row.grantable ? 'yes' : 'no']),
    },
    { title: 'Inheritance', intro: 'How a level passes between a container and what lies directly in it.', columns: ['Flavor', 'Way', 'From', 'To'], rows: inherit.map((row) => [row, row.flavor, row.way, code(row.from.join(' ')), code(row.to.join(' '))]) },
    { title: 'Visibility', intro: 'What "public" means.', columns: ['Flavor', 'On', 'Holder', 'Level'], rows: VISIBILITY.map((row) => [row, row.flavor, row.on, row.holder, code(row.level)]) },
    {
      title: 'Actions',
      intro: 'What can be asked, of what, and the level that it needs.',
      columns: ['Action', 'Asked of', 'Needs on Cloud', 'Needs on Data Center', 'By Git alone'],
      rows: ACTION_NAMES.map((name) => {
        const row = actionRow(name);
        const needs = (by: object) =>
          Object.entries(by)
            .map(([on, level]) => `${on} \`${level}\``)
            .join(', ') || '-';
        return [row, code(name), row.on.join(', '), needs(row.needs.cloud), needs(row.needs.dc), row.git ? 'yes' : 'no'] as const;
      }),
    },
    {
      title: 'Branch restrictions',
      intro: 'Bitbucket Cloud. What each kind takes away, from whom, and how overlapping rules combine.',
      columns: ['Kind', 'Effect', 'Blocks', 'May exempt', 'Also exempt by', 'Overlap', 'Value'],
      rows: RESTRICTION_NAMES.map((name) => {
        const row = restrictionRow(name);
        return [row, code(name), row.effect, list(row.blocks), row.exemptKinds.join(', ') || '-', list(row.exemptAlsoBy), row.combine, row.value ?? '-'] as const;
      }),
    },
    { title: 'Branch matchers', intro: 'How a restriction says which branches it binds.', columns: ['Matcher'], rows: Object.entries(MATCHERS).map(([name, row]) => [row, code(name)]) },
    {
      title: 'Credentials',
      intro: 'Whom each credential acts as.',
      columns: ['Kind', 'Acts as', 'Scopes', 'Git only', 'Holds'],
      rows: Object.entries(CREDENTIALS).map(([kind, row]) => [row, code(kind), row.actsAs, row.scopes ?? '-', row.gitOnly ? 'yes' : 'no', row.holds ?? '-']),
    },
    {
      title: 'Scopes',
      intro: 'What a scope alone lets a credential do, by family. What a held scope without a row allows is not known.',
      columns: ['Family', 'Scope', 'Implies', 'Allows'],
      rows: SCOPES.map((row) => [row, row.family, code(row.scope), list(row.implies), list(row.allows)]),
    },
    {
      title: 'Inferred credentials',
      intro: 'Credentials that no endpoint lists, and what shows them. What is concluded so is a fact with `confidence: inferred`; what the trace does not show is a gap of that credential alone.',
      columns: ['Trace', 'Shown by', 'Upstream', 'Is', 'Lies in', 'Not known'],
      rows: TRACES.map((trace) => {
        const row = traceRow(trace);
        const upstream = row.account === null ? '-' : code(row.account.kind === null ? row.account.type : `${row.account.type} ${row.account.kind}`);
        return [row, code(trace), row.in.join(', '), upstream, row.kind, row.liesIn, list(row.unknown)] as const;
      }),
    },
    { title: 'Scopes together', intro: 'What only several scopes together let a credential do.', columns: ['Family', 'Action', 'On', 'Scopes'], rows: SCOPE_WAYS.map((row) => [row, row.family, code(row.action), row.on.join(', ') || 'any', list(row.all)]) },
    { title: 'Pins', intro: 'How firmly a step names an image or pipe. The first row that fits counts.', columns: ['Pin', 'Fits', 'Pinned'], rows: Object.entries(PINS).map(([name, row]) => [row, code(name), code(row.fits.source), row.pinned ? 'yes' : 'no'] as const) },
    {
      title: 'What a gap hides',
      intro: 'The most that missing knowledge may add, take away, and shorten.',
      columns: ['Hides', 'In', 'Adds', 'Takes', 'Shortens', 'Lists lack', 'Listing stands in'],
      rows: HIDDEN_NAMES.map((name) => {
        const row = hiddenRow(name);
        const adds = row.adds === null ? '-' : `${row.adds.edge} (${row.adds.other.join(', ')})`;
        return [row, code(name), row.scope.join(', ') || 'anything', adds, row.takes, row.shortens.join(', ') || '-', row.shortens.length === 0 ? '-' : row.lacks.join(', ') || 'any kind', row.reportsStandIn ? 'yes' : 'no'] as const;
      }),
    },
    { title: 'Why knowledge is missing', intro: 'Reasons of gaps.', columns: ['Reason', 'What to do'], rows: Object.entries(GAP_REASONS).map(([name, row]) => [row, code(name), row.remedy]) },
    {
      title: 'Blind spots',
      intro: 'What no credential can ever read. It is listed with each answer that it could touch.',
      columns: ['Blind spot', 'Flavor', 'May', 'Touches'],
      rows: Object.entries(BLIND_SPOTS as Record<string, BlindSpotRow>).map(([name, row]) => [row, code(name), row.flavor, row.may, row.actions.length > 8 ? `${row.actions.length} actions` : list(row.actions)]),
    },
    {
      title: 'Kinds of change',
      intro: 'What a change between two times is a change of: edges by their flow, nodes by what they are.',
      columns: ['Kind', 'Edges', 'Nodes', 'Nodes that come or go', 'Nodes that say something else'],
      rows: CHANGE_KIND_NAMES.map((name) => {
        const { flows, roles, kinds, restated, ...row } = changeKindRow(name);
        return [row, code(name), flows.join(', ') || '-', roles.join(', ') || '-', kinds.join(', ') || '-', restated.join(', ') || '-'] as const;
      }),
    },
  ];
}

/** Sections of a rendered page are all of this form; the three columns of every row come last. */
export function renderSection({ title, intro, columns, rows }: Section): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  const table = [line([...columns, 'Meaning', 'Source', 'Confidence']), line([...columns, '', '', ''].map(() => '---')), ...rows.map(([row, ...cells]) => line([...cells, row.doc, row.source, row.confidence]))];
  return `## ${title}\n\n${intro}\n\n${table.join('\n')}\n`;
}
