/** What is wrong with the lines of a file: told together, so that they can be corrected together. */
import { CodedError, isCodedError } from '../errors.ts';
import { ERRORS_MAX } from './format.ts';

export class LineErrors {
  readonly #told: { readonly line: number; readonly why: string }[] = [];

  /** Does the work for a line and keeps what is wrong with it. Errors: IMPORT when it is enough; whatever is not about the line. */
  during(line: number, work: () => void): void {
    try {
      work();
    } catch (error) {
      if (!isCodedError(error, 'IMPORT') && !isCodedError(error, 'NOTATION')) throw error;
      this.#told.push({ line, why: error.message });
      if (this.#told.length >= ERRORS_MAX) this.throwIfAny();
    }
  }

  /** Errors: IMPORT with all lines. */
  throwIfAny(): void {
    const [first] = this.#told;
    if (first === undefined) return;
    const count = this.#told.length;
    const more = count >= ERRORS_MAX ? `; the file was not read further` : '';
    const lines = this.#told.map(({ line, why }) => `line ${line}: ${why}`);
    throw new CodedError('IMPORT', `${lines.join('; ')}${more}`, { lines: this.#told.map(({ line }) => line) });
  }
}
