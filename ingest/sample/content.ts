/**
 * Projects and repositories of the sample workspace, with their grants and rules.
 */
import { AUTOMATION_BY_REPOSITORY, KEYS_BY_PROJECT, NOTHING_AUTOMATED } from './automation.ts';
import { RUNS_BY_REPOSITORY } from './runs.ts';
import { PLAIN_PROJECT, PLAIN_REPOSITORY, SETTINGS_BY_PROJECT, SETTINGS_BY_REPOSITORY } from './settings.ts';
import type { SampleGrant, SampleModel, SampleProject, SampleRepository, SampleRule } from './workspace.ts';

const PROJECTS: readonly Omit<SampleProject, 'keys' | 'settings'>[] = [
  {
    key: 'WEB',
    name: 'Web shop',
    description: 'What customers see',
    isPrivate: true,
    grants: [
      { group: 'developers', level: 'write' },
      { group: 'release-managers', level: 'write' },
      { group: 'contractors', level: 'read' },
      { user: 'mina', level: 'admin' },
    ],
  },
  {
    key: 'PAY',
    name: 'Payments',
    description: 'Money in, money out',
    isPrivate: true,
    grants: [
      { group: 'payments', level: 'write' },
      { group: 'security', level: 'read' },
      { user: 'tomas', level: 'admin' },
    ],
  },
  {
    key: 'OPS',
    name: 'Platform',
    description: 'Where everything runs',
    isPrivate: true,
    grants: [
      { group: 'administrators', level: 'admin' },
      { group: 'sre', level: 'admin' },
      { group: 'developers', level: 'read' },
      { user: 'kenji', level: 'create-repo' },
    ],
  },
  {
    key: 'DATA',
    name: 'Data and insights',
    description: 'Warehouse, reports, models',
    isPrivate: true,
    grants: [
      { group: 'data', level: 'write' },
      { user: 'chen', level: 'admin' },
      { user: 'pavel', level: 'read' },
    ],
  },
  {
    key: 'OPEN',
    name: 'Open source',
    description: 'What Acme gives away',
    isPrivate: false,
    grants: [
      { group: 'developers', level: 'write' },
      { user: 'zoe', level: 'admin' },
    ],
  },
];

export const SAMPLE_PROJECTS: SampleProject[] = PROJECTS.map((project) => ({
  ...project,
  keys: [...(KEYS_BY_PROJECT[project.key] ?? [])],
  settings: { ...PLAIN_PROJECT, ...SETTINGS_BY_PROJECT[project.key] },
}));

const TRUNK: SampleModel = { development: 'main', production: null };
const TWO_TRACKS: SampleModel = { development: 'develop', production: 'main' };

const onMain = { glob: 'main' };
/** What the company puts on a main branch: reviewed, built, and never rewritten. */
const REVIEWED: readonly SampleRule[] = [
  { kind: 'force', on: onMain },
  { kind: 'delete', on: onMain },
  { kind: 'require_approvals_to_merge', on: onMain, value: 2 },
  { kind: 'require_passing_builds_to_merge', on: onMain, value: 1 },
  { kind: 'enforce_merge_checks', on: onMain },
];

const repository = (
  [project, slug, name, description]: readonly [project: string, slug: string, name: string, description: string],
  grants: SampleGrant[] = [],
  rules: readonly SampleRule[] = [],
  more: Partial<SampleRepository> = {},
): SampleRepository => ({
  slug,
  name,
  description,
  project,
  isPrivate: true,
  forkPolicy: 'no_public_forks',
  model: TRUNK,
  grants,
  rules: [...rules],
  automation: { ...NOTHING_AUTOMATED, ...AUTOMATION_BY_REPOSITORY[slug], ...RUNS_BY_REPOSITORY[slug] },
  settings: { ...PLAIN_REPOSITORY, ...SETTINGS_BY_REPOSITORY[slug] },
  denied: null,
  ...more,
});

const open: Partial<SampleRepository> = { isPrivate: false, forkPolicy: 'allow_forks' };

