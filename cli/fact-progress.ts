/** One line on a terminal that says how far a long command is; nothing elsewhere. */
import type { Io } from './command.ts';

/** Redrawing faster only costs time. */
const REDRAW_MS = 100;

export interface FactProgress {
  /** Redraws the line, and lets signals come through: they are heard between two pieces of work. */
  show(text: string): Promise<void>;
  /** Clears the line. */
  end(): void;
}

export function factProgress({ stderr }: Pick<Io, 'stderr'>): FactProgress {
  let drawnAt = Number.NEGATIVE_INFINITY;
  return {
    async show(text) {
      const now = performance.now();
      if (stderr.isTTY === true && now - drawnAt >= REDRAW_MS) {
        drawnAt = now;
        stderr.write(`\r\u001b[K${text.slice(0, (stderr.columns ?? 120) - 1)}`);
      }
      await new Promise((resolve) => setImmediate(resolve));
    },
    end() {
      if (drawnAt > 0) stderr.write('\r\u001b[K');
    },
  };
}
