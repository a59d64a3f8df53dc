/** Who reads, as the server knows them, and what they may do now: told to their page, which offers nothing else. The server looks again at each message. */
import * as z from 'zod/mini';
import { rightSchema } from './rights.ts';

export const viewerSchema = z.object({
  who: z.discriminatedUnion('via', [
    /** Whoever sits at the machine of the server: nobody signs in. */
    z.object({ via: z.literal('local') }),
    /** `session` alone can be signed out of. */
    z.object({ via: z.enum(['token', 'session', 'proxy']), name: z.string() }),
  ]),
  rights: z.array(rightSchema),
});
export type Viewer = z.infer<typeof viewerSchema>;
