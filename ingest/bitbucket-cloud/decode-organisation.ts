/** Decoders of what is kept of the organisation API's bodies: as those of `decode.ts`. */
import { z } from 'zod';
import { decoder } from './decode.ts';

const name = z.string().min(1).max(4096);
const optionalName = z.string().max(4096).nullish();
const thing = z.object({ id: z.string().max(4096), type: optionalName });

const directoryGroup = z.object({ id: name, name, directoryId: optionalName });
const directoryMember = z.object({
  accountId: name,
  name: optionalName,
  nickname: optionalName,
  accountStatus: optionalName,
  membershipStatus: optionalName,
});

export type DirectoryGroup = z.infer<typeof directoryGroup>;
export type DirectoryMember = z.infer<typeof directoryMember>;

export const decodeDirectoryGroup = decoder(directoryGroup);
export const decodeDirectoryMember = decoder(directoryMember);
export const decodeEventAction = decoder(
  z.object({
    id: name,
    attributes: z.object({ displayName: name, groupDisplayName: optionalName, groupDisplayNames: z.array(name).nullish() }),
  }),
);
/** An event must say when it was and what: one without is none that can be weighed. */
export const decodeAuditEvent = decoder(
  z.object({
    id: name,
    attributes: z.object({
      time: name.refine((text) => !Number.isNaN(Date.parse(text))),
      action: name,
      context: z.array(thing).nullish(),
      container: z.array(thing).nullish(),
    }),
  }),
);
/** The items of a page with a cursor. */
export const decodeData = decoder(z.object({ data: z.array(z.unknown()) }).transform(({ data }) => data));
