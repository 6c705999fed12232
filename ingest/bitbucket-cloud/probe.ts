/**
 * What a credential can and cannot read of a workspace: each endpoint of the table asked once, of the workspace, of one project
 * and of one repository, as a run would ask it first.
 *
 * The scopes are those that a run over the pages seen so far would have, so that what the crawl asks and what is probed agree by
 * construction. Nothing is written anywhere.
 * INVARIANT: at most `PROBE_CALLS_MAX` calls for each workspace, and never more than the hourly budget.
 */
import { CodedError, isCodedError } from '../../graph/errors.ts';
import { decodeKeyPart, type NodeKey, type Ref, refPath } from '../../graph/fact.ts';
import type { Hidden } from '../../graph/model/gaps.ts';
import type { KeptPage } from '../../graph/store/port.ts';
import { type BudgetOptions, DEFAULT_BUDGET } from '../budget.ts';
import { type Clock, SYSTEM_CLOCK } from '../clock.ts';
import { type HttpAnswer, type HttpLimits, isFailedCall } from '../http.ts';
import { RETRY_POLICY } from '../retry.ts';
import { type CloudClient, type CloudConfig, openCloudClient } from './config.ts';
import { type Container, projectKey, repositoryKey, userKey, workspaceContainer } from './containers.ts';
import { credentialTypeOf } from './credential-types.ts';
import type { CloudCredential } from './credentials.ts';
import { decodeMembership, decodeProject, decodeRepository, decodeWorkspace, decodeWorkspaceAccess } from './decode.ts';
import { ENDPOINT_IDS, ENDPOINTS, type EndpointId, instead, primaryOf } from './endpoints.ts';
import { LIST, refuse } from './find-workspaces.ts';
import { GRANTED_HEADER, headerScopes, missingScopes, NEEDED_HEADER, type ScopeShortage } from './missing-scopes.ts';
import { probeOrganisation } from './probe-organisation.ts';
import { fetchPage, firstPath, readPage } from './read-page.ts';
import { expectedScopes, itemsOf, type Scope, scopeOf, stateOf } from './scopes.ts';

/** Each endpoint once, and a few retries. */
export const PROBE_CALLS_MAX = ENDPOINT_IDS.length + 5;

/** What came of an endpoint. instead: it has nothing, and another one is asked. */
export type ProbeResult = 'readable' | 'refused' | 'instead' | 'not asked';

export interface ProbeRow {
  readonly endpoint: EndpointId;
  readonly path: string;
  /** Of what it was asked; null where it was not, or of the credential. */
  readonly of: Ref | null;
  readonly result: ProbeResult;
  /** Null where there was no usable answer, and where it was not asked. */
  readonly status: number | null;
  /** Why it is not readable; '' where it is. */
  readonly detail: string;
  /** Of a refusal for want of a right. */
  readonly scopes: ScopeShortage | null;
  /** What stays unknown without it. */
  readonly hides: readonly Hidden[];
}

export interface Probe {
  readonly workspace: string;
  /** Further workspaces of the credential, where none was named. */
  readonly others: readonly string[];
  readonly credential: {
    /** The number at the end of its variables. */
    readonly position: number;
    /** As configured. */
    readonly kind: CloudCredential['kind'];
    /** A key of `CREDENTIAL_TYPES`, or a word without a row; null where no answer said it. */
    readonly type: string | null;
    /** Null where nothing told. */
    readonly granted: readonly string[] | null;
  };
  readonly calls: number;
  /** Why not everything was asked that could be; null where it was. */
  readonly stopped: string | null;
  /** In the order of the table; those of the organisation API last, where a key of it is given. */
  readonly rows: readonly ProbeRow[];
}

export interface ProbeOptions {
  readonly config: CloudConfig;
  /** Slugs or uuids; left out or empty: the first workspace of the credential. */
  readonly workspaces?: readonly string[];
  readonly budget?: BudgetOptions;
  readonly clock?: Clock;
  readonly limits?: Partial<HttpLimits>;
}

/** One probe for each credential and workspace. Errors: CONFIG, UPSTREAM_AUTH, UPSTREAM_MISSING, UPSTREAM_UNREACHABLE; where no workspace is named, UPSTREAM_DENIED and BUDGET too. */
export async function probeBitbucketCloud(options: ProbeOptions): Promise<Probe[]> {
  const { config, workspaces = [], budget = DEFAULT_BUDGET, clock = SYSTEM_CLOCK, limits } = options;
  const named = workspaces.length > 0 ? [...new Set(workspaces)] : [null];
  const probes: Probe[] = [];
  for (const credential of config.credentials) {
    // Alone: what it is refused must not be asked of another one.
    const client = openCloudClient(
      { ...config, credentials: [credential] },
      {
        clock,
        // A probe that waits for an hour tells less than one that says what it left out.
        budget: { callsPerHour: Math.min(budget.callsPerHour, PROBE_CALLS_MAX * named.length), whenSpent: 'stop' },
        // What fails twice in a row is worth knowing; to insist would cost the calls that other endpoints need.
        retry: { ...RETRY_POLICY, attemptsMax: 2 },
        shownHeaders: [GRANTED_HEADER, NEEDED_HEADER],
        ...(limits === undefined ? {} : { limits }),
      },
    );
    try {
      for (const workspace of named) {
        const prober = new Prober(client, credential, clock);
        const probe = await prober.probe(workspace);
        const { organisation } = client;
        probes.push(
          organisation === null ? probe : await withOrganisation(probe, { organisation, workspace: prober.workspace, now: clock.now() }),
        );
      }
    } finally {
      await client.close();
    }
  }
  return probes;
}

