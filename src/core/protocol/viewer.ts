/** Who reads and what they may do now, for their page. The server checks again at each message. */
import * as z from 'zod/mini';
import { rightSchema } from './rights.ts';

export const viewerSchema = z.object({
  who: z.discriminatedUnion('via', [
    /** A person at the machine of the server, without sign-in. */
    z.object({ via: z.literal('local') }),
    /** Only a `session` has a sign-out. */
    z.object({ via: z.enum(['token', 'session', 'proxy']), name: z.string() }),
  ]),
  rights: z.array(rightSchema),
});
export type Viewer = z.infer<typeof viewerSchema>;
