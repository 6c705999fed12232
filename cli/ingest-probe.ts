/** `ingest bitbucket-cloud --probe`: what the credential can and cannot read, which scopes are missing, and what that costs. */
import { hiddenRow } from '../graph/model/gaps.ts';
import { CANNOT_READ_PERMISSIONS, CREDENTIAL_TYPES, type CredentialTypeRow } from '../ingest/bitbucket-cloud/credential-types.ts';
import { KIND_NAMES } from '../ingest/bitbucket-cloud/credentials.ts';
import type { Probe, ProbeRow } from '../ingest/bitbucket-cloud/probe.ts';
import type { Io } from './command.ts';
import { printJson, printLine, printTable } from './print.ts';

/** Can everything be read that could be asked? */
export function isWhole({ rows, stopped }: Probe): boolean {
  return stopped === null && rows.every(({ result }) => result !== 'refused');
}

export function printProbes(io: Io, probes: readonly Probe[], { json }: { readonly json: boolean }): void {
  if (json) printJson(io, { probes: probes.map(probeJson) });
  else for (const probe of probes) printProbe(io, probe);
}

function printProbe(io: Io, probe: Probe): void {
  const { workspace, others, credential, rows, calls, stopped } = probe;
  const count = (result: ProbeRow['result']) => rows.filter((row) => row.result === result).length;
  const told = `${count('readable')} endpoints can be read, ${count('refused')} cannot, ${count('not asked')} not asked; ${calls} calls`;
  printLine(io, `workspace:${workspace}: ${told}`);
  const granted = credential.granted === null ? 'which scopes it has is not told' : `scopes granted: ${credential.granted.join(' ')}`;
  printLine(io, `credential: ${credentialName(probe)}; ${granted}`);
  if (readsPermissions(probe) === false) printLine(io, CANNOT_READ_PERMISSIONS);
  if (stopped !== null) printLine(io, `not everything was asked: ${stopped}`);
  if (others.length > 0) printLine(io, `further workspaces of the credential, not probed: ${others.join(' ')}; name one with --workspace`);
  printLine(io, `asked of: ${[...new Set(rows.flatMap(({ of }) => of ?? []))].join(' ')}`);
  // By name: with their paths the rows would not fit a terminal.
  printTable(
    io,
    'Endpoints',
    ['Endpoint', 'Can be read', 'Scopes missing', 'What that costs'],
    rows.map((row) => [row.endpoint, resultText(row), scopesText(row), row.result === 'refused' ? costsOf(row).join('; ') : '']),
  );
}

/** By what the answers say, else as it is configured. */
function credentialName({ credential: { position, kind, type } }: Probe): string {
  const configured = `${KIND_NAMES[kind]}${position === 1 ? '' : ` ${position}`}`;
  if (type === null) return configured;
  return CREDENTIAL_TYPES.get(type)?.name ?? `${configured}, which Bitbucket calls ${type}`;
}

function readsPermissions({ credential: { type } }: Probe): boolean | null {
  return type === null ? null : isReading(CREDENTIAL_TYPES.get(type));
}

function isReading(row: CredentialTypeRow | undefined): boolean | null {
  return row === undefined ? null : row.boundTo === null;
}

function resultText({ result, detail }: ProbeRow): string {
  if (result === 'readable') return 'yes';
  return result === 'refused' ? `no: ${detail}` : result === 'instead' ? detail : `not asked: ${detail}`;
}

function scopesText({ scopes }: ProbeRow): string {
  if (scopes === null) return '';
  const { needed, missing } = scopes;
  if (missing === null) return `needs ${needed.join(' ')}, and the role for it; what it has is not told`;
  return missing.length > 0 ? missing.join(' ') : 'none: its account has not the role';
}

/** In the words of the model. */
function costsOf({ hides }: ProbeRow): string[] {
  return hides.length === 0 ? ['nothing that an answer rests on'] : hides.map((hidden) => hiddenRow(hidden).doc);
}

function probeJson(probe: Probe): Record<string, unknown> {
  const { credential, rows, ...rest } = probe;
  return {
    ...rest,
    credential: { ...credential, name: credentialName(probe), readsPermissions: readsPermissions(probe) },
    complete: isWhole(probe),
    rows: rows.map((row) => ({ ...row, costs: row.result === 'refused' ? costsOf(row) : [] })),
  };
}
