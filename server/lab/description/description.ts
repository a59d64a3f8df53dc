/** What a lab consists of, as its writeup describes it in `lab/lab.yaml`. Reading the files is left to `content/loadLab.ts`, what must fit together to `labFaults.ts` and `conditionFaults.ts`. */
import * as z from 'zod/mini';
import type { Condition } from './conditionsFile.ts';
import {
  address,
  type command,
  commands,
  interfaceName,
  listenAt,
  name,
  nameOf,
  path,
  text,
} from './words.ts';

/** The namespace of the lab's own first process, from which the docs server's connections reach the machines. */
export const serverNamespace = 'docs-server';

export const labSchema = z.strictObject({
  user: text('a login name like `docs`', /^[a-z_][a-z0-9_-]{0,31}$/).check(
    z.describe('Logs in on every machine, and is no root there.'),
  ),
  rootCommands: z
    ._default(z.array(z.array(z.string()).check(z.minLength(1))), [])
    .check(z.describe('What the login user may run as root, word for word, when nobody says otherwise.')),
  docsServer: z
    .strictObject({ address: address.check(z.describe('Its address.')), setup: commands })
    .check(z.describe("The namespace that must reach every machine's sshd at its `address`.")),
  machines: z
    .array(
      z.strictObject({
        name: nameOf('A role of the writeup, if it has no `role`.'),
        role: z
          .optional(name)
          .check(z.describe('The role of the writeup that it plays, where several machines play one.')),
        hostName: nameOf('What `hostname` prints there.'),
        address: address.check(z.describe('Where its sshd answers.')),
        setup: commands,
      }),
    )
    .check(z.minLength(1), z.describe('Each has an sshd.')),
  namespaces: z
    ._default(z.array(z.strictObject({ name: nameOf('Its name in the lab.'), setup: commands })), [])
    .check(z.describe('Namespaces that are no machines: nobody logs in there.')),
  switches: z
    ._default(
      z.array(
        z.strictObject({
          name: interfaceName.check(z.describe('The interface of the bridge.')),
          in: nameOf('Its namespace.'),
        }),
      ),
      [],
    )
    .check(z.describe('Bridges; their ports are up before any `setup`.')),
  links: z
    .array(
      z
        .array(
          z.strictObject({
            in: nameOf('The machine or namespace of this end.'),
            interface: interfaceName.check(z.describe('Its interface there.')),
            switch: z.optional(interfaceName).check(z.describe('This end is a port of that switch.')),
          }),
        )
        .check(z.length(2, 'expected the two ends of a link')),
    )
    .check(z.describe('Cables, each with its two ends.')),
  services: z
    ._default(
      z.record(
        name,
        z.strictObject({
          on: nameOf('Its machine or namespace.'),
          program: text('a file beside the description, like `service.ts`', /^[\w-]+\.ts$/).check(
            z.describe(
              'A file beside this one. The first line of its standard input is JSON: `host` and `port`, or `path`; with `tls` also `key` and `cert`; and its `arguments`. It prints a line when it listens, and ends when its input ends.',
            ),
          ),
          user: z._default(z.enum(['login', 'root']), 'login').check(z.describe('Whom it runs as.')),
          needs: z
            .optional(path)
            .check(
              z.describe('A program of the machine that only this service needs; `packages.json` lists it.'),
            ),
          listen: listenAt,
          tls: z
            ._default(z.boolean(), false)
            .check(z.describe('It gets the key and certificate of its machine.')),
          arguments: z._default(z.record(z.string(), z.string()), {}).check(z.describe('What it is given.')),
          optional: z
            ._default(z.boolean(), false)
            .check(z.describe('It runs only where a condition names it.')),
        }),
      ),
      {},
    )
    .check(z.describe('Small programs, by name.')),
});

export const packagesSchema = z.array(
  z.strictObject({
    package: text('a Debian package', /^[a-z][a-z0-9.+-]+$/).check(z.describe('A Debian package.')),
    binary: path.check(z.describe('The program that the lab needs of it.')),
  }),
);

export type LabFile = z.infer<typeof labSchema>;
export type Command = z.infer<typeof command>;
export type { Condition } from './conditionsFile.ts';
export type Block = { readonly on: string; readonly run: readonly Command[] };
export type Service = LabFile['services'][string];
export type LabMachine = LabFile['machines'][number];
/** All of it, with the shared changes put in. */
export type LabDescription = LabFile & {
  /** The writeup's id. */
  readonly name: string;
  /** Where the programs of the services are. */
  readonly directory: string;
  readonly packages: z.infer<typeof packagesSchema>;
  readonly conditions: readonly Condition[];
};

/** Names of all network namespaces of a lab. */
export const namespacesOf = ({
  machines,
  namespaces,
}: Pick<LabFile, 'machines' | 'namespaces'>): readonly string[] => [
  serverNamespace,
  ...machines.map(({ name }) => name),
  ...namespaces.map(({ name }) => name),
];

/** The role that a machine of the lab plays. */
export const roleIn = ({ name, role }: Pick<LabMachine, 'name' | 'role'>): string => role ?? name;

/** The machine that a name or an address stands for, or nothing. */
export const findMachine = (
  { machines }: Pick<LabFile, 'machines'>,
  nameOrAddress: string,
): LabMachine | undefined =>
  machines.find(({ name, address }) => name === nameOrAddress || address === nameOrAddress);
