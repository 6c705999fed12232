/**
 * What went wrong with Neo4j, in the words of our errors: one table of the codes of the server and of the driver.
 *
 * A message is looked at only where a code says too little. A code without a row is a defect of ours (wrong Cypher, a broken
 * constraint) and passes as it is. What the driver said is kept as the cause; no password is ever part of it.
 */
import { Neo4jError } from 'neo4j-driver';
import { CodedError, type ErrorCode } from '../errors.ts';

/** What was reached, or should have been. */
export interface Reached {
  /** Without secrets. */
  readonly address: string;
  /** null for the server's default. */
  readonly database: string | null;
  /** null where the server is not told who asks. */
  readonly user: string | null;
  readonly connectionsMax: number;
}

interface ErrorRow {
  /** The code, whole. */
  readonly codes: readonly string[];
  /** Of the message, or the message of a cause. */
  readonly says?: RegExp;
  readonly code: ErrorCode;
  readonly tell: (reached: Reached, reason: string) => string;
}

/** The first row that fits counts. */
const ROWS: readonly ErrorRow[] = [
  {
    codes: ['N/A'],
    says: /responded HTTP/,
    code: 'STORE_UNREACHABLE',
    tell: ({ address }) =>
      `expected a server that speaks Bolt at \`${address}\`, got one that speaks HTTP: the port of Bolt is mostly 7687`,
  },
  {
    codes: ['N/A'],
    says: /acquisition timed out/,
    code: 'STORE_UNREACHABLE',
    tell: ({ address }) => `expected an answer of a Neo4j server at \`${address}\`, got none in time`,
  },
  {
    codes: ['ServiceUnavailable', 'SessionExpired'],
    says: /certificate/,
    code: 'STORE_UNREACHABLE',
    tell: ({ address }, reason) =>
      `expected a certificate that can be trusted from \`${address}\`, got: ${reason}; name a file with its authority in NODE_EXTRA_CA_CERTS`,
  },
  {
    codes: ['ServiceUnavailable', 'SessionExpired'],
    code: 'STORE_UNREACHABLE',
    tell: ({ address }, reason) => `expected a Neo4j server at \`${address}\`, got: ${reason}`,
  },
  {
    // Negotiation failed: the server knows none of the protocol's versions, or speaks something else.
    codes: ['N/A', 'ProtocolError'],
    says: /unknown protocol|Bolt handshake|negotiat|protocol version/i,
    code: 'STORE_UNSUPPORTED',
    tell: ({ address }) => `expected Neo4j 5.26 or newer at \`${address}\`, got a server that speaks no version of Bolt that is known here`,
  },
  {
    codes: ['Neo.ClientError.Security.AuthenticationRateLimit'],
    code: 'STORE_AUTH',
    tell: ({ address, user }) =>
      `the server at \`${address}\` got too many wrong passwords of user \`${user ?? ''}\` and waits some seconds: try again`,
  },
  {
    codes: ['Neo.ClientError.Security.CredentialsExpired'],
    code: 'STORE_AUTH',
    tell: ({ user }) =>
      `expected a password that was changed once, got the first one of user \`${user ?? ''}\`: change it with \`ALTER CURRENT USER\``,
  },
  {
    codes: [
      'Neo.ClientError.Security.Unauthorized',
      'Neo.ClientError.Security.TokenExpired',
      'Neo.ClientError.Security.AuthProviderFailed',
    ],
    code: 'STORE_AUTH',
    tell: ({ address, user }) =>
      user === null
        ? `expected a user and a password for \`${address}\`, got none`
        : `expected a user of \`${address}\` with the right password, got user \`${user}\` with another, or no such user`,
  },
  {
    codes: ['Neo.ClientError.Security.Forbidden'],
    code: 'STORE_DENIED',
    tell: ({ address, user }, reason) => `the server at \`${address}\` refuses this to user \`${user ?? ''}\`: ${reason}`,
  },
  {
    codes: ['Neo.ClientError.General.WriteOnReadOnlyAccessDatabase', 'Neo.ClientError.General.ForbiddenOnReadOnlyDatabase'],
    code: 'STORE_DENIED',
    tell: ({ address }) => `expected a database that can be written at \`${address}\`, got one that the server holds read-only`,
  },
  {
    codes: ['Neo.TransientError.General.DatabaseUnavailable'],
    says: /read-only/,
    code: 'STORE_DENIED',
    tell: ({ address }) => `expected a database that can be written at \`${address}\`, got one that the server holds read-only`,
  },
  {
    codes: ['Neo.ClientError.Cluster.NotALeader'],
    code: 'STORE_DENIED',
    tell: ({ address }) => `expected a member of a cluster that takes writes at \`${address}\`, got one that does not: use \`neo4j://\``,
  },
  {
    codes: ['Neo.ClientError.Database.DatabaseNotFound', 'Neo.ClientError.Database.HomeDatabaseNotFound'],
    code: 'CONFIG',
    tell: ({ address, database }) =>
      `expected NEO4J_DATABASE to be a database of \`${address}\`, got \`${database ?? ''}\`, which is not there or not for this user`,
  },
  {
    codes: ['Neo.TransientError.General.DatabaseUnavailable', 'Neo.DatabaseError.Database.UnableToStartDatabase'],
    code: 'STORE_UNREACHABLE',
    tell: ({ address }) => `expected a running database at \`${address}\`, got one that is stopped or starts`,
  },
  {
    // The log of transactions is the first that finds no room.
    codes: ['Neo.DatabaseError.Transaction.TransactionLogError'],
    code: 'STORE_FULL',
    tell: ({ address }) => `the server at \`${address}\` cannot write its log of transactions: free space there, and start it again`,
  },
  {
    codes: ['Neo.DatabaseError.Transaction.TransactionStartFailed', 'Neo.DatabaseError.Transaction.TransactionCommitFailed'],
    says: /needs to be restarted|critical error/,
    code: 'STORE_UNREADABLE',
    tell: ({ address }) => `the database at \`${address}\` stopped working, mostly for want of space: see its log, and start it again`,
  },
  {
    codes: ['Neo.TransientError.General.MemoryPoolOutOfMemoryError', 'Neo.TransientError.General.TransactionMemoryLimit'],
    code: 'STORE_MEMORY',
    tell: ({ address }, reason) => `a transaction needs more memory than the server at \`${address}\` gives it: ${reason}`,
  },
  {
    codes: [
      'Neo.DatabaseError.General.OutOfMemoryError',
      'Neo.TransientError.General.OutOfMemoryError',
      'Neo.TransientError.General.TransactionOutOfMemoryError',
      'Neo.TransientError.General.StackOverFlowError',
    ],
    code: 'STORE_MEMORY',
    tell: ({ address }) => `the server at \`${address}\` ran out of memory: raise \`server.memory.heap.max_size\``,
  },
  {
    codes: ['Neo.ClientError.Transaction.TransactionTimedOut', 'Neo.ClientError.Transaction.TransactionTimedOutClientConfiguration'],
    code: 'TIMEOUT',
    tell: ({ address }) => `a transaction on \`${address}\` was ended at its time limit`,
  },
  {
    codes: ['Neo.TransientError.Transaction.DeadlockDetected', 'Neo.TransientError.Transaction.LockAcquisitionTimeout'],
    code: 'STORE_BUSY',
    tell: ({ address }) => `others hold what a transaction on \`${address}\` waits for, and went on to hold it`,
  },
  {
    codes: [
      'Neo.TransientError.Transaction.MaximumTransactionLimitReached',
      'Neo.TransientError.Request.NoThreadsAvailable',
      'Neo.TransientError.Request.ResourceExhaustion',
      'Neo.TransientError.Transaction.BookmarkTimeout',
    ],
    code: 'STORE_BUSY',
    tell: ({ address }, reason) => `the server at \`${address}\` has too much to do: ${reason}`,
  },
];

