/**
 * The organisation API of Atlassian beside the sample workspace, on loopback: directories with their groups and people, and the
 * audit log. Written from the vendor's reference and from published clients, apart from what reads it.
 *
 * The directory also has groups of other products and people who never saw Bitbucket, and the log has events of other products:
 * a reader has to tell them apart. Events are added by whoever changes the workspace.
 * INVARIANT: listens on loopback only.
 */
import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { projectUuid, repositoryUuid, userUuid, uuidOf, workspaceUuid } from './bodies.ts';
import { type Fault, FaultPlan } from './faults.ts';
import { ORGANISATION_ACTIONS } from './organisation-actions.ts';
import { serve } from './server.ts';
import type { SampleGroup, SampleWorkspace } from './workspace.ts';

export interface SampleEvent {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** An id of `ORGANISATION_ACTIONS`, or one that it does not have. */
  readonly action: string;
  /** What it was done to: a slug of a repository, a key of a project; left out where it names neither. */
  readonly repository?: string;
  readonly project?: string;
  /** The uuid of another workspace in the same organisation, where it happened there. */
  readonly elsewhere?: string;
}

export interface SampleOrganisationOptions {
  readonly workspace: SampleWorkspace;
  /** Does the workspace belong to the organisation? It does when left out. */
  readonly owns?: boolean;
  readonly faults?: readonly Fault[];
  /** 100 when left out. */
  readonly pageLengthMax?: number;
  /** The name of a group in the directory, where it is not the one that Bitbucket shows. */
  readonly nameOf?: (group: SampleGroup) => string;
  /** For the limit of the audit log, milliseconds since 1970; the time of the machine when left out. */
  readonly now?: () => number;
}

export interface SampleOrganisation {
  /** For ATLASSIAN_ORG_URL. */
  readonly url: string;
  readonly id: string;
  readonly key: string;
  /** May be added to. */
  readonly events: SampleEvent[];
  readonly faults: Fault[];
  /** `METHOD path?query`, percent-decoded, in the order of arrival. */
  readonly calls: string[];
  /** Calls that were answered with 429. */
  readonly throttled: () => number;
  close(): Promise<void>;
}

/** Of the audit log, a minute. */
const EVENT_CALLS_MAX = 10;
const MINUTE_MS = 60_000;

