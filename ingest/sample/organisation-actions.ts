/**
 * The actions that the sample organisation's log knows: names as the vendor's list of activities has them, ids of our own, because
 * none are published.
 */
export interface SampleAction {
  readonly id: string;
  readonly name: string;
  readonly group: string;
}

const action =
  (group: string) =>
  (name: string): SampleAction => ({ id: `${group} ${name}`.toLowerCase().replace(/\W+/g, '_'), name, group });

export const ORGANISATION_ACTIONS: readonly SampleAction[] = [
  ...[
    'Created repository',
    'Deleted repository',
    'Updated repository',
    'Added repository member',
    'Updated repository member',
    'Removed repository member',
    'Added repository group permission',
    'Removed repository group permission',
    'Added repository deploy key',
    'Removed repository deploy key',
    'Created repository webhook',
    'Deleted repository webhook',
    'Updated repository branch restriction',
    // Of no use to a reader of permissions, and in no table of ours.
    'Exported repository statistics',
  ].map(action('Bitbucket Cloud repository actions')),
  ...['Updated project member', 'Updated project group permission', 'Updated project branching model'].map(
    action('Bitbucket Cloud project actions'),
  ),
  ...['Deactivated account', 'Reactivated account'].map(action('Atlassian accounts')),
  // The same words as of Bitbucket, of another product.
  ...['Updated project', 'Created issue type'].map(action('Jira')),
];
