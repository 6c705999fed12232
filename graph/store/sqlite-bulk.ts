/** Many rows with one statement for a batch of them: a call costs more than a row. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';

export type BulkValue = string | number | null | Uint8Array;

/** Rows in one statement. More gain nothing and reach the limit of parameters. */
const BATCH_ROWS = 64;

export interface BulkOptions {
  /** What becomes of a row that is there already; left out, it is an error. */
  readonly orIgnore?: boolean;
  /** Columns with the same number in every row: they need not be bound. */
  readonly fixed?: Readonly<Record<string, number>>;
}

export class BulkInsert {
  readonly #database: DatabaseSync;
  readonly #sql: (rows: number) => string;
  readonly #width: number;
  /** Prepared with the first full batch and with the first row of a rest: most commits write little. */
  #many: StatementSync | null = null;
  #one: StatementSync | null = null;
  /** The batch, row after row; `length` values count. Who writes many rows puts the next one there and calls `added`. */
  readonly values: BulkValue[];
  length = 0;

  constructor(database: DatabaseSync, table: string, columns: readonly string[], { orIgnore = false, fixed = {} }: BulkOptions = {}) {
    this.#database = database;
    this.#width = columns.length;
    this.values = Array<BulkValue>(BATCH_ROWS * this.#width).fill(null);
    const row = `(${[...columns.map(() => '?'), ...Object.values(fixed)].join(', ')})`;
    const into = `INSERT ${orIgnore ? 'OR IGNORE ' : ''}INTO ${table} (${[...columns, ...Object.keys(fixed)].join(', ')})`;
    this.#sql = (rows) => `${into} VALUES ${Array(rows).fill(row).join(', ')}`;
  }

  add(...row: BulkValue[]): void {
    for (let column = 0; column < row.length; column++) this.values[this.length + column] = row[column] as BulkValue;
    this.added();
  }

  /** Counts the row that stands at `length`. */
  added(): void {
    this.length += this.#width;
    if (this.length < this.values.length) return;
    this.length = 0;
    this.#many ??= this.#database.prepare(this.#sql(BATCH_ROWS));
    this.#many.run(...this.values);
  }

  /** Must be called at the end: the last batch is rarely full. */
  flush(): void {
    for (let at = 0; at < this.length; at += this.#width) {
      this.#one ??= this.#database.prepare(this.#sql(1));
      this.#one.run(...this.values.slice(at, at + this.#width));
    }
    this.length = 0;
  }
}
