/**
 * What every row of every table carries. A table is a literal that reads like a specification: a quirk of Bitbucket is
 * a row or a column here, never an `if` in a walker.
 */

/** How sure a row is: stated by the vendor, seen in a recorded answer of a real server, or concluded by us. */
export type Confidence = 'documented' | 'recorded' | 'inferred';

/** The two kinds of Bitbucket. A resource is of the flavor of the root that contains it. */
export type Flavor = 'cloud' | 'dc';

export interface Row {
  /** What the row means, one sentence for the reader of MODEL.md. */
  readonly doc: string;
  /** Where that is known from. */
  readonly source: string;
  readonly confidence: Confidence;
}

/** The name by which an answer cites a row: `table/row`. */
export type RowId = `${string}/${string}`;

/** Sources that many rows share. */
export const SOURCES = {
  openapi: 'Bitbucket Cloud OpenAPI document 2026-07-24',
  recorded: 'recorded Cloud responses of 2021 and 2023',
  projects: 'support.atlassian.com/bitbucket-cloud/docs/configure-project-permissions-for-users-and-groups',
  grants: 'support.atlassian.com/bitbucket-cloud/docs/grant-repository-access-to-users-and-groups',
  groups: 'support.atlassian.com/bitbucket-cloud/docs/organize-workspace-members-into-groups',
  branches: 'support.atlassian.com/bitbucket-cloud/docs/use-branch-permissions',
  overlap: 'Atlassian knowledge base: restrict creation of branches to certain patterns',
  triggers: 'support.atlassian.com/bitbucket-cloud/docs/pipeline-triggers',
  runners: 'support.atlassian.com/bitbucket-cloud/docs/runners',
  deployments: 'Atlassian blog: deployment permissions now available in Bitbucket Pipelines',
  access: 'support.atlassian.com/bitbucket-cloud/docs/control-access-to-private-content-in-a-workspace',
  keys: 'Atlassian documentation: use access keys',
  steps: 'support.atlassian.com/bitbucket-cloud/docs/step-options',
  startConditions: 'support.atlassian.com/bitbucket-cloud/docs/pipeline-start-conditions',
  shared: 'support.atlassian.com/bitbucket-cloud/docs/share-pipelines-configurations',
  imageNames: 'support.atlassian.com/bitbucket-cloud/docs/docker-image-options',
  pipes: 'support.atlassian.com/bitbucket-cloud/docs/use-pipes-in-bitbucket-pipelines',
  pipelineVariables: 'support.atlassian.com/bitbucket-cloud/docs/variables-and-secrets',
  limits: 'support.atlassian.com/bitbucket-cloud/docs/api-request-limits',
  organisation: 'developer.atlassian.com/cloud/admin/organization/rest, and published clients of it',
  auditActivities: 'support.atlassian.com/security-and-access-policies/docs/audit-log-activities-database',
  auditEvents: 'Atlassian knowledge base: Bitbucket Cloud audit log events',
  oidc: 'support.atlassian.com/bitbucket-cloud/docs/integrate-pipelines-with-resource-servers-using-oidc',
  clients: 'published clients of Bitbucket Cloud: their notes and types of live answers',
  dcOpenapi: 'Bitbucket Data Center OpenAPI document 9.4',
  dcPermissions: 'Atlassian documentation: Bitbucket Data Center, controlling access to code',
  dcDatabase: 'database and audit log of a Data Center 8.9.4 instance',
} as const;
