/**
 * Every error that can reach a person or a tool: one table of codes, one class.
 *
 * Three kinds of trouble are kept apart: a bug (`invariant`, never caught), an operating failure (`CodedError`), and
 * missing knowledge (a gap: not an error at all, it is part of the answer).
 * Messages are lower case without a full stop, input in backticks: the contract first, then what arrived, then what to do.
 */

/** What each code means and what its reader should do. `exit` is the exit status of the command line, `http` the status of plain endpoints. */
export const ERROR_CODES = {
  USAGE: { exit: 2, http: 400, doc: 'The call has the wrong shape.', remedy: 'see the help text or the schema for the form' },
  REFERENCE_MALFORMED: {
    exit: 2,
    http: 400,
    doc: 'A reference is not of the form `kind:path`.',
    remedy: 'write it as in the reference table of the README',
  },
  REFERENCE_UNKNOWN: {
    exit: 2,
    http: 404,
    doc: 'No node answers to a reference at the asked time.',
    remedy: 'look for the name with `find`: an empty text lists all',
  },
  REFERENCE_AMBIGUOUS: {
    exit: 2,
    http: 400,
    doc: 'Several nodes answer to a reference.',
    remedy: 'use one of the listed stable references',
  },
  ACTION_UNKNOWN: {
    exit: 2,
    http: 400,
    doc: 'The action does not exist or cannot be asked of this kind of resource.',
    remedy: 'use one of the listed actions',
  },
  NOT_AN_IDENTITY: {
    exit: 2,
    http: 400,
    doc: 'The left side of a question is not an identity, credential or group.',
    remedy: 'name a user, group, token, key or `anonymous:`',
  },
  TIME_MALFORMED: { exit: 2, http: 400, doc: 'A time is not an ISO 8601 instant.', remedy: 'write it as 2026-01-31T12:00:00Z' },
  NOTATION: { exit: 2, http: 400, doc: 'A line of the fact notation cannot be read.', remedy: 'see the notation section of ARCHITECTURE' },
  IMPORT: {
    exit: 2,
    http: 400,
    doc: 'A file of facts cannot be imported.',
    remedy: 'correct what the message names and import again; nothing was changed',
  },
  LIMIT: { exit: 2, http: 400, doc: 'An input or a question is larger than its limit.', remedy: 'ask for less at once, or page' },
  CURSOR: {
    exit: 2,
    http: 400,
    doc: 'A cursor is malformed or belongs to another question or snapshot.',
    remedy: 'start again without `after`',
  },
  TIMEOUT: { exit: 4, http: 503, doc: 'A question was stopped at its time limit.', remedy: 'narrow the question, or raise the limit' },
  CONFIG: {
    exit: 2,
    http: 500,
    doc: 'An environment variable or option has a value that cannot be used.',
    remedy: 'set it as the message says',
  },
  STORE_UNREADABLE: { exit: 4, http: 503, doc: 'The store cannot be opened or read.', remedy: 'check path, rights and disk' },
  STORE_NEWER: { exit: 4, http: 503, doc: 'The store was written by a newer version.', remedy: 'use that version, or another store' },
  STORE_FULL: { exit: 4, http: 503, doc: 'The disk is full.', remedy: 'free space; the last complete snapshot is intact' },
  STORE_BUSY: { exit: 4, http: 503, doc: 'Others hold the store, for writing or altogether.', remedy: 'wait for the other run to end' },
  STORE_UNREACHABLE: {
    exit: 4,
    http: 503,
    doc: 'The server of the store cannot be reached, or was lost.',
    remedy: 'check that it runs, its address and the network, and encryption (`+s`)',
  },
  STORE_AUTH: {
    exit: 4,
    http: 503,
    doc: 'The server of the store refuses the user or the password.',
    remedy: 'check NEO4J_USER and NEO4J_PASSWORD',
  },
  STORE_DENIED: {
    exit: 4,
    http: 503,
    doc: 'The server of the store lets this user, or anyone, only read.',
    remedy: 'give the user the right to write and to make constraints, or only read here',
  },
  STORE_UNSUPPORTED: {
    exit: 4,
    http: 503,
    doc: 'The server of the store is none that is supported.',
    remedy: 'use Neo4j 5.26 or newer',
  },
  STORE_MEMORY: {
    exit: 4,
    http: 503,
    doc: 'The server of the store has too little memory for this.',
    remedy: 'raise the setting that the message names, or the heap of the server',
  },
  STORE_EMPTY: {
    exit: 4,
    http: 503,
    doc: 'The store has no complete snapshot yet.',
    remedy: 'run `grantpath ingest` or `grantpath demo` first',
  },
  SNAPSHOT_FOREIGN: {
    exit: 4,
    http: 500,
    doc: 'A compiled snapshot was not written by this version.',
    remedy: 'delete it; it is rebuilt from the store',
  },
  SNAPSHOT_TORN: {
    exit: 4,
    http: 500,
    doc: 'A compiled snapshot is incomplete or damaged.',
    remedy: 'delete it; it is rebuilt from the store',
  },
  UPSTREAM_UNREACHABLE: { exit: 4, http: 502, doc: 'The upstream host cannot be reached.', remedy: 'check address, network and proxy' },
  UPSTREAM_AUTH: { exit: 4, http: 502, doc: 'The upstream refuses the credential.', remedy: 'check the credential and its expiry' },
  UPSTREAM_DENIED: {
    exit: 4,
    http: 502,
    doc: 'The upstream refuses this request for this credential.',
    remedy: 'give the credential the scope or role that the message names',
  },
  UPSTREAM_MISSING: {
    exit: 4,
    http: 502,
    doc: 'The upstream has nothing at this address.',
    remedy: 'check the workspace name, and that the credential may see it',
  },
  UPSTREAM_PLAN: { exit: 4, http: 502, doc: 'The upstream plan does not include this (402).', remedy: 'the run goes on without it' },
  UPSTREAM_FAILED: {
    exit: 4,
    http: 502,
    doc: 'The upstream kept failing after all retries.',
    remedy: 'try again later; the run resumes where it stopped',
  },
  UPSTREAM_SHAPE: {
    exit: 4,
    http: 502,
    doc: 'The upstream answered in a shape that is not documented.',
    remedy: 'report it with the endpoint and the field',
  },
  UPSTREAM_ORIGIN: { exit: 4, http: 502, doc: 'The upstream sent a link to another origin.', remedy: 'check the configured address' },
  BUDGET: { exit: 4, http: 503, doc: 'The hourly budget of calls is used up.', remedy: 'run again later; what was read is kept' },
  PORT_IN_USE: { exit: 4, http: 500, doc: 'The port is taken.', remedy: 'set GRANTPATH_PORT to another' },
  NODE_VERSION: { exit: 2, http: 500, doc: 'This Node is too old.', remedy: 'use Node 24.12 or newer' },
  INTERNAL: { exit: 4, http: 500, doc: 'A defect of grantpath.', remedy: 'report it with the time of the request' },
} as const satisfies Record<string, { exit: 2 | 4; http: number; doc: string; remedy: string }>;

export type ErrorCode = keyof typeof ERROR_CODES;

/** Details are for tools and never hold a secret: they are printed as they are. */
export type ErrorDetails = Readonly<Record<string, string | number | boolean | null | readonly (string | number)[]>>;

/** An operating failure. Match on `code`, never on the message. */
export class CodedError extends Error {
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'CodedError';
    this.code = code;
    this.details = details;
  }

  /** What to do, from the table. */
  get remedy(): string {
    return ERROR_CODES[this.code].remedy;
  }
}

export function isCodedError(error: unknown, code?: ErrorCode): error is CodedError {
  return error instanceof CodedError && (code === undefined || error.code === code);
}

/** What is left of an error on its way to another thread, which no class survives; `code` is null for a defect. */
export interface ToldError {
  readonly code: ErrorCode | null;
  readonly message: string;
}

export function tellError(error: unknown): ToldError {
  return { code: isCodedError(error) ? error.code : null, message: error instanceof Error ? error.message : String(error) };
}

/** The error that was told. */
export function errorOf({ code, message }: ToldError): Error {
  return code === null ? new Error(message) : new CodedError(code, message);
}

/** States what must hold. A failure is a defect of grantpath, not of its input. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`invariant broken: ${message}`);
}