export async function startSampleOrganisation(options: SampleOrganisationOptions): Promise<SampleOrganisation> {
  const upstream = new Upstream(options);
  const server = createServer((request, response) => upstream.answer(request, response));
  const { url, close } = await serve(server, 0);
  return {
    url,
    id: upstream.id,
    key: upstream.key,
    events: upstream.events,
    faults: upstream.plan.faults,
    calls: upstream.calls,
    throttled: () => upstream.throttled,
    close,
  };
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

class Upstream {
  readonly id = bare(uuidOf('organisation'));
  readonly key = `ATCTT3x${randomBytes(24).toString('hex')}`;
  readonly events: SampleEvent[] = [];
  readonly calls: string[] = [];
  readonly plan: FaultPlan;
  throttled = 0;
  readonly #options: SampleOrganisationOptions;
  #eventCalls: number[] = [];

  constructor(options: SampleOrganisationOptions) {
    this.#options = options;
    this.plan = new FaultPlan(options.faults);
  }

  answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const path = decodeURIComponent(`${url.pathname}${url.search}`);
    this.calls.push(`${request.method} ${path}`);
    const actions = this.plan.meet(path);
    const forced = actions.find((action) => 'answer' in action);
    const shown = forced === undefined ? this.#show(request, url) : { status: forced.answer, body: forced.body ?? errorBody('FAULT') };
    const body = actions.reduce((now, action) => ('rewrite' in action ? action.rewrite(now) : now), shown.body);
    response.writeHead(shown.status, { 'content-type': 'application/json', ...('headers' in shown ? shown.headers : {}) });
    response.end(JSON.stringify(body));
  }

  #show({ method, headers }: IncomingMessage, url: URL): Answer {
    if (headers.authorization !== `Bearer ${this.key}`) return { status: 401, body: { code: 401, message: 'Unauthorized' } };
    if (method !== 'GET') return { status: 405, body: errorBody('METHOD_NOT_ALLOWED') };
    const [, admin, version, orgs, id, ...rest] = url.pathname.split('/');
    if (admin !== 'admin' || orgs !== 'orgs' || id !== this.id) return { status: 404, body: errorBody('ADMIN-404') };
    const part = rest.join('/');
    if (version === 'v1' && part === 'event-actions') return this.#limited(() => ({ status: 200, body: this.#actions() }));
    if (version === 'v1' && part === 'events-stream') return this.#limited(() => this.#eventPage(url));
    const [directories, directory = '', what] = rest;
    if (version !== 'v2' || directories !== 'directories') return { status: 404, body: errorBody('ADMIN-404') };
    if (rest.length === 1) return { status: 200, body: { data: [{ directoryId: DIRECTORY, name: 'Acme' }], links: {} } };
    if (directory !== '-' && directory !== DIRECTORY) return { status: 404, body: errorBody('ADMIN-404') };
    if (what === 'groups') return { status: 200, body: this.#page(this.#groups(url.searchParams), url) };
    if (what === 'users') return { status: 200, body: this.#page(this.#users(url.searchParams), url) };
    return { status: 404, body: errorBody('ADMIN-404') };
  }

  /** Ten calls a minute. */
  #limited(show: () => Answer): Answer {
    const now = this.#options.now?.() ?? Date.now();
    this.#eventCalls = this.#eventCalls.filter((at) => at > now - MINUTE_MS);
    const [oldest = now] = this.#eventCalls;
    if (this.#eventCalls.length >= EVENT_CALLS_MAX) {
      this.throttled++;
      const wait = String(Math.ceil((oldest + MINUTE_MS - now) / 1000));
      return { status: 429, body: { code: 429, message: 'Rate limit exceeded' }, headers: { 'retry-after': wait } };
    }
    this.#eventCalls.push(now);
    return show();
  }

  #groups(query: URLSearchParams): unknown[] {
    const { workspace, owns = true, nameOf = ({ name }) => name } = this.#options;
    const own = `ari:cloud:bitbucket::workspace/${bare(workspaceUuid(workspace.slug))}`;
    const resources = query.getAll('resourceIds');
    const ours = owns ? workspace.groups.map((group) => ({ id: groupId(group.slug), name: nameOf(group), resource: own })) : [];
    const others = ['jira-software-users', 'confluence-users'].map((name) => ({
      id: groupId(`other ${name}`),
      name,
      resource: 'ari:cloud:jira::site/1',
    }));
    return [...ours, ...others]
      .filter(({ resource }) => resources.length === 0 || resources.includes(resource))
      .map(({ id, name }) => ({
        id,
        name,
        description: '',
        directoryId: DIRECTORY,
        externalSynced: false,
        managementAccess: { deletable: true, modifiable: true, readable: true },
        links: { self: id },
      }));
  }

  #users(query: URLSearchParams): unknown[] {
    const wanted = query.getAll('groupIds');
    const { users, groups } = this.#options.workspace;
    const members = new Set(groups.filter(({ slug }) => wanted.includes(groupId(slug))).flatMap((group) => group.members));
    return users
      .filter(({ nickname }) => members.has(nickname))
      .map(({ nickname, name, active }) => ({
        accountId: `712020:${bare(userUuid(nickname))}`,
        accountType: 'atlassian',
        status: active ? 'active' : 'deactivated',
        accountStatus: active ? 'active' : 'inactive',
        membershipStatus: 'active',
        addedToOrg: '2023-01-09T08:00:00Z',
        name,
        nickname,
        email: `${nickname}@people.example`,
        emailVerified: true,
        claimStatus: 'managed',
        platformRoles: [],
        links: { self: nickname },
      }));
  }

  #actions(): unknown {
    const data = ORGANISATION_ACTIONS.map(({ id, name, group }) => ({
      id,
      type: 'event-actions',
      attributes: { displayName: name, groupDisplayName: group },
    }));
    return { data };
  }

  /** The last page has a cursor too: it is where later events will be. */
  #eventPage(url: URL): Answer {
    const [from, to] = [Number(url.searchParams.get('from') ?? 0), Number(url.searchParams.get('to') ?? Number.POSITIVE_INFINITY)];
    const shown = this.events.map((event, place) => ({ event, place })).filter(({ event }) => event.at >= from && event.at <= to);
    const start = placeOf(url.searchParams.get('cursor'));
    if (start === null) return { status: 400, body: errorBody('ADMIN-400 invalid cursor') };
    const page = shown.slice(start, start + this.#lengthOf(url));
    const next = cursorOf(start + page.length);
    const self = `https://api.atlassian.com${url.pathname}`;
    return {
      status: 200,
      body: {
        data: page.map(({ event, place }) => this.#eventBody(event, place)),
        meta: { next, page_size: page.length },
        links: { self, next },
      },
    };
  }

  #eventBody({ at, action, repository, project, elsewhere }: SampleEvent, place: number): unknown {
    const known = ORGANISATION_ACTIONS.find(({ id }) => id === action);
    const workspace = `ari:cloud:bitbucket::workspace/${bare(elsewhere ?? workspaceUuid(this.#options.workspace.slug))}`;
    const thing = (id: string, type: string) => ({
      id,
      type,
      attributes: { name: `name of ${id}` },
      links: { alt: 'https://acme.example/' },
    });
    return {
      id: `event-${place}`,
      type: 'events',
      attributes: {
        time: new Date(at).toISOString(),
        action,
        actor: {
          id: `712020:${bare(userUuid('amara'))}`,
          name: 'Amara Okonkwo',
          email: 'amara@people.example',
          auth: { authType: 'api-token', tokenId: 'token-1', tokenLabel: 'laptop' },
        },
        context: [
          ...(repository === undefined ? [] : [thing(bare(repositoryUuid(repository)), 'bitbucket-repository')]),
          ...(project === undefined ? [] : [thing(bare(projectUuid(project)), 'bitbucket-project')]),
        ],
        container: [thing(known?.group.startsWith('Bitbucket') === false ? 'ari:cloud:jira::site/1' : workspace, 'workspace')],
        location: { ip: '203.0.113.7', geo: 'SE', countryName: 'Sweden' },
      },
      links: { self: `https://api.atlassian.com/admin/v1/orgs/${this.id}/events/event-${place}` },
    };
  }

  #page(items: readonly unknown[], url: URL): unknown {
    const start = placeOf(url.searchParams.get('cursor')) ?? 0;
    const end = start + this.#lengthOf(url);
    return { data: items.slice(start, end), links: { self: cursorOf(start), ...(end < items.length ? { next: cursorOf(end) } : {}) } };
  }

  #lengthOf(url: URL): number {
    const asked = Number(url.searchParams.get('limit') ?? 20);
    return Math.min(asked > 0 ? asked : 20, this.#options.pageLengthMax ?? 100);
  }
}

const DIRECTORY = bare(uuidOf('directory'));

function groupId(slug: string): string {
  return bare(uuidOf(`directory group ${slug}`));
}

function bare(uuid: string): string {
  return uuid.replace(/[{}]/g, '');
}

/** Opaque to whoever reads: a place in the list. */
function cursorOf(place: number): string {
  return Buffer.from(`place=${place}`).toString('base64');
}

function placeOf(cursor: string | null): number | null {
  if (cursor === null) return 0;
  const place = /^place=(\d+)$/.exec(Buffer.from(cursor, 'base64').toString());
  return place === null ? null : Number(place[1]);
}

function errorBody(code: string): unknown {
  return { errors: [{ id: '1', status: '400', code, title: code }] };
}