export const SAMPLE_REPOSITORIES: SampleRepository[] = [
  repository(
    ['WEB', 'api', 'API', 'The API of the shop'],
    [
      { user: 'evan', level: 'admin' },
      { user: 'acme-deploy-bot', level: 'write' },
    ],
    [
      { kind: 'push', on: onMain, users: ['acme-deploy-bot'], groups: ['release-managers'] },
      { kind: 'restrict_merges', on: onMain, users: ['evan'], groups: ['release-managers'] },
      ...REVIEWED,
    ],
  ),
  repository(
    ['WEB', 'storefront', 'Storefront', 'Pages and cart'],
    [{ user: 'quinn', level: 'read' }],
    [
      // Two rules of one kind that overlap on release/2...: who is listed in either passes.
      { kind: 'push', on: { glob: 'release/*' }, groups: ['release-managers'] },
      { kind: 'push', on: { glob: 'release/2*' }, users: ['oliver'] },
      { kind: 'push', on: onMain, groups: ['release-managers'] },
      ...REVIEWED,
    ],
  ),
  repository(
    ['WEB', 'checkout', 'Checkout', 'From cart to receipt'],
    [{ group: 'payments', level: 'write' }],
    [
      { kind: 'push', on: { type: 'production' }, groups: ['release-managers'] },
      { kind: 'restrict_merges', on: { type: 'production' }, users: ['tomas'], groups: ['release-managers'] },
      { kind: 'force', on: { type: 'release' } },
      { kind: 'delete', on: { type: 'release' } },
      // No rule enforces it here: advice, not a condition.
      { kind: 'require_approvals_to_merge', on: { type: 'development' }, value: 1 },
    ],
    { model: TWO_TRACKS },
  ),
  repository(
    ['WEB', 'design-system', 'Design system', 'Colours, type, components'],
    [{ user: 'quinn', level: 'write' }],
    [{ kind: 'force', on: { glob: '*' } }],
  ),
  repository(
    ['WEB', 'mobile-app', 'Mobile app', 'iOS and Android'],
    [
      { user: 'zoe', level: 'write' },
      { group: 'contractors', level: 'write' },
    ],
    [
      { kind: 'push', on: { type: 'production' }, users: ['zoe'], groups: ['release-managers'] },
      { kind: 'require_default_reviewer_approvals_to_merge', on: { type: 'production' }, value: 1 },
      { kind: 'enforce_merge_checks', on: { type: 'production' } },
      { kind: 'reset_pullrequest_approvals_on_change', on: { glob: '*' } },
    ],
    { model: TWO_TRACKS },
  ),

  repository(
    ['PAY', 'ledger', 'Ledger', 'The book of all bookings'],
    [
      { user: 'priya', level: 'admin' },
      { group: 'sre', level: 'write' },
    ],
    [{ kind: 'push', on: onMain, users: ['tomas', 'priya'] }, ...REVIEWED],
    // The credential may read everything but the groups of this repository: the sample's gap.
    { denied: 'group grants', forkPolicy: 'no_forks' },
  ),
  repository(['PAY', 'payouts', 'Payouts', 'Money to merchants'], [], [{ kind: 'push', on: onMain, groups: ['payments'] }, ...REVIEWED], {
    forkPolicy: 'no_forks',
  }),
  repository(
    ['PAY', 'fraud-rules', 'Fraud rules', 'What is stopped, and why'],
    [{ group: 'data', level: 'write' }],
    [{ kind: 'require_tasks_to_be_completed', on: onMain }],
  ),
  repository(
    ['PAY', 'card-vault', 'Card vault', 'Tokens for card numbers'],
    [{ group: 'security', level: 'admin' }],
    [
      // Nobody but the two of security, on any branch.
      { kind: 'push', on: { glob: '*' }, groups: ['security'] },
      { kind: 'restrict_merges', on: { glob: '*' }, groups: ['security'] },
      ...REVIEWED,
    ],
    { forkPolicy: 'no_forks' },
  ),

  repository(
    ['OPS', 'infrastructure', 'Infrastructure', 'Everything as code'],
    [],
    [
      // An empty list: nobody pushes here, administrators included; changes are merged.
      { kind: 'push', on: onMain },
      { kind: 'restrict_merges', on: onMain, groups: ['sre', 'administrators'] },
      { kind: 'require_no_changes_requested', on: onMain },
      ...REVIEWED,
    ],
  ),
  repository(
    ['OPS', 'deploy-tools', 'Deploy tools', 'From build to production'],
    [
      { user: 'acme-deploy-bot', level: 'write' },
      { group: 'release-managers', level: 'write' },
    ],
    [{ kind: 'push', on: onMain, users: ['acme-deploy-bot'], groups: ['sre'] }],
  ),
  repository(['OPS', 'monitoring', 'Monitoring', 'Dashboards and alerts'], [{ group: 'data', level: 'read' }]),
  repository(['OPS', 'runbooks', 'Runbooks', 'What to do at night'], [{ group: 'developers', level: 'write' }]),

  repository(
    ['DATA', 'warehouse', 'Warehouse', 'Tables and jobs'],
    [],
    [
      { kind: 'push', on: onMain, users: ['chen'] },
      { kind: 'require_approvals_to_merge', on: onMain, value: 1 },
      { kind: 'require_commits_behind', on: onMain, value: 10 },
      { kind: 'enforce_merge_checks', on: onMain },
    ],
  ),
  repository(['DATA', 'events-pipeline', 'Events pipeline', 'From click to table'], [{ user: 'grace', level: 'write' }]),
  repository(['DATA', 'reports', 'Reports', 'Monday numbers'], [{ user: 'nadia', level: 'read' }]),
  repository(
    ['DATA', 'ml-models', 'Models', 'Forecasts and recommendations'],
    [{ user: 'fatima', level: 'admin' }],
    [{ kind: 'allow_auto_merge_when_builds_pass', on: onMain }],
  ),

  repository(
    ['OPEN', 'acme-cli', 'Acme CLI', 'The command line of the shop'],
    [{ user: 'pavel', level: 'write' }],
    [
      { kind: 'force', on: { glob: '*' } },
      { kind: 'delete', on: onMain },
    ],
    open,
  ),
  repository(['OPEN', 'docs', 'Documentation', 'For developers of partners'], [{ user: 'nadia', level: 'write' }], [], open),
  repository(
    ['OPEN', 'sample-shop', 'Sample shop', 'A shop to learn from'],
    [],
    [{ kind: 'require_approvals_to_merge', on: onMain, value: 1 }],
    open,
  ),
];
