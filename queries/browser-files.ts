/**
 * Files for Neo4j Browser, rendered from tables and saved questions: a style, and favourites. `npm run generate` writes them, a
 * test compares.
 *
 * A favourite asks what the Cypher form of a saved question asks. The runner binds keys and rows of tables; here they are parameters
 * of the Browser, written above each statement.
 */
import type { Action } from '../graph/model/actions.ts';
import { NODE_KIND_NAMES, NODE_KINDS, type Role } from '../graph/model/node-kinds.ts';
import { actionParameters } from './saved-action.ts';
import type { SavedParameter, SavedQuestion } from './saved-question.ts';
import { SAVED_QUESTIONS } from './saved-questions.ts';

/** File contents by path from the root of the project. */
export function renderBrowserFiles(): Record<string, string> {
  return { 'queries/browser/favourites.cypher': renderFavourites(), 'queries/browser/style.grass': renderStyle() };
}

const HEAD = `// Favourites for Neo4j Browser: what \`grantpath query --list\` shows, in Cypher. Rendered by \`npm run generate\`.
// Run the line below once, with the name of your tenant; then the lines with \`:param\` above a statement, with values of your own.
// A parameter that names a node is its key, which differs from store to store: the first statement finds keys by name. Until you put
// one in, such a statement finds nothing.
:param tenant => 'default'
`;

const FIND_KEY = `
// Which key has this name? Put the label of its kind instead of Repository.
:param ref => 'repository:acme/api'
MATCH (n:Repository {tenant: $tenant, ref: $ref})
RETURN n.ref AS name, n.key AS key;
`;

function renderFavourites(): string {
  return [HEAD, FIND_KEY, ...SAVED_QUESTIONS.map(renderFavourite)].join('');
}

function renderFavourite({ name, text, note, parameters, cypher }: SavedQuestion): string {
  const lines = [`// ${text} (${name})`, ...(note === '' ? [] : [`// ${note}`]), ...parameters.flatMap(parameterLines), `${cypher};`];
  return `\n${lines.join('\n')}\n`;
}

function parameterLines({ name, kind, default: standard, example }: SavedParameter): string[] {
  const line = (to: string, value: unknown) => `:param ${to} => ${literal(value)}`;
  if (kind === 'action')
    return Object.entries(actionParameters(name, String(standard ?? example) as Action)).map(([to, value]) => line(to, value));
  if (kind === 'branch') {
    const repository = example.replace(/^\w+:/, `${NODE_KINDS.Repository.ref}:`).split('#', 1)[0];
    return [line(name, example), line(`${name}Repository`, repository)];
  }
  if (kind === 'node') return [line(name, `KEY of ${example}`)];
  return [line(name, kind === 'number' ? Number(standard ?? example) : (standard ?? example))];
}

function literal(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`;
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  const entries = Object.entries(value).map(([key, inner]) => `${key}: ${literal(inner)}`);
  return `{${entries.join(', ')}}`;
}

/** Fill, border and text. Who acts is warm, what is acted on is cold. */
const COLOURS: Readonly<Record<Role, readonly [string, string, string]>> = {
  identity: ['#F79767', '#F36924', '#FFFFFF'],
  credential: ['#FFC454', '#D7A013', '#604A0E'],
  group: ['#D9655E', '#C0352C', '#FFFFFF'],
  resource: ['#4C8EDA', '#2870C2', '#FFFFFF'],
  permission: ['#57C7E3', '#23B3D7', '#2A2C34'],
  restriction: ['#8DCC93', '#5DB665', '#604A0E'],
  matcher: ['#ECB5C9', '#DA7298', '#604A0E'],
  scope: ['#DA7194', '#CC3C6C', '#FFFFFF'],
};

const LARGE: ReadonlySet<string> = new Set(['Workspace', 'Instance', 'Project', 'Repository']);

function renderStyle(): string {
  const nodes = NODE_KIND_NAMES.map((kind) => {
    const [fill, border, ink] = COLOURS[NODE_KINDS[kind].is];
    const caption = kind === 'Permission' ? '{level}' : '{ref}';
    return `node.${kind} {\n  diameter: ${LARGE.has(kind) ? '80px' : '50px'};\n  color: ${fill};\n  border-color: ${border};\n  text-color-internal: ${ink};\n  caption: '${caption}';\n}\n`;
  });
  return [
    "node {\n  diameter: 50px;\n  color: #A5ABB6;\n  border-color: #9AA1AC;\n  border-width: 2px;\n  text-color-internal: #FFFFFF;\n  font-size: 10px;\n  caption: '{key}';\n}\n",
    "relationship {\n  color: #A5ABB6;\n  shaft-width: 1px;\n  font-size: 8px;\n  padding: 3px;\n  text-color-external: #000000;\n  text-color-internal: #FFFFFF;\n  caption: '<type>';\n}\n",
    "node.Gap {\n  diameter: 40px;\n  color: #C990C0;\n  border-color: #B261A5;\n  text-color-internal: #FFFFFF;\n  caption: '{hides}';\n}\n",
    ...nodes,
    'relationship.HOLDS {\n  color: #F36924;\n  shaft-width: 3px;\n}\n',
    'relationship.IMPLIES {\n  color: #23B3D7;\n}\n',
    'relationship.BINDS {\n  color: #5DB665;\n  shaft-width: 2px;\n}\n',
  ].join('\n');
}
