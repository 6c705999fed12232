/**
 * The interoperability decisions of AuthZEN's todo application, in its three editions. Its roles are groups here, a todo is a
 * repository, the application a project in a workspace; subjects are asked as each edition names them. Skipped, and said so,
 * where the reference data is not beside this checkout.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasSharedData, readSharedJson } from '../support/shared-data.ts';
import { type AccessClient, accessSchemas, serveWorld } from './access-client.ts';
import type { Json } from './scenario.ts';

interface Decisions {
  readonly evaluation: readonly { readonly request: Json; readonly expected: boolean }[];
  readonly evaluations?: readonly { readonly request: Json; readonly expected: readonly { readonly decision: boolean }[] }[];
}

const there = hasSharedData('authzen');
const title = there ? 'the todo decisions' : 'the todo decisions (skipped: no reference data)';
const editions = (there ? ['00', '01', '02'] : []).map((edition) => ({
  edition,
  decisions: readSharedJson<Decisions>(`authzen/interop-todo/decisions-authorization-api-1_0-${edition}.json`),
}));

/** As the application describes them. */
const ROLES: Readonly<Record<string, readonly string[]>> = {
  'rick@the-citadel.com': ['admin', 'evil-genius'],
  'morty@the-citadel.com': ['editor'],
  'summer@the-smiths.com': ['editor'],
  'beth@the-smiths.com': ['viewer'],
  'jerry@the-smiths.com': ['viewer'],
};

/** Everybody reads, editors make todos, an evil genius changes any todo, an administrator removes any. */
const WHAT_ROLES_HOLD = `
  workspace:todo CONTAINS project:todo/APP
  group:todo/viewer HOLDS member ON workspace:todo
  group:todo/viewer HOLDS read ON project:todo/APP
  group:todo/editor MEMBER_OF group:todo/viewer
  group:todo/editor HOLDS create-project ON workspace:todo
  group:todo/evil-genius MEMBER_OF group:todo/editor
  group:todo/evil-genius HOLDS write ON project:todo/APP
  group:todo/admin MEMBER_OF group:todo/editor
  group:todo/admin HOLDS admin ON project:todo/APP
`;

const ownerOf = (resource: Json): unknown => resource['ownerID'] ?? resource['properties']?.ownerID;

/** The application as facts. An editor administers his own todos. */
function factsOf(requests: readonly Json[]): string {
  const named = requests.filter(({ subject }) => subject.identity !== undefined);
  const names = new Map(named.map(({ subject }) => [subject.id as string, subject.identity as string]));
  const people = Object.entries(ROLES).flatMap(([mail, roles]) => {
    const alias = names.get(mail);
    return [
      `user:${mail} IS User${alias === undefined ? '' : ` alias=user:${alias}`}`,
      ...roles.map((role) => `user:${mail} MEMBER_OF group:todo/${role}`),
    ];
  });
  const todos = new Map(
    requests.filter(({ resource }) => ownerOf(resource) !== undefined).map(({ resource }) => [resource.id, ownerOf(resource)]),
  );
  const owned = [...todos].flatMap(([id, owner]) => [
    `project:todo/APP CONTAINS repository:todo/${id}`,
    ...(ROLES[String(owner)]?.includes('editor') === true ? [`user:${owner} HOLDS admin ON repository:todo/${id}`] : []),
  ]);
  return [WHAT_ROLES_HOLD, ...people, ...owned].join('\n');
}

const ASKED: Readonly<Record<string, { action: string; of: (resource: Json) => Json }>> = {
  can_read_user: { action: 'workspace.member', of: () => ({ type: 'workspace', id: 'todo' }) },
  can_read_todos: { action: 'project.read', of: () => ({ type: 'project', id: 'todo/APP' }) },
  can_create_todo: { action: 'workspace.create_project', of: () => ({ type: 'workspace', id: 'todo' }) },
  can_update_todo: { action: 'repository.write', of: (resource) => ({ ...resource, type: 'repository', id: `todo/${resource['id']}` }) },
  can_delete_todo: { action: 'repository.delete', of: (resource) => ({ ...resource, type: 'repository', id: `todo/${resource['id']}` }) },
};

function toOurs({ action, resource, evaluations, ...rest }: Json): Json {
  const asked = ASKED[action.name as string];
  if (asked === undefined) throw new Error(`no action of ours is \`${action.name}\``);
  return {
    ...rest,
    action: { ...action, name: asked.action },
    ...(resource === undefined ? {} : { resource: asked.of(resource) }),
    ...(evaluations === undefined
      ? {}
      : { evaluations: evaluations.map((entry: Json) => ({ ...entry, resource: asked.of(entry['resource']) })) }),
  };
}

describe.skipIf(!there)(title, () => {
  let client: AccessClient;
  let schemas: ReturnType<typeof accessSchemas>;
  beforeAll(async () => {
    schemas = accessSchemas();
    const single = editions.flatMap(({ decisions }) => decisions.evaluation.map(({ request }) => request));
    const many = editions.flatMap(({ decisions }) => decisions.evaluations ?? []);
    const entries = many.flatMap(({ request }) => request['evaluations'].map((entry: Json) => ({ ...request, ...entry })));
    client = await serveWorld(factsOf([...entries, ...single]));
  });
  afterAll(() => client.close());

  it.each(editions)('edition $edition', async ({ decisions }) => {
    expect(decisions.evaluation).toHaveLength(40);
    for (const { request, expected } of decisions.evaluation) {
      const ours = toOurs(request);
      expect(schemas.request(ours)).toBe(true);
      const { status, body } = await client.post('/access/v1/evaluation', ours);
      expect(schemas.response(body)).toBe(true);
      // A name that is not known would be false too: these are verdicts.
      const told = { status, decision: body.decision, verdict: body.context.verdict };
      expect(told, JSON.stringify(request)).toEqual({ status: 200, decision: expected, verdict: expected ? 'ALLOW' : 'DENY' });
    }
  });

  it.each(editions.filter(({ decisions }) => decisions.evaluations !== undefined))(
    'edition $edition, many at once',
    async ({ decisions }) => {
      for (const { request, expected } of decisions.evaluations ?? []) {
        const { body } = await client.post('/access/v1/evaluations', toOurs(request));
        expect(body.evaluations.map(({ decision }: Json) => ({ decision }))).toEqual(expected);
      }
    },
  );
});
