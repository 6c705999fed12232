/**
 * The response schemas of the vendor's OpenAPI document, made to judge real bodies.
 *
 * Two things of the document are read as its authors mean them. `type` is the discriminator: an object anywhere in a body whose
 * `type` names a schema must be of that schema too. And the document says of no field that it may be null, while recorded
 * answers have nulls: a null is left out before a body is judged, and its place is reported, so that a test can hold it
 * against the recordings.
 */
import { Ajv, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';
import { readSharedJson } from '../support/shared-data.ts';

interface Operation {
  readonly responses: Readonly<Record<string, { readonly content?: { readonly 'application/json'?: { readonly schema?: object } } }>>;
}

interface Document {
  readonly paths: Readonly<Record<string, { readonly get?: Operation }>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
}

export interface Judgement {
  /** The path template of the operation, null where the document has none. */
  readonly operation: string | null;
  /** Empty for a body that is as the document says. */
  readonly errors: readonly string[];
  /** Fields that are null, without their place in lists: `values/value`. */
  readonly nulls: readonly string[];
}

export class ResponseSchemas {
  readonly #document: Document;
  readonly #ajv: Ajv;
  readonly #compiled = new Map<string, ValidateFunction>();

  constructor() {
    this.#document = readSharedJson<Document>('openapi/bitbucket-cloud.v3.json');
    // The document is no JSON schema: it has keywords of its own (`discriminator`, `example`), which judge nothing here.
    this.#ajv = new Ajv({ strict: false, allErrors: true, validateSchema: false });
    formats.default(this.#ajv);
    this.#ajv.addSchema(this.#document, 'cloud');
  }

  /** `path` is below `/2.0`, without query. */
  judge(path: string, status: number, body: unknown): Judgement {
    const operation = this.#operationOf(path);
    const { bare, nulls } = withoutNulls(body);
    if (operation === null) return { operation, errors: [], nulls };
    const response = this.#document.paths[operation]?.get?.responses[String(status)];
    const schema = response?.content?.['application/json']?.schema;
    if (response === undefined || schema === undefined) return { operation, errors: [`no schema for status ${status}`], nulls };
    const pointer = `/paths/${escapePointer(operation)}/get/responses/${status}/content/application~1json/schema`;
    return { operation, errors: [...this.#errors(pointer, bare), ...this.#errorsByType(bare)], nulls };
  }

  #operationOf(path: string): string | null {
    const parts = path.split('/').length;
    const fits = Object.keys(this.#document.paths).filter((template) => {
      const pattern = template.split('/').map((part) => (part.startsWith('{') ? '[^/]+' : part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')));
      return (
        template.split('/').length === parts &&
        this.#document.paths[template]?.get !== undefined &&
        new RegExp(`^${pattern.join('/')}$`).test(path)
      );
    });
    const open = (template: string) => template.split('{').length;
    return fits.sort((a, b) => open(a) - open(b))[0] ?? null;
  }

  #errors(pointer: string, body: unknown): string[] {
    const validate = this.#compiled.get(pointer) ?? this.#ajv.compile({ $ref: `cloud#${pointer}` });
    this.#compiled.set(pointer, validate);
    if (validate(body)) return [];
    return (validate.errors ?? []).map(({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`);
  }

  #errorsByType(body: unknown): string[] {
    if (typeof body !== 'object' || body === null) return [];
    const type = 'type' in body && !Array.isArray(body) ? body.type : undefined;
    const named = typeof type === 'string' && Object.hasOwn(this.#document.components.schemas, type);
    const own = named ? this.#errors(`/components/schemas/${escapePointer(String(type))}`, body).map((error) => `${type}${error}`) : [];
    return [...own, ...Object.values(body).flatMap((value) => this.#errorsByType(value))];
  }
}

function escapePointer(text: string): string {
  return encodeURIComponent(text.replaceAll('~', '~0').replaceAll('/', '~1'));
}

function withoutNulls(body: unknown, at = ''): { bare: unknown; nulls: string[] } {
  if (Array.isArray(body)) {
    const items = body.map((item) => withoutNulls(item, at));
    return { bare: items.map(({ bare }) => bare), nulls: items.flatMap(({ nulls }) => nulls) };
  }
  if (typeof body !== 'object' || body === null) return { bare: body, nulls: [] };
  const nulls: string[] = [];
  const bare: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(body)) {
    const place = at === '' ? field : `${at}/${field}`;
    if (value === null) nulls.push(place);
    else {
      const inner = withoutNulls(value, place);
      bare[field] = inner.bare;
      nulls.push(...inner.nulls);
    }
  }
  return { bare, nulls };
}
