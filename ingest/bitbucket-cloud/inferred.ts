/**
 * Credentials and apps that show themselves by a trace, as the table of inferred credentials says: stated with their gaps.
 */
import { decodeKeyPart, encodeKeyPart, type NodeKey, refPath, repositoryOfBranch } from '../../graph/fact.ts';
import { type Trace, type TracePlace, traceOfAccount, traceRow } from '../../graph/model/inferred-credentials.ts';
import { NODE_KINDS } from '../../graph/model/node-kinds.ts';
import { keyWithin, pathWithin } from './containers.ts';
import type { Account } from './decode.ts';
import { ENDPOINTS } from './endpoints.ts';
import { type Here, seeAccount } from './here.ts';

const INFERRED = { confidence: 'inferred' } as const;

/** Where an account was seen. */
export interface Seen {
  readonly in: Exclude<TracePlace, 'webhook'>;
  /** The repository that the item is about; null where it is about none, or about more. */
  readonly repository: NodeKey | null;
  /** The project that the item is about, or that its repository lies in, where that is known. */
  readonly project: NodeKey | null;
}

/** A deed seen in a listing of the container at hand. */
export function deedAt({ container, endpoint, projectByRepository }: Here): Seen {
  const isProject = ENDPOINTS[endpoint].of === 'project';
  const repository = repositoryOfBranch(container);
  return {
    in: 'deed',
    repository: isProject ? null : repository,
    project: isProject ? container : (projectByRepository.get(repository) ?? null),
  };
}

/** Is it a trace? People who do something are not stated for that alone. */
export function isTrace(account: Account): boolean {
  return traceOfAccount('deed', wordsOf(account)) !== null;
}

/** States who the account is, and the credential that it is a trace of. Gives the key of what acted or holds. */
export function seeActor(here: Here, account: Account, seen: Seen): NodeKey {
  const trace = traceOfAccount(seen.in, wordsOf(account));
  if (trace === null) return seeAccount(here, account);
  const { kind, liesIn, besideAccount } = traceRow(trace);
  const container = { workspace: here.workspace.key, project: seen.project, repository: seen.repository }[liesIn];
  const name = account.display_name ?? account.nickname ?? account.uuid;
  const beside = besideAccount ? seeAccount(here, account) : null;
  const key = `${NODE_KINDS[kind].ref}:${encodeKeyPart(account.uuid)}`;
  const path = here.pathByContainer.get(container ?? '');
  const ref = path === undefined ? undefined : `${NODE_KINDS[kind].ref}:${pathWithin(path, name)}`;
  here.out.see({ key, kind, rank: 0, ref, name, props: INFERRED }, here.where);
  if (container !== null) here.out.edge({ kind: 'CONTAINS', from: container, to: key, word: '', props: INFERRED }, here.where);
  if (beside !== null && kind === 'OAuthConsumer')
    here.out.edge({ kind: 'ACTS_AS', from: key, to: beside, word: '', props: INFERRED }, here.where);
  stateUnknown(here, trace, { credential: key, actor: beside ?? key, within: container ?? here.workspace.key });
  return beside ?? key;
}

function wordsOf({ type, kind }: Account): { type: string; kind: string | null } {
  return { type: type ?? 'user', kind: kind ?? null };
}

/** States the OpenID identity of the pipelines of the repository at hand, and what a token of it says of itself for certain. */
export function seeIdentity(here: Here): void {
  const repository = refPath(here.container);
  const key = `oidc:${repository}`;
  const path = here.pathByContainer.get(here.container);
  const props = {
    ...INFERRED,
    audience: `ari:cloud:bitbucket::workspace/${unbraced(here.workspace.uuid)}`,
    subject: `${decodeKeyPart(repository)}:*`,
  };
  here.out.see({ key, kind: 'OidcIdentity', rank: 0, ref: path === undefined ? undefined : `oidc:${path}`, props }, here.where);
  here.out.edge({ kind: 'CONTAINS', from: `pipeline:${repository}`, to: key, word: '', props: INFERRED }, here.where);
}

function unbraced(uuid: string): string {
  return uuid.replace(/^\{|\}$/g, '');
}

/** States the app that a webhook of the container names as its source. */
export function seeSource(here: Here, source: string): void {
  const trace = 'webhook-source';
  const word = NODE_KINDS[traceRow(trace).kind].ref;
  const key = keyWithin(word, here.container, source);
  const path = here.pathByContainer.get(here.container);
  const ref = path === undefined ? undefined : `${word}:${pathWithin(path, source)}`;
  here.out.see({ key, kind: traceRow(trace).kind, rank: 0, ref, name: source, props: INFERRED }, here.where);
  here.out.edge({ kind: 'CONTAINS', from: here.container, to: key, word: '', props: INFERRED }, here.where);
}

function stateUnknown(
  here: Here,
  trace: Trace,
  { credential, actor, within }: { readonly credential: NodeKey; readonly actor: NodeKey; readonly within: NodeKey },
): void {
  const base = { reason: 'unlisted', detail: `seen as ${trace}` } as const;
  for (const hides of traceRow(trace).unknown) {
    if (hides === 'credential-level') here.out.gap({ ...base, hides, scope: within, subject: actor }, here.where);
    else here.out.gap({ ...base, hides, scope: credential, subject: '' }, here.where);
  }
}
