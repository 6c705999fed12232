/**
 * The certification scenario of AuthZEN, read from its own text: every request with what is expected of it, section by section.
 *
 * Its fixture is about records that are read, written and deleted; ours mirrors it in what Bitbucket has. A record is a
 * repository, its status the branch that is worked on; to write is to push, to delete is to push by force unless it is soft; the
 * role of an administrator is a token of his. `toOurs` puts a request of the fixture into these words, `toTheirs` an answer back.
 */
import { readFileSync } from 'node:fs';
import { SHARED_DATA } from '../support/shared-data.ts';

export interface Step {
  /** The anchor of the section, e.g. `c-2-2-1`. */
  readonly section: string;
  readonly title: string;
  /** What the text calls the request. */
  readonly label: string;
  readonly request: Json;
  readonly status: number;
  /** What the answer has to hold; null where the text names a status only. */
  readonly expected: Json | null;
}

export interface Scenario {
  readonly steps: readonly Step[];
  /** The sections that certification at every level is made of. */
  readonly certified: readonly string[];
}

// biome-ignore lint/suspicious/noExplicitAny: JSON of every shape
export type Json = Record<string, any>;

/** Facts that decide as the fixture demands. */
export const MIRROR = `
  workspace:acme CONTAINS project:acme/REC
  project:acme/REC CONTAINS repository:acme/record-1
  project:acme/REC CONTAINS repository:acme/record-2
  repository:acme/record-1 CONTAINS branch:acme/record-1#active
  repository:acme/record-2 CONTAINS branch:acme/record-2#archived
  user:alice HOLDS write ON repository:acme/record-1
  user:alice HOLDS write ON repository:acme/record-2
  user:bob HOLDS read ON repository:acme/record-1
  user:bob MEMBER_OF group:acme/admins
  group:acme/admins HOLDS write ON repository:acme/record-2
  restriction:acme/record-1#1 RESTRICTS force ON repository:acme/record-1 glob=*
  restriction:acme/record-2#2 RESTRICTS push ON repository:acme/record-2 glob=archived
  restriction:acme/record-2#2 EXEMPTS group:acme/admins
  token:bob#admin IS ApiToken
  token:bob#admin ACTS_AS user:bob
  token:bob#admin HAS_SCOPE scope:write:repository:bitbucket
  token:bob#reader IS ApiToken
  token:bob#reader ACTS_AS user:bob
  token:bob#reader HAS_SCOPE scope:read:repository:bitbucket
`;

const STATUS_OF: Readonly<Record<string, string>> = { 'record-1': 'active', 'record-2': 'archived' };
const ACTION_OF: Readonly<Record<string, string>> = { read: 'repository.read', write: 'branch.push', delete: 'branch.push' };

export function readScenario(): Scenario {
  const text = readFileSync(new URL('authzen/authorization-api-1_0-scenario.md', SHARED_DATA), 'utf8');
  const steps = text
    .split(/^(?=#{1,4} )/m)
    .flatMap((section) => stepsOf(section, /^#+ (?<title>.*?)\s*\{#(?<id>[a-z0-9-]+)\}/.exec(section)?.groups));
  const matrix = text.slice(text.indexOf('{#test-id-matrix}'), text.indexOf('# Required Fixture'));
  return { steps, certified: [...matrix.matchAll(/\(#(c-[0-9-]+)\)/g)].map(([, id]) => id ?? '') };
}

function stepsOf(section: string, heading: Record<string, string> | undefined): Step[] {
  if (heading === undefined) return [];
  const parts = section.split(/^(?=\*\*(?:Request|Subject Search|Resource Search|Action Search|Expected)\b)/m).slice(1);
  const isExpected = (part: string | undefined) => part?.startsWith('**Expected') === true;
  return parts.flatMap((part, index) => {
    const [, block] = /^~~~ json\n([\s\S]*?)^~~~$/m.exec(part) ?? [];
    const answer = parts[index + 1];
    if (isExpected(part) || block === undefined) return [];
    if (answer === undefined || !isExpected(answer)) throw new Error(`no answer is expected of ${part}`);
    const [, label = ''] = /^\*\*(.*?):?\*\*/.exec(part) ?? [];
    const { id: name = '', title = '' } = heading;
    return [{ section: name, title, label, request: JSON.parse(block) as Json, status: statusOf(answer), expected: expectedOf(answer) }];
  });
}

function statusOf(answer: string): number {
  return Number(/HTTP (\d{3})/.exec(answer)?.[1] ?? 200);
}

function expectedOf(answer: string): Json | null {
  const [, block] = /^~~~(?: json)?\n([\s\S]*?)^~~~$/m.exec(answer) ?? [];
  if (block !== undefined) return JSON.parse(block.replace(/<(\w+)>/g, '"<$1>"')) as Json;
  const [, decision] = /`"decision": (true|false)`/.exec(answer) ?? [];
  return decision === undefined ? null : { decision: decision === 'true' };
}

export function toOurs(request: Json): Json {
  const { evaluations } = request;
  const at = (name: string, put: (entity: Json) => Json) => (isJson(request[name]) ? { [name]: put(request[name] as Json) } : {});
  return {
    ...request,
    ...at('subject', subjectToOurs),
    ...at('action', actionToOurs),
    ...at('resource', (resource) => resourceToOurs(resource, request['action']?.name)),
    ...(Array.isArray(evaluations) ? { evaluations: evaluations.map((entry: Json) => toOurs(entry)) } : {}),
  };
}

/** An entity of a result, or the name of an action. */
export function toTheirs(result: Json): Json {
  const { type, id, name } = result;
  if (name !== undefined) return { name: Object.keys(ACTION_OF).find((theirs) => ACTION_OF[theirs] === name) ?? name };
  if (type !== 'repository' && type !== 'branch') return result;
  return {
    type: 'record',
    id: String(id)
      .replace(/^acme\//, '')
      .replace(/#.*$/, ''),
  };
}

function subjectToOurs(subject: Json): Json {
  if (subject['properties']?.role !== 'admin') return subject;
  return { ...subject, properties: { ...subject['properties'], credential: `token:${subject['id']}#admin` } };
}

function actionToOurs(action: Json): Json {
  const { name, properties } = action;
  const soft: unknown = properties?.soft;
  if (typeof name !== 'string') return action;
  return { ...action, name: ACTION_OF[name] ?? name, ...(typeof soft === 'boolean' ? { properties: { force: !soft } } : {}) };
}

function resourceToOurs(resource: Json, action: string | undefined): Json {
  const { type, id, properties } = resource;
  if (type !== 'record' && type !== undefined) return resource;
  if (id === undefined) return { ...resource, ...(type === undefined ? {} : { type: action === 'write' ? 'branch' : 'repository' }) };
  const branch: unknown = properties?.status ?? STATUS_OF[id];
  return { ...resource, ...(type === undefined ? {} : { type: 'repository' }), id: `acme/${id}`, properties: { ...properties, branch } };
}

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
