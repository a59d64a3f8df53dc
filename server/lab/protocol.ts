/** The protocol of the lab's control socket: one request and one answer per connection, each a line of JSON. */
import * as z from 'zod/mini';
import type { Fleet } from '../fleet/fleet.ts';

const expected = (what: string) => ({
  error: ({ input }: { input?: unknown }) => `expected ${what}, found ${JSON.stringify(input)}`,
});
const name = z.string(expected('a name'));
const argvText = expected('argv to be a list of at least one string');
const encodeRequest = expected('"stop", "start" or a port from 1024 to 65535 for the service');
const port = z.number().check(z.int(encodeRequest), z.gte(1024, encodeRequest), z.lte(65_535, encodeRequest));
const serviceOrder = z.union([z.enum(['stop', 'start']), z.object({ port })], encodeRequest);
const request = z.discriminatedUnion(
  'do',
  [
    z.object({ do: z.literal('status') }),
    /** Stays open until the lab ends, and gets the condition whenever it changes, before the machines do. */
    z.object({ do: z.literal('watch') }),
    z.object({ do: z.literal('stop') }),
    z.object({ do: z.literal('condition'), name, remedy: z.optional(name) }),
    z.object({
      ...{ do: z.literal('machine'), machine: name },
      state: z.enum(['up', 'down'], expected('state "up" or "down"')),
    }),
    z.object({ do: z.literal('service'), service: name, order: serviceOrder }),
    z.object({
      ...{ do: z.literal('exec'), machine: name },
      argv: z.array(z.string(argvText), argvText).check(z.minLength(1, argvText)),
      /** Root must be asked for in just this way. */
      asRoot: z.catch(z.boolean(), false),
    }),
  ],
  expected('a known request'),
);
export type Request = z.infer<typeof request>;
export type ServiceAction = z.infer<typeof serviceOrder>;

export type MachineStatus = {
  readonly name: string;
  readonly address: string;
  readonly state: 'up' | 'down';
  /** The process through which the machine is entered, in the lab's pid namespace; 0 when it is down. */
  readonly holder: number;
};
export type ServiceStatus =
  { readonly state: 'up'; readonly at: string } | { readonly state: 'down'; readonly why: string };

export type ConditionStatus = {
  /** A cause, or a cause and a remedy joined by "+". */
  readonly condition: string;
  /** How often it has changed: the newer one of two. */
  readonly changes: number;
  /** The base, on the way to another one. */
  readonly isPassing: boolean;
};

export type LabStatus = ConditionStatus & {
  /** The writeup whose lab it is. */
  readonly name: string;
  /** `tied` ends with the server that started it; `detached` stays until it is told to stop. */
  readonly mode: 'tied' | 'detached';
  /** Process id of its starter. */
  readonly startedBy: number;
  readonly machines: readonly MachineStatus[];
  /** Those that the condition wants. */
  readonly services: Readonly<Record<string, ServiceStatus>>;
  readonly fleet: Fleet;
  /** The lab's pid namespace, as /proc names it. */
  readonly pidNamespace: string;
};

export type Answer =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly message: string };

/** Throws a sentence that says what was expected. */
export function parseRequest(line: string): Request {
  const parsed = request.safeParse(JSON.parse(line));
  if (parsed.success) return parsed.data;
  throw new Error(parsed.error.issues.map(({ message }) => message).join('; ') || 'expected a request');
}
