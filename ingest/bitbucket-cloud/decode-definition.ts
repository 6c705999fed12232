/**
 * Decoders of what is kept of branches and of the definitions of pipelines.
 */
import { z } from 'zod';
import { decoder } from './decode.ts';

const text = z.string().max(4096);

const branchHead = z.object({ name: text.min(1), target: z.object({ hash: z.string().regex(/^[0-9a-f]{7,64}$/i) }) });
const step = z.object({
  selector: text,
  pattern: text.nullish(),
  position: z.number().int(),
  name: text.nullish(),
  stage: text.nullish(),
  parallel: z.boolean(),
  manual: z.boolean(),
  held: z.boolean(),
  deployment: text.nullish(),
  runsOn: z.array(text),
  oidc: z.boolean(),
  conditional: z.boolean(),
  image: text.nullish(),
  services: z.array(z.object({ name: text, image: text.nullish() })),
  pipes: z.array(text),
});
const definition = z.object({ problem: text.nullish(), exported: z.boolean(), imports: z.array(text), steps: z.array(step) });

export type KeptStep = z.infer<typeof step>;
export type KeptDefinition = z.infer<typeof definition>;

export const decodeBranchHead = decoder(branchHead);
export const decodeDefinition = decoder(definition);