async function withOrganisation(probe: Probe, asked: Omit<Parameters<typeof probeOrganisation>[0], 'ref'>): Promise<Probe> {
  const rows = await probeOrganisation({ ...asked, ref: `workspace:${probe.workspace}` });
  return { ...probe, rows: [...probe.rows, ...rows] };
}

const CREDENTIAL: Container = { key: '', params: {} };

interface Listed {
  readonly key: NodeKey;
  readonly ref: Ref;
  readonly isPublic: boolean;
}

class Prober {
  readonly #client: CloudClient;
  readonly #credential: CloudCredential;
  readonly #clock: Clock;
  readonly #pages = new Map<string, readonly KeptPage[]>();
  readonly #rows = new Map<EndpointId, ProbeRow>();
  #workspace: Container = CREDENTIAL;
  #type: string | null = null;
  #granted: readonly string[] | null = null;
  /** Why nothing more is asked. */
  #stopped: string | null = null;

  constructor(client: CloudClient, credential: CloudCredential, clock: Clock) {
    this.#client = client;
    this.#credential = credential;
    this.#clock = clock;
  }

  /** The uuid where it could be read. */
  get workspace(): string {
    return decodeKeyPart(refPath(this.#workspace.key));
  }

  async probe(named: string | null): Promise<Probe> {
    const before = this.#client.http.counters.calls;
    const found = named === null ? await this.#findWorkspaces() : [named];
    const [slug = '', ...others] = found;
    this.#workspace = await this.#askWorkspace(slug);
    if (!this.#rows.has('user-workspaces')) await this.#ask(scopeOf('user-workspaces', CREDENTIAL));
    for (let scope = this.#nextScope(); scope !== null; scope = this.#nextScope()) await this.#ask(scope);
    return {
      workspace: this.#workspace.params['workspace'] ?? slug,
      others,
      credential: { position: this.#credential.position, kind: this.#credential.kind, type: this.#type, granted: this.#granted },
      calls: this.#client.http.counters.calls - before,
      stopped: this.#stopped,
      rows: ENDPOINT_IDS.map((endpoint) => this.#rows.get(endpoint) ?? this.#notAsked(endpoint)),
    };
  }

  /** Those of the first page, sorted. Errors: why the list cannot be read, or that it is empty. */
  async #findWorkspaces(): Promise<string[]> {
    const scope = scopeOf('user-workspaces', CREDENTIAL);
    const answer = await this.#ask(scope);
    if (this.#stopped !== null) throw new CodedError('BUDGET', this.#stopped);
    if (answer === null) throw new CodedError('UPSTREAM_FAILED', `${LIST} cannot be read: name one with --workspace`);
    refuse(answer, ENDPOINTS['user-workspaces'].path, LIST);
    const slugs = this.#itemsOf(scope).flatMap((item) => decodeWorkspaceAccess(item)?.workspace.slug ?? []);
    if (slugs.length === 0) throw new CodedError('UPSTREAM_MISSING', `${LIST} shows none: name one with --workspace`);
    return [...new Set(slugs)].sort();
  }

  /** What the workspace is asked by; the name itself where the credential may not see it, so that the rest is asked all the same. */
  async #askWorkspace(slug: string): Promise<Container> {
    const scope = scopeOf('workspace', workspaceContainer({ uuid: slug, slug }));
    const answer = await this.#ask(scope);
    // No such workspace, or a refused credential: all others would be refused too.
    if (answer !== null && [401, 404, 410].includes(answer.status)) refuse(answer, ENDPOINTS.workspace.path, `workspace \`${slug}\``);
    const workspace = answer?.status === 200 ? decodeWorkspace(answer.body) : null;
    return workspace === null ? scope.container : workspaceContainer(workspace);
  }

  /** The scope that a run would come to next whose endpoint was not asked yet: of a private container if there is one, as a public one shows more to strangers. */
  #nextScope(): Scope | null {
    if (this.#stopped !== null) return null;
    const open = expectedScopes(this.#workspace, this.#pages).filter(({ endpoint }) => !this.#rows.has(endpoint));
    const published = new Set(this.#listed().flatMap(({ key, isPublic }) => (isPublic ? [key] : [])));
    return open.find(({ container }) => !published.has(container.key)) ?? open[0] ?? null;
  }

  /** Asks the scope's first page and notes what came of it. Null where there was no usable answer. Errors: UPSTREAM_AUTH, UPSTREAM_UNREACHABLE. */
  async #ask(scope: Scope): Promise<HttpAnswer | null> {
    const { http } = this.#client;
    const path = firstPath(scope, http.base.prefix);
    try {
      const answer = await fetchPage(http, scope, path);
      this.#learn(answer);
      const { page } = readPage(scope, answer, { http, path, position: 1, fetchedAt: this.#clock.now() });
      this.#pages.set(scope.id, [{ ...page, sequence: 0 }]);
      this.#rows.set(scope.endpoint, this.#rowOf(scope, answer));
      return answer;
    } catch (error) {
      if (isCodedError(error, 'BUDGET')) {
        this.#stopped = error.message;
        return null;
      }
      if (!isFailedCall(error)) throw error;
      const status = Number(error.details['status'] ?? 0);
      const failed = {
        result: 'refused',
        status: status === 0 ? null : status,
        detail: status === 0 ? 'no usable answer' : `status ${status}`,
      } as const;
      this.#rows.set(scope.endpoint, { ...this.#plainRow(scope.endpoint, this.#refOf(scope)), ...failed });
      return null;
    }
  }

  #learn(answer: HttpAnswer): void {
    this.#type = credentialTypeOf(answer) ?? this.#type;
    const told = this.#client.grantedScopes();
    this.#granted = headerScopes(answer, GRANTED_HEADER) ?? (told.length > 0 ? told : this.#granted);
  }

  #rowOf(scope: Scope, answer: HttpAnswer): ProbeRow {
    const { endpoint } = scope;
    const { status } = answer;
    const row = { ...this.#plainRow(endpoint, this.#refOf(scope)), status };
    const state = stateOf(scope, this.#pages);
    if (state.is === 'unread') {
      const wants = status === 401 || status === 403;
      const scopes = wants ? missingScopes(endpoint, answer, { kind: this.#credential.kind, granted: this.#granted ?? [] }) : null;
      return { ...row, result: 'refused', detail: status === 200 ? state.detail : `status ${status}`, scopes };
    }
    if (state.is === 'instead') return { ...row, result: 'instead', detail: `status ${status}: \`${instead(endpoint)}\` is asked instead` };
    const page = this.#pages.get(scope.id)?.[0];
    if (page !== undefined && itemsOf(endpoint, page) === null) return { ...row, result: 'refused', detail: 'an answer of another form' };
    return { ...row, result: 'readable' };
  }

  #notAsked(endpoint: EndpointId): ProbeRow {
    const primary = primaryOf(endpoint);
    const detail =
      primary !== null && this.#rows.get(primary)?.result !== 'instead'
        ? 'only where what it stands in for has nothing'
        : (this.#stopped ?? `no ${ENDPOINTS[endpoint].of} is known to ask it of`);
    return { ...this.#plainRow(endpoint, null), detail };
  }

  #plainRow(endpoint: EndpointId, of: Ref | null): ProbeRow {
    const { path, hides } = ENDPOINTS[endpoint];
    return { endpoint, path, of, result: 'not asked', status: null, detail: '', scopes: null, hides };
  }

  /** Null for the credential itself; a container that no listing shows is named by its key. */
  #refOf({ container }: Scope): Ref | null {
    if (container.key === '') return null;
    if (container.key === this.#workspace.key) return `workspace:${container.params['workspace']}`;
    return this.#listed().find(({ key }) => key === container.key)?.ref ?? container.key;
  }

  /** The projects, repositories and members that the first pages of the listings show. */
  #listed(): Listed[] {
    const slug = this.#workspace.params['workspace'];
    const projects = this.#itemsOf(scopeOf('projects', this.#workspace)).flatMap((item) => decodeProject(item) ?? []);
    const repositories = this.#itemsOf(scopeOf('repositories', this.#workspace)).flatMap((item) => decodeRepository(item) ?? []);
    const members = this.#itemsOf(scopeOf('workspace-members', this.#workspace)).flatMap((item) => decodeMembership(item) ?? []);
    return [
      ...members.map(({ user: { uuid, nickname } }) => ({ key: userKey(uuid), ref: `user:${nickname ?? uuid}`, isPublic: false })),
      ...projects.map(({ uuid, key, is_private }) => ({
        key: projectKey(uuid),
        ref: `project:${slug}/${key}`,
        isPublic: is_private === false,
      })),
      ...repositories.map(({ uuid, full_name, is_private }) => ({
        key: repositoryKey(uuid),
        ref: `repository:${full_name}`,
        isPublic: is_private === false,
      })),
    ];
  }

  #itemsOf({ id, endpoint }: Scope): readonly unknown[] {
    return (this.#pages.get(id) ?? []).flatMap((page) => itemsOf(endpoint, page) ?? []);
  }
}
