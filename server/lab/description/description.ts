/** What a lab consists of, as its writeup describes it in `lab/lab.yaml` and `lab/conditions.yaml`. Reading the files is left to `content/loadLab.ts`, what must fit together to `labFaults.ts` and `conditionFaults.ts`. */
import * as z from 'zod/mini';

/** The namespace of the lab's own first process, from which the docs server's connections reach the machines. */
export const serverNamespace = 'docs-server';

const text = (what: string, expression: RegExp) =>
  z
    .string({ error: ({ input }) => `expected ${what}, found ${JSON.stringify(input)}` })
    .check(z.regex(expression, { error: ({ input }) => `expected ${what}, found ${JSON.stringify(input)}` }));
const name = text('a name of lower-case letters, digits and hyphens, like `vm-1`', /^[a-z][a-z0-9-]{0,39}$/);
const octet = '(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)';
const address = text('an IPv4 address like 192.0.2.1', new RegExp(`^${octet}(?:\\.${octet}){3}$`));
const interfaceName = text('an interface of at most 15 characters, like eth0', /^[A-Za-z][\w.-]{0,14}$/);
const listen = text(
  'an address and a port like 0.0.0.0:8080, or the path of a Unix socket',
  new RegExp(
    `^(?:${octet}(?:\\.${octet}){3}:(?:[1-9]\\d{0,3}|[1-5]\\d{4}|6[0-4]\\d{3}|65[0-4]\\d{2}|655[0-2]\\d|6553[0-5])|/\\S{1,100})$`,
  ),
);
const path = text('an absolute path', /^\/\S+$/);
const paragraph = z.string().check(z.minLength(30));

/** A line for sh. With `try` it may fail: what the kernel under the lab may not offer, and nothing documented needs. */
const command = z.union([z.string(), z.strictObject({ try: z.string() })], {
  error: 'expected a command: write a line for sh, or { try: LINE } where it may fail',
});
const commands = z.array(command);
const blocks = z._default(z.array(z.strictObject({ on: name, run: commands.check(z.minLength(1)) })), []);

export const labSchema = z.strictObject({
  /** Logs in on every machine, and is no root there. */
  user: text('a login name like `docs`', /^[a-z_][a-z0-9_-]{0,31}$/),
  /** What the login user may run as root, word for word, when nobody says otherwise. */
  rootCommands: z._default(z.array(z.array(z.string()).check(z.minLength(1))), []),
  docsServer: z.strictObject({ address, setup: commands }),
  /** Each has an sshd, which answers at `address`. */
  machines: z.array(z.strictObject({ name, hostName: name, address, setup: commands })).check(z.minLength(1)),
  /** Namespaces that are no machines: nobody logs in there. */
  namespaces: z._default(z.array(z.strictObject({ name, setup: commands })), []),
  switches: z._default(z.array(z.strictObject({ name: interfaceName, in: name })), []),
  /** Each with its two ends. */
  links: z.array(
    z
      .array(z.strictObject({ in: name, interface: interfaceName, switch: z.optional(interfaceName) }))
      .check(z.length(2, 'expected the two ends of a link')),
  ),
  services: z._default(
    z.record(
      name,
      z.strictObject({
        on: name,
        /** A file beside the description; what it is given is said in `service.ts`. */
        program: text('a file beside the description, like `service.ts`', /^[\w-]+\.ts$/),
        user: z._default(z.enum(['login', 'root']), 'login'),
        /** A program of the machine that only this service needs. */
        needs: z.optional(path),
        listen,
        /** Gets the key and certificate of its machine. */
        tls: z._default(z.boolean(), false),
        arguments: z._default(z.record(z.string(), z.string()), {}),
        /** Runs only where a condition names it. */
        optional: z._default(z.boolean(), false),
      }),
    ),
    {},
  ),
});

const change = z.strictObject({ apply: blocks, undo: blocks });
const condition = {
  name,
  title: z.string().check(z.minLength(4)),
  /** What it models, in one paragraph for a reader; what is done; how close that is to the real thing; where it is known from. */
  about: paragraph,
  mechanism: paragraph,
  closeness: paragraph,
  sources: z.array(z.string()).check(z.minLength(1)),
  /** What a person looks at where no check can look, to tell it from causes that predict the same. */
  confirm: z.optional(paragraph),
};
const doing = {
  ...condition,
  /** Names of shared changes, put on before what follows and taken back after it. */
  uses: z._default(z.array(name), []),
  /** From the base into the condition, and back: also from where `apply` was interrupted. */
  apply: blocks,
  undo: blocks,
  /** Services that run otherwise than in the base, only here, or not at all (`off`); `shown` tells a reader. */
  services: z._default(
    z.record(
      name,
      z.strictObject({
        listen: z.optional(listen),
        tls: z.optional(z.boolean()),
        off: z._default(z.boolean(), false),
        arguments: z.optional(z.record(z.string(), z.string())),
        shown: z.string(),
      }),
    ),
    {},
  ),
  /** What the login shell of a machine exports. */
  environment: z._default(
    z.record(
      name,
      z.record(
        text('a variable like http_proxy', /^[A-Za-z_]\w*$/),
        text('a value without line breaks', /^.*$/),
      ),
    ),
    {},
  ),
  /** Machines that are reached another way than before, so that connections that are open are cut. */
  moves: z._default(z.array(name), []),
};

export const conditionsSchema = z.strictObject({
  changes: z._default(z.record(name, change), {}),
  /** In the order in which a reader meets them; the first is the base, from which all start. */
  conditions: z.array(
    z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('base'), ...condition }),
      z.strictObject({ kind: z.literal('cause'), ...doing }),
      /** `for`: the causes that it is meant for. */
      z.strictObject({ kind: z.literal('remedy'), for: z.array(name).check(z.minLength(1)), ...doing }),
    ]),
  ),
});

/** Debian packages of which the lab needs a program. */
export const packagesSchema = z.array(
  z.strictObject({ package: text('a Debian package', /^[a-z][a-z0-9.+-]+$/), binary: path }),
);

export type LabFile = z.infer<typeof labSchema>;
export type ConditionsFile = z.infer<typeof conditionsSchema>;
export type Command = z.infer<typeof command>;
export type Block = { readonly on: string; readonly run: readonly Command[] };
export type Service = LabFile['services'][string];
export type LabMachine = LabFile['machines'][number];
export type Condition = {
  readonly kind: 'base' | 'cause' | 'remedy';
  /** Empty unless it is a remedy. */ readonly for: readonly string[];
  readonly name: string;
} & Pick<
  Extract<ConditionsFile['conditions'][number], { kind: 'cause' }>,
  Exclude<keyof typeof doing, 'uses' | 'name'>
>;

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

/** The machine that a name or an address stands for, or nothing. */
export const findMachine = (
  { machines }: Pick<LabFile, 'machines'>,
  nameOrAddress: string,
): LabMachine | undefined =>
  machines.find(({ name, address }) => name === nameOrAddress || address === nameOrAddress);
