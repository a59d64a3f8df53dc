/** A command that runs inside of a container or pod of the machine: how it begins. */
import * as z from '../text/schema.ts';
import { fault, type Fault, faultUnless } from './fault.ts';

const name = z
  .string()
  .check(
    z.regex(
      /^(?:[a-z]+\/)?[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$/,
      'write the name of a container or pod, for example `web` or `deploy/web`',
    ),
  );

/** Named in content only: no reader, no run and no variable of a shell chooses it. */
export const insideSchema = z.union(
  [
    z.strictObject({ docker: z.field(name, 'The container of `docker exec`.') }),
    z.strictObject({
      kubectl: z.field(name, 'The pod of `kubectl exec`, or what stands for one: `deploy/web`.'),
      namespace: z.optionalField(name, 'Of the pod: `-n`.'),
      container: z.optionalField(name, 'In the pod: `-c`.'),
    }),
  ],
  { error: 'write docker: CONTAINER, or kubectl: POD with namespace and container where they are needed' },
);
type Inside = z.infer<typeof insideSchema>;

/** As one types it, without a terminal; with standard input only where the step has some. */
export function wrapperOf(inside: Inside, hasInput: boolean): string {
  const input = hasInput ? ' -i' : '';
  if ('docker' in inside) return `docker exec${input} ${inside.docker}`;
  const { namespace, container, kubectl } = inside;
  return `kubectl exec${input}${namespace ? ` -n ${namespace}` : ''} ${kubectl}${container ? ` -c ${container}` : ''} --`;
}

type Wrapped = {
  readonly command: string;
  readonly needs: readonly string[];
  readonly input?: string | undefined;
  readonly inside?: Inside | undefined;
  readonly limits: { readonly seconds: number };
};

/** `docker exec` that is ended leaves what it started running (measured with docker 20.10.24), and so does `kubectl exec`. */
const ENDS = /^ timeout (?:-s [A-Z]+ )?(?:-k \d+ )?(\d+) /;

/** Paths start at the step. */
export function wrapperFaults({ command, needs, input, inside, limits }: Wrapped): readonly Fault[] {
  const calls = [...command.matchAll(/(?<![\w.-])(?:docker|podman|nerdctl|kubectl)\s(?:[^|;&]*?\s)?exec\s/g)];
  if (inside === undefined)
    return calls.map(() =>
      fault(
        ['command'],
        'a command inside of a container or pod names it in `inside` as well, for example `inside: { docker: web }`',
      ),
    );
  const wrapper = wrapperOf(inside, input !== undefined);
  const program = wrapper.split(' ')[0] ?? '';
  const isThere =
    calls.length === 1 && calls.every(({ index }) => `${command.slice(index)} `.startsWith(`${wrapper} `));
  const seconds = ENDS.exec(command.slice((calls[0]?.index ?? 0) + wrapper.length))?.[1];
  const ends = !isThere || (seconds !== undefined && Number(seconds) <= limits.seconds);
  return [
    ...faultUnless(
      ends,
      ['command'],
      `what runs inside ends by itself: \`${wrapper} timeout SECONDS …\`, with at most the ${limits.seconds} s of the step; whoever ends ${program} leaves it running`,
    ),
    ...faultUnless(
      isThere,
      ['command'],
      `expected \`${wrapper} …\` in the command, once, as \`inside\` says`,
    ),
    ...faultUnless(
      needs.includes(program),
      ['needs'],
      `expected ${program}, by which the command gets inside`,
    ),
  ];
}
