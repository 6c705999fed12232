/** What a run says of the calls that it spared, and of the organisation that let it. */
import type { EndpointCoverage, Incremental, OrganisationReport } from '../report.ts';
import { provenUntil } from './audit-trail.ts';
import type { KeptReadings } from './crawl.ts';
import type { AuditReading } from './read-audit-log.ts';

export function incrementalOf(
  { proved, young, pages }: KeptReadings,
  { coverage, calls }: { readonly coverage: readonly EndpointCoverage[]; readonly calls: number },
): Incremental {
  return {
    readings: coverage.reduce((sum, { complete }) => sum + complete, 0),
    proved,
    young,
    callsSaved: pages,
    share: pages === 0 ? 1 : calls / (calls + pages),
  };
}

export function organisationReport({ trail, trouble }: AuditReading, calls: number): OrganisationReport {
  const unknown = (trail?.unknownActions ?? []).map(
    (action) =>
      `the audit log has \`${action.replace(/[\p{C}`]/gu, '?').slice(0, 80)}\`, which no row describes: nothing that was read before it is proved; update grantpath`,
  );
  return {
    calls,
    coveredFrom: trail?.coveredFrom ?? null,
    provenUntil: trail === null ? null : provenUntil(trail.readAt),
    events: trail?.events ?? 0,
    notes: [...(trouble === null ? [] : [trouble]), ...unknown],
  };
}
