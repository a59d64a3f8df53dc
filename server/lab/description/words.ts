/** The words that the description of a lab and that of its conditions are made of. */
import * as z from 'zod/mini';

export const text = (what: string, expression: RegExp) =>
  z
    .string({ error: ({ input }) => `expected ${what}, found ${JSON.stringify(input)}` })
    .check(z.regex(expression, { error: ({ input }) => `expected ${what}, found ${JSON.stringify(input)}` }));
export const name = text(
  'a name of lower-case letters, digits and hyphens, like `vm-1`',
  /^[a-z][a-z0-9-]{0,39}$/,
);
const octet = '(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)';
export const address = text('an IPv4 address like 192.0.2.1', new RegExp(`^${octet}(?:\\.${octet}){3}$`));
export const interfaceName = text(
  'an interface of at most 15 characters, like eth0',
  /^[A-Za-z][\w.-]{0,14}$/,
);
export const listen = text(
  'an address and a port like 0.0.0.0:8080, or the path of a Unix socket',
  new RegExp(
    `^(?:${octet}(?:\\.${octet}){3}:(?:[1-9]\\d{0,3}|[1-5]\\d{4}|6[0-4]\\d{3}|65[0-4]\\d{2}|655[0-2]\\d|6553[0-5])|/\\S{1,100})$`,
  ),
);
export const path = text('an absolute path', /^\/\S+$/);
export const paragraph = z.string().check(z.minLength(30));

export const command = z.union(
  [
    z.string(),
    z.strictObject({
      try: z
        .string()
        .check(
          z.describe(
            'It may fail: what the kernel under the lab may not offer, and nothing documented needs.',
          ),
        ),
    }),
  ],
  {
    error: 'expected a command: write a line for sh, or { try: LINE } where it may fail',
  },
);
export const commands = z.array(command).check(z.describe('Lines for sh, run there.'));
export const blocks = (what: string) =>
  z
    ._default(
      z.array(
        z.strictObject({
          on: name.check(z.describe('A machine or a namespace.')),
          run: commands.check(z.minLength(1)),
        }),
      ),
      [],
    )
    .check(z.describe(what));

export const nameOf = (what: string) => name.check(z.describe(what));
export const listenAt = listen.check(z.describe('An address and a port, or the path of a Unix socket.'));
