/** The sample workspace with an organisation beside it, and runs that have a key of it. */
import { afterEach } from 'vitest';
import { readCloudConfig } from '../../ingest/bitbucket-cloud/config.ts';
import { type SampleOrganisation, type SampleOrganisationOptions, startSampleOrganisation } from '../../ingest/sample/organisation.ts';
import type { SampleWorkspace } from '../../ingest/sample/workspace.ts';
import type { SyncOptions } from '../../ingest/sync.ts';
import { environmentOf, openSample, type Sample, smallWorkspace } from './sample.ts';

export interface Organised {
  readonly sample: Sample;
  readonly organisation: SampleOrganisation;
  /** The settings of a run with the key. */
  readonly env: Record<string, string>;
  /** A run with the key. */
  sync(options?: Partial<SyncOptions>): ReturnType<Sample['sync']>;
}

export type OrganisedSetting = Omit<SampleOrganisationOptions, 'workspace'> & {
  readonly workspace?: SampleWorkspace;
  /** Of Bitbucket itself; `pageLengthMax` is that of the organisation. */
  readonly itemsPerPage?: number;
};

export async function openOrganised({
  workspace = smallWorkspace(),
  itemsPerPage,
  ...setting
}: OrganisedSetting = {}): Promise<Organised & { close(): Promise<void> }> {
  const sample = await openSample({ workspace, inMemory: true, ...(itemsPerPage === undefined ? {} : { pageLengthMax: itemsPerPage }) });
  const organisation = await startSampleOrganisation({ workspace, now: () => sample.clock.at, ...setting });
  const env = {
    ...environmentOf(sample.server),
    ATLASSIAN_ORG_URL: organisation.url,
    ATLASSIAN_ORG_ID: organisation.id,
    ATLASSIAN_ORG_API_KEY: organisation.key,
  };
  return {
    sample,
    organisation,
    env,
    sync: (options = {}) => sample.sync({ config: readCloudConfig(env), workspaces: [workspace.slug], ...options }),
    close: async () => {
      await organisation.close();
      await sample.close();
    },
  };
}

/** Opened ones are closed after each test of the file. */
export function organisedSamples(): (setting?: OrganisedSetting) => Promise<Organised> {
  const opened: { close(): Promise<void> }[] = [];
  afterEach(async () => {
    for (const each of opened.splice(0)) await each.close();
  });
  return async (setting = {}) => {
    const organised = await openOrganised(setting);
    opened.push(organised);
    return organised;
  };
}
