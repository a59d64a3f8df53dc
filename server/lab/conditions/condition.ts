/** What a condition of the lab is. The conditions themselves are one file each; putting one on is left to `../conditioner.ts`. */

import { type Op, scriptLine } from '../ops.ts';
import type { MachineName } from '../machines.ts';

/** Where the stand-in backend listens. Over TCP it speaks TLS unless something stands in front of it. */
export type Listen =
  | { readonly at: 'port'; readonly address: string; readonly port: number; readonly tls: boolean }
  | { readonly at: 'socket'; readonly path: string };

export type PortProxy = {
  readonly listen: { readonly address: string; readonly port: number };
  readonly to: { readonly address: string; readonly port: number };
};

/** What a condition needs beyond operations on a network: processes and files. `../arrange.ts` obeys them. */
export type Part =
  | { readonly kind: 'backend'; readonly listen: Listen }
  /** A real nginx on .20 that takes 8443 with TLS. */
  | { readonly kind: 'nginx'; readonly upstream: string }
  /** What the login shell of that machine exports. */
  | {
      readonly kind: 'environment';
      readonly on: MachineName;
      readonly variables: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'port-proxy'; readonly proxy: PortProxy }
  /** The machine is reached another way than before, so connections that are open are cut. */
  | { readonly kind: 'moved'; readonly machine: MachineName };

type Common = {
  readonly name: string;
  readonly title: string;
  /** What it models. One paragraph for a reader. */
  readonly about: string;
  /** What is done in the lab. */
  readonly mechanism: string;
  /** How close that is to the real thing. */
  readonly closeness: string;
  readonly sources: readonly string[];
  /** From the base into the condition, and back. `undo` leaves the base exactly as it was, also when only a part of `apply` was done. */
  readonly apply: readonly Op[];
  readonly undo: readonly Op[];
  readonly parts: readonly Part[];
};

export type Base = Common & { readonly kind: 'base' };
export type Cause = Common & { readonly kind: 'cause' };
export type Remedy = Common & {
  readonly kind: 'remedy';
  /** Names of causes. */ readonly for: readonly string[];
};
export type Condition = Base | Cause | Remedy;

/** Everything that a condition does, as lines for a reader, each with where it is done. */
export const commandsOf = ({ apply, parts }: Condition): { readonly on: string; readonly line: string }[] => [
  ...apply.map((op) => ({ on: op.on, line: scriptLine(op) })),
  ...parts.flatMap(partLine),
];

function partLine(part: Part): { readonly on: string; readonly line: string }[] {
  switch (part.kind) {
    case 'backend': {
      const { listen } = part;
      const where =
        listen.at === 'socket'
          ? `the Unix socket ${listen.path}, without TLS`
          : `${listen.address}:${listen.port}, ${listen.tls ? 'with' : 'without'} TLS`;
      return [{ on: 'backend', line: `# the backend listens on ${where}` }];
    }
    case 'nginx':
      return [{ on: 'backend', line: `nginx  # listen 0.0.0.0:8443 ssl; proxy_pass ${part.upstream};` }];
    case 'environment':
      return Object.entries(part.variables).map(([name, value]) => ({
        on: part.on,
        line: `export ${name}=${value}`,
      }));
    case 'port-proxy': {
      const { listen, to } = part.proxy;
      const line = `# port proxy (what netsh interface portproxy does): ${listen.address}:${listen.port} → ${to.address}:${to.port}`;
      return [{ on: 'windows', line }];
    }
    case 'moved':
      return [];
    default:
      return unknown(part);
  }
}

const unknown = (part: never): never => {
  throw new Error(`expected a known part of a condition, found ${JSON.stringify(part)}`);
};
