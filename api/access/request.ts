/**
 * What AuthZEN asks, in our words: subject, action, resource and context -> identity, action, resource and instant.
 *
 * An entity `{ type, id }` is a reference: `type` is its word and `id` its path (`repository`, `acme/api`), or `id` is the whole
 * reference and says the type again. Three properties bear on a decision; whatever else an entity carries is left aside:
 * - `subject.properties.credential`, a reference: with what the subject comes. Bitbucket decides for the credential that it is
 *   shown, not for the person who holds it, so the question is about the credential.
 * - `action.properties.force` of `branch.push`: true asks `branch.force_push`.
 * - `resource.properties.branch` of a repository: the branch that a branch action is about.
 * Of the context `at` counts, an ISO 8601 instant.
 * INVARIANT: a wrong shape is USAGE (or TIME_MALFORMED) and is found before any name is looked at.
 */
import { CodedError } from '../../graph/errors.ts';
import { type Ref, refPath, refWord } from '../../graph/fact.ts';
import { type Action, actionRow } from '../../graph/model/actions.ts';
import { kindsOfRefWord, NODE_KINDS } from '../../graph/model/node-kinds.ts';
import { parseInstant } from '../../queries/instant.ts';
import type { CheckRequest } from '../../queries/port.ts';
import { requireKnownAction } from '../../queries/view.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

/** The keys of a request that evaluations may inherit. */
export const ENTITIES = ['subject', 'action', 'resource', 'context'] as const;

export interface AccessQuestion extends CheckRequest {
  /** null for now. */
  readonly at: number | null;
}

export interface Entity {
  readonly type: string;
  readonly id: string;
  readonly properties: JsonObject;
}

export interface AskedAction {
  readonly name: string;
  readonly force: boolean;
}

/** Errors: USAGE, TIME_MALFORMED; REFERENCE_MALFORMED, ACTION_UNKNOWN for what has the right shape and no meaning. */
export function readQuestion(request: JsonObject): AccessQuestion {
  const subject = readEntity(request, 'subject');
  const asked = readAction(request);
  const resource = readEntity(request, 'resource');
  const at = readInstant(request);
  const action = actionOf(asked);
  return { identity: identityOf(subject), action, resource: resourceOf(resource, action), at };
}

/** A subject or resource that is fully named. Errors: USAGE. */
export function readEntity(request: JsonObject, name: 'subject' | 'resource'): Entity {
  const entity = readObject(request, name);
  const properties = readProperties(entity, name);
  const property = name === 'subject' ? 'credential' : 'branch';
  if (properties[property] !== undefined) readText(properties, property, `${name}.properties`);
  return { type: readText(entity, 'type', name), id: readText(entity, 'id', name), properties };
}

/** The type of what a search looks for: an `id` beside it is left aside. Errors: USAGE. */
export function readType(request: JsonObject, name: 'subject' | 'resource'): string {
  return readText(readObject(request, name), 'type', name);
}

/** Errors: USAGE. */
export function readAction(request: JsonObject): AskedAction {
  const action = readObject(request, 'action');
  const { force = false } = readProperties(action, 'action');
  if (typeof force !== 'boolean') throw wrong('`action.properties.force` is true or false', force);
  return { name: readText(action, 'name', 'action'), force };
}

/** Errors: USAGE, TIME_MALFORMED. */
export function readInstant(request: JsonObject): number | null {
  if (request['context'] === undefined) return null;
  const { at } = readObject(request, 'context');
  if (at === undefined) return null;
  if (typeof at !== 'string') throw wrong('`context.at` is an ISO 8601 instant', at);
  return parseInstant(at);
}

/** Errors: USAGE. */
export function readObject(holder: JsonObject, name: string): JsonObject {
  const value = holder[name];
  if (!isObject(value)) throw wrong(`\`${name}\` is an object and must be there`, value);
  return value;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A USAGE error that says what arrived. */
export function wrong(contract: string, got: unknown): CodedError {
  const told = got === undefined ? 'nothing' : `\`${String(JSON.stringify(got)).slice(0, 80)}\``;
  return new CodedError('USAGE', `${contract}, got ${told}`);
}

/** Errors: REFERENCE_MALFORMED. */
export function identityOf(subject: Entity): Ref {
  const { credential } = subject.properties;
  return typeof credential === 'string' ? credential : referenceOf(subject);
}

/** Errors: ACTION_UNKNOWN. */
export function actionOf({ name, force }: AskedAction): Action {
  const action = force && name === 'branch.push' ? 'branch.force_push' : name;
  requireKnownAction(action);
  return action;
}

/** Errors: REFERENCE_MALFORMED. */
export function resourceOf(resource: Entity, action: Action): Ref {
  const ref = referenceOf(resource);
  const { branch } = resource.properties;
  const isOfBranch = refWord(ref) === NODE_KINDS.Repository.ref && actionRow(action).on.includes('Branch');
  return typeof branch === 'string' && isOfBranch ? `${NODE_KINDS.Branch.ref}:${refPath(ref)}#${branch}` : ref;
}

/** The entity that a reference names. */
export function entityOf(ref: Ref): { readonly type: string; readonly id: string } {
  return { type: refWord(ref), id: refPath(ref) };
}

function referenceOf({ type, id }: Entity): Ref {
  const word = id.includes(':') ? refWord(id) : '';
  if (kindsOfRefWord(word).length === 0) return `${type}:${id}`;
  if (word === type) return id;
  const ref = id.slice(0, 100);
  throw new CodedError(
    'REFERENCE_MALFORMED',
    `an \`id\` that is a whole reference begins with its \`type\`, got \`${ref}\` of a \`${type}\``,
    { ref },
  );
}

function readText(holder: JsonObject, name: string, of: string): string {
  const value = holder[name];
  if (typeof value !== 'string') throw wrong(`\`${of}.${name}\` is a text and must be there`, value);
  return value;
}

function readProperties(holder: JsonObject, of: string): JsonObject {
  const { properties = {} } = holder;
  if (!isObject(properties)) throw wrong(`\`${of}.properties\` is an object`, properties);
  return properties;
}
