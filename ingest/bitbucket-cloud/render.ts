/**
 * The endpoint table as a page for people: ENDPOINTS.md is this text, and a test fails when it is not.
 */
import { BLIND_SPOTS, type BlindSpotRow } from '../../graph/model/blind-spots.ts';
import { blursVerdicts, type Hidden, hiddenRow } from '../../graph/model/gaps.ts';
import { renderSection, type Section } from '../../graph/model/render.ts';
import { limitText } from '../budget.ts';
import { AUDITED } from './audit-actions.ts';
import { KIND_NAMES } from './credentials.ts';
import { BUCKETS, type BucketRow } from './endpoints/row.ts';
import {
  ALL_ENDPOINT_IDS,
  ENDPOINT_IDS,
  ENDPOINTS,
  type EndpointId,
  type EndpointRow,
  endpointsOf,
  type Of,
  scopesFor,
} from './endpoints.ts';

const HEAD = `# The endpoints of Bitbucket Cloud

This page is rendered from the tables in \`ingest/bitbucket-cloud/endpoints/\` by \`npm run generate\`. Every endpoint that is read stands here with the scopes that it asks of a credential, of an OAuth consumer or of an API token, and with what stays unknown where it is refused. A refused endpoint is a gap: it blurs what it says here and nothing else. Scopes, paths and what is deprecated are held against the OpenAPI document of the vendor by a test.

Beside scopes an endpoint asks for a role: grants, rules, keys and the configuration of Pipelines want an administrator of the repository or project, webhooks of the workspace and Bitbucket's own listing one of its owners.
`;

const TITLES: Readonly<Record<Of, readonly [title: string, intro: string]>> = {
  credential: ['Once', 'Asked where no workspace is named.'],
  workspace: ['For each workspace', 'Read first.'],
  project: ['For each project', 'Read for every project that the listings name.'],
  repository: [
    'For each repository',
    'Read for every repository of the listing: what verdicts hang on first, the ones that were not read for longest before others.',
  ],
  pipeline: ['For each repository with Pipelines on', 'Read right after the configuration that says so.'],
  environment: ['For each environment', 'Read right after the listing that names it.'],
  organisation: [
    'The audit log',
    'With a key of the organisation: what happened since the earlier readings, so that those which nothing touched need not be made again.',
  ],
  group: ['For each group of the directory', 'With a key of the organisation, where the groups of 1.0 are refused or gone.'],
  user: ['For each member', 'Read last.'],
  branch: [
    'For each branch worth reading',
    'The development and the production branch, and those that a restriction names, of each repository whose Pipelines are not off. The main branch is asked for its settings anyway.',
  ],
  head: ['For each commit that such a branch points to', 'Read right after the branch. What a commit holds never changes.'],
};

const code = (text: string) => `\`${text}\``;
const list = (items: readonly string[]) => (items.length === 0 ? '-' : items.map(code).join(', '));

export function renderEndpoints(): string {
  return [HEAD, leastScopes(), ...[...endpointSections(), bucketSection(), blindSpotSection()].map(renderSection)].join('\n');
}

function leastScopes(): string {
  const verdicts = ENDPOINT_IDS.filter((id) => ENDPOINTS[id].hides.some(blursVerdicts));
  const line = (kind: keyof typeof KIND_NAMES, ids: readonly EndpointId[]) =>
    `- ${KIND_NAMES[kind]}: ${list([...new Set(ids.flatMap((id) => scopesFor(id, kind)))].sort())}`;
  return [
    '## The least scopes',
    '',
    'For everything on this page:',
    '',
    line('client-credentials', ENDPOINT_IDS),
    line('api-token', ENDPOINT_IDS),
    '',
    'For definite verdicts on permissions alone:',
    '',
    line('client-credentials', verdicts),
    line('api-token', verdicts),
    '',
  ].join('\n');
}

function endpointSections(): Section[] {
  return (Object.keys(TITLES) as Of[]).map((of) => {
    const [title, intro] = TITLES[of];
    const standIns = ALL_ENDPOINT_IDS.filter((id) => ENDPOINTS[id].of === of && !endpointsOf(of).includes(id));
    return {
      title,
      intro,
      columns: [
        'Endpoint',
        'OAuth scopes',
        'API token scope',
        'A refusal hides',
        'and touches',
        '404 means',
        'Counted with',
        'The audit log tells changes',
      ],
      rows: [...endpointsOf(of), ...standIns].map((id) => [ENDPOINTS[id], ...cellsOf(id)] as const),
    };
  });
}

function cellsOf(id: EndpointId): string[] {
  const { path, scopes, hides, missing, bucket, deprecated, query, pagesMax, family }: EndpointRow = ENDPOINTS[id];
  return [
    `${code(id)}<br>${code(path)}${query === undefined ? '' : `<br>with ${code(query)}`}${pagesMax === undefined ? '' : `<br>pages: ${pagesMax}`}${deprecated ? '<br>deprecated' : ''}`,
    list(scopes.oauth),
    scopes.apiToken === null ? (family === 'organisation' ? 'a key of the organisation' : 'none') : code(scopes.apiToken),
    hides.map((hidden) => hiddenRow(hidden).doc).join('; ') || '-',
    [...new Set(hides.map(touched))].join('; ') || 'the run ends',
    meaningOf(missing),
    bucket,
    AUDITED[id] === undefined ? 'no' : 'yes',
  ];
}

function touched(hidden: Hidden): string {
  const { shortens, lacks } = hiddenRow(hidden);
  if (blursVerdicts(hidden)) return 'verdicts';
  if (shortens.length > 0) return `lists of ${lacks.join(', ') || 'any kind'}`;
  return hidden === 'listing' ? 'the comparison with it alone' : 'no answer';
}

function meaningOf(missing: EndpointRow['missing']): string {
  if (missing === 'gap') return 'a gap';
  if (missing === 'ends the run') return 'no such workspace: the run ends';
  return 'instead' in missing ? `${code(missing.instead)} is asked` : `as ${code(JSON.stringify(missing.reads))}`;
}

function bucketSection(): Section {
  return {
    title: 'Limits',
    intro: 'What calls of one credential are counted with: a budget for each.',
    columns: ['Counted with', 'Calls'],
    rows: Object.entries<BucketRow>(BUCKETS).map(([name, row]) => [
      row,
      name,
      row.countedIn === undefined ? limitText(row) : `those of ${row.countedIn}`,
    ]),
  };
}

function blindSpotSection(): Section {
  const spots = Object.entries(BLIND_SPOTS as Record<string, BlindSpotRow>).filter(([, { flavor }]) => flavor === 'cloud');
  return {
    title: 'Blind spots',
    intro: 'What no credential can read. It is listed with each answer that it could touch, and makes none unknown.',
    columns: ['Blind spot', 'May'],
    rows: spots.map(([name, row]) => [row, code(name), row.may] as const),
  };
}
