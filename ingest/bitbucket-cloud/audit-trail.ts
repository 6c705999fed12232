/**
 * What the audit log proves of earlier readings: one that was made within the time that the log covers, and that no event
 * touches since, says what a new one would say. Pure.
 *
 * An event without a row that names Bitbucket is never taken to be harmless: nothing that was read before it is proved. One that
 * names no container that is known touches all of that sort.
 */
import { invariant } from '../../graph/errors.ts';
import { type NodeKey, refWord } from '../../graph/fact.ts';
import { AUDITED, type AuditActionRow, auditActionRow } from './audit-actions.ts';
import { ENDPOINTS, type EndpointId } from './endpoints.ts';

/** What is read of an event; who did it and from where is not. */
export interface AuditEvent {
  /** Milliseconds since 1970, by the clock of the log. */
  readonly at: number;
  /** An id of `/event-actions`. */
  readonly action: string;
  /** Ids and types of what it was done to and of where that lies. */
  readonly names: readonly string[];
}

export interface ActionName {
  /** As people see it. */
  readonly name: string;
  /** Of the groups of actions that it belongs to. */
  readonly groups: readonly string[];
}

export interface AuditTrailOptions {
  /** The uuid of the workspace. */
  readonly workspace: string;
  /** The log was read without a hole from here, milliseconds since 1970, ... */
  readonly from: number;
  /** ... to here. */
  readonly readAt: number;
  readonly events: readonly AuditEvent[];
  /** By id. */
  readonly actions: ReadonlyMap<string, ActionName>;
}

/** How far the clocks of the log and of the machine that read may be apart. Inferred: nothing is documented. */
export const CLOCK_SKEW_MS = 5 * 60_000;

/** How late an event may come into the log. Inferred: the log is called eventually consistent, without a number. */
export const EVENT_DELAY_MS = 3_600_000;

/** Readings that are kept say what was true at this time before the log was read, or later. */
export function provenUntil(readAt: number): number {
  return readAt - EVENT_DELAY_MS;
}

interface Touch {
  readonly at: number;
  readonly row: AuditActionRow;
  readonly uuids: readonly string[];
}

/** Of one endpoint: when it was touched last, everywhere and in single containers. */
interface Touched {
  everywhere: number;
  readonly within: Map<string, number>;
}

export class AuditTrail {
  readonly readAt: number;
  /** Readings made after it are covered, milliseconds since 1970. */
  readonly coveredFrom: number;
  /** Names of actions without a row that name Bitbucket, so that what was read before them is not proved. */
  readonly unknownActions: readonly string[];
  /** Events that are or may be of this workspace. */
  readonly events: number;
  readonly #touches: readonly Touch[];
  #known: ReadonlySet<NodeKey> | null = null;
  #byEndpoint = new Map<EndpointId, Touched>();

  constructor({ workspace, from, readAt, events, actions }: AuditTrailOptions) {
    this.readAt = readAt;
    const own = bareUuid(workspace);
    const touches: Touch[] = [];
    const unknown = new Set<string>();
    let coveredFrom = from + CLOCK_SKEW_MS;
    let counted = 0;
    for (const event of events) {
      const action = actions.get(event.action) ?? { name: event.action, groups: [] };
      const row = auditActionRow(action.name);
      const ofBitbucket = [event.action, ...action.groups, ...event.names].some((text) => /bitbucket/i.test(text));
      if (ofBitbucket ? isOfOther(event, own) : row?.of !== 'organisation') continue;
      counted++;
      if (row !== null) touches.push({ at: event.at, row, uuids: event.names.flatMap(uuidsIn) });
      else {
        unknown.add(action.name);
        coveredFrom = Math.max(coveredFrom, event.at + CLOCK_SKEW_MS);
      }
    }
    this.coveredFrom = coveredFrom;
    this.unknownActions = [...unknown].sort();
    this.events = counted;
    this.#touches = touches;
  }

  /** May readings of the endpoint be proved at all? */
  audits(endpoint: EndpointId): boolean {
    return AUDITED[endpoint] !== undefined;
  }

  /** The containers that there are or were: an event that names none of its sort touches all of them. */
  seeContainers(known: ReadonlySet<NodeKey>): void {
    if (known === this.#known) return;
    this.#known = known;
    this.#byEndpoint = new Map();
    const uuidsBySort = new Map(
      [...Map.groupBy(known, refWord)].map(([sort, keys]): [string, ReadonlySet<string>] => [sort, new Set(keys.map(bareUuid))]),
    );
    for (const touch of this.#touches) this.#index(touch, uuidsBySort.get(touch.row.of) ?? new Set());
  }

  /** Does an event touch the reading since it was made? */
  touches({ endpoint, container }: { readonly endpoint: EndpointId; readonly container: NodeKey }, fetchedAt: number): boolean {
    invariant(this.#known !== null, 'what an event touches is asked once the containers are known');
    const touched = this.#byEndpoint.get(endpoint);
    if (touched === undefined) return false;
    const last = Math.max(touched.everywhere, touched.within.get(bareUuid(container)) ?? Number.NEGATIVE_INFINITY);
    return last >= fetchedAt - CLOCK_SKEW_MS;
  }

  /** Does the log prove that the reading says what a new one would? */
  proves(scope: { readonly endpoint: EndpointId; readonly container: NodeKey }, fetchedAt: number): boolean {
    return this.audits(scope.endpoint) && fetchedAt > this.coveredFrom && !this.touches(scope, fetchedAt);
  }

  #index({ at, row, uuids }: Touch, known: ReadonlySet<string>): void {
    const named = uuids.filter((uuid) => known.has(uuid));
    for (const endpoint of row.touches) {
      const touched = this.#byEndpoint.get(endpoint) ?? { everywhere: Number.NEGATIVE_INFINITY, within: new Map() };
      this.#byEndpoint.set(endpoint, touched);
      if (ENDPOINTS[endpoint].of !== row.of || named.length === 0) touched.everywhere = Math.max(touched.everywhere, at);
      else for (const uuid of named) touched.within.set(uuid, Math.max(touched.within.get(uuid) ?? at, at));
    }
  }
}

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi;
const OF_WORKSPACE = /bitbucket[^/]*workspace\/\{?([0-9a-f-]{36})\}?/gi;

function uuidsIn(text: string): string[] {
  return (text.match(UUID) ?? []).map((uuid) => uuid.toLowerCase());
}

/** The uuid in a key or in braces, without them. */
function bareUuid(text: string): string {
  return uuidsIn(text)[0] ?? text;
}

/** Does the event name another workspace and not this one? One that names none counts as of this one. */
function isOfOther({ names }: AuditEvent, own: string): boolean {
  const workspaces = names.flatMap((name) => [...name.matchAll(OF_WORKSPACE)].map(([, uuid]) => uuid?.toLowerCase()));
  return workspaces.length > 0 && !workspaces.includes(own);
}