/** Codes of lost connections. */
const LOST: ReadonlySet<string> = new Set(['ServiceUnavailable', 'SessionExpired']);
const POOL_STATUS = /acquisition timed out in (\d+) ms\. Pool status: Active conn count = (\d+)/;

/** The error as people and tools see it. What is no error of the driver, and what has no row, comes back as it is. */
export function storeErrorOf(error: unknown, reached: Reached): unknown {
  if (!(error instanceof Neo4jError)) return error;
  const pool = POOL_STATUS.exec(error.message);
  if (pool !== null && Number(pool[2]) >= reached.connectionsMax) {
    const message = `all ${reached.connectionsMax} connections to \`${reached.address}\` were in use for ${Number(pool[1]) / 1000} s`;
    return new CodedError('STORE_BUSY', message, { address: reached.address }, error);
  }
  const told = reasonsOf(error);
  const row = ROWS.find(
    ({ codes, says }) => codes.includes(error.code) && (says === undefined || messagesOf(error).some((text) => says.test(text))),
  );
  if (row === undefined) return error;
  const details = { address: reached.address, ...(reached.database !== null && { database: reached.database }), neo4j: error.code };
  return new CodedError(row.code, row.tell(reached, told.at(-1) ?? error.code), details, error);
}

/** Was the connection lost, so that nobody knows what became of the last message? */
export function isLostConnection(error: unknown): boolean {
  return error instanceof Neo4jError && LOST.has(error.code);
}

/** May the same succeed a moment later? Memory that did not suffice will not, nor a database that is held read-only. */
export function isWorthRepeating(error: unknown): boolean {
  if (!(error instanceof Neo4jError) || !error.retryable || /Memory|StackOverFlow/.test(error.code)) return false;
  return !messagesOf(error).some((text) => /read-only/.test(text));
}

/** What it says and what its causes say, each in one line, the innermost last. */
function reasonsOf(error: Error): string[] {
  // The driver's advice on ports, encryption and trust stands before what happened.
  return messagesOf(error).map((text) => {
    const [line = ''] = text.replace(/^.*(?:Caused by|Socket responded with): /s, '').split('\n');
    return line.trim().slice(0, 300);
  });
}

function messagesOf(error: Error): string[] {
  const messages: string[] = [];
  for (let inner: unknown = error; inner instanceof Error && messages.length < 5; inner = inner.cause) messages.push(inner.message);
  return messages;
}
