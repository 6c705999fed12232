/**
 * How firmly a step names the image or pipe that it runs. The first row that fits counts.
 *
 * What is not pinned may be other code tomorrow, without a change of the definition: whoever publishes it acts with all that the
 * step may get hold of.
 */
import { type Row, SOURCES } from './row.ts';

export interface PinRow extends Row {
  /** Fits the name, with tag and digest. */
  readonly fits: RegExp;
  readonly pinned: boolean;
}

export const PINS = {
  digest: { fits: /@sha256:[0-9a-f]{64}$/, pinned: true, doc: 'by the hash of its content: always the same code', source: SOURCES.imageNames, confidence: 'documented' },
  variable: { fits: /\$/, pinned: false, doc: 'by a variable: whoever may set the variable decides what runs', source: SOURCES.pipelineVariables, confidence: 'documented' },
  version: { fits: /:v?\d+\.\d+\.\d+([-+._][\w.+-]*)?$/, pinned: true, doc: 'by a version of three numbers, which publishers do not move by custom; they could', source: SOURCES.pipes, confidence: 'inferred' },
  floating: { fits: /:[^/]+$/, pinned: false, doc: 'by a tag that moves with new versions, like `latest`, `20` or `3.1`', source: SOURCES.imageNames, confidence: 'inferred' },
  none: { fits: /^/, pinned: false, doc: 'by nothing: the newest', source: SOURCES.imageNames, confidence: 'documented' },
} as const satisfies Record<string, PinRow>;

export type Pin = keyof typeof PINS;

export const PIN_NAMES = Object.keys(PINS) as readonly Pin[];

/** How the name of an image or pipe pins it. */
export function pinOf(name: string): { readonly pin: Pin; readonly pinned: boolean } {
  // The last row fits everything.
  const pin = PIN_NAMES.find((each) => PINS[each].fits.test(name)) ?? 'none';
  return { pin, pinned: PINS[pin].pinned };
}
