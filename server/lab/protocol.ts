/** What is said on the lab's control socket: one request per connection, one answer, each a line of JSON. Carrying it is left to `control.ts`. */

import type { Fleet } from '../fleet/fleet.ts';
import { type MachineName, machineOf } from './machines.ts';

export type BackendOrder = 'stop' | 'start' | { readonly port: number };

export type Request =
  | { readonly do: 'status' }
  /** Stays open until the lab ends. */
  | { readonly do: 'watch' }
  | { readonly do: 'stop' }
  | { readonly do: 'condition'; readonly name: string; readonly remedy?: string }
  | { readonly do: 'machine'; readonly machine: MachineName; readonly state: 'up' | 'down' }
  | { readonly do: 'backend'; readonly order: BackendOrder }
  | {
      readonly do: 'exec';
      readonly machine: MachineName;
      readonly argv: readonly string[];
      readonly asRoot: boolean;
    };

export type MachineStatus = {
  readonly name: MachineName;
  readonly address: string;
  readonly state: 'up' | 'down';
  /** The process through which the machine is entered, in the lab's own count; 0 when it is down. */
  readonly holder: number;
};

export type LabStatus = {
  /** `tied` ends with the server that started it; `detached` stays until it is told to stop. */
  readonly mode: 'tied' | 'detached';
  /** Process id of whoever started it. */
  readonly startedBy: number;
  /** A cause, or a cause and a remedy joined by "+". */
  readonly condition: string;
  readonly machines: readonly MachineStatus[];
  readonly backend:
    { readonly state: 'up'; readonly at: string } | { readonly state: 'down'; readonly why: string };
  readonly fleet: Fleet;
  /** The lab's pid namespace, as /proc names it. */
  readonly pidNamespace: string;
};

export type Answer =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly say: string };

/** A request from the wire, checked; throws a sentence that says what was expected. */
export function parseRequest(line: string): Request {
  const said: unknown = JSON.parse(line);
  if (typeof said !== 'object' || said === null)
    throw new Error(`expected a request, found ${line.slice(0, 80)}`);
  const field = (name: string): unknown => Object.entries(said).find(([key]) => key === name)?.[1];
  const what = field('do');
  if (what === 'status' || what === 'watch' || what === 'stop') return { do: what };
  if (what === 'condition') {
    const [name, remedy] = [String(field('name')), field('remedy')];
    return remedy === undefined ? { do: what, name } : { do: what, name, remedy: String(remedy) };
  }
  if (what === 'backend') return { do: what, order: backendOrder(field('order')) };
  if (what === 'machine') {
    const state = field('state');
    if (state !== 'up' && state !== 'down')
      throw new Error(`expected state "up" or "down", found ${String(state)}`);
    return { do: what, machine: machine(field('machine')), state };
  }
  if (what === 'exec') {
    const argv = field('argv');
    const words = Array.isArray(argv) ? argv.filter((word) => typeof word === 'string') : [];
    if (!Array.isArray(argv) || words.length === 0 || words.length !== argv.length) {
      throw new Error('expected argv to be a list of at least one string');
    }
    return { do: what, machine: machine(field('machine')), argv: words, asRoot: field('asRoot') === true };
  }
  throw new Error(`expected a known request, found ${String(what)}`);
}

function machine(said: unknown): MachineName {
  const found = machineOf(String(said));
  if (found === undefined)
    throw new Error(`expected manager, backend or frontend (or its address), found "${String(said)}"`);
  return found.name;
}

function backendOrder(said: unknown): BackendOrder {
  if (said === 'stop' || said === 'start') return said;
  const port = typeof said === 'object' && said !== null && 'port' in said ? said.port : undefined;
  if (typeof port === 'number' && Number.isInteger(port) && port > 1023 && port < 65_536) return { port };
  throw new Error('expected "stop", "start" or a port from 1024 to 65535 for the backend');
}
