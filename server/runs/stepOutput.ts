/** What a step wrote, on its way to the record: masked, sealed where it carries a secret, and kept as text for the judge. */
import type { Output, RunEvent } from '../../src/core/run/entry.ts';
import { createMask, unmaskable } from '../../src/core/secrets/mask.ts';
import { concat } from '../../src/core/protocol/codec.ts';
import { followPath } from '../../src/core/judge/values.ts';
import type { CommandResult, Stream } from '../agent/contract.ts';

export type StepOutput = {
  push(stream: Stream, bytes: Uint8Array): void;
  /** Opens the seal, if there is one: the secrets found go into `secrets`, and only then is the rest told. */
  end(ended: CommandResult, secrets: Map<string, string>): void;
  /** What may be shown of a stream, and is judged. */
  text(stream: Stream): string;
};

type Emit = (body: RunEvent | Output) => void;
const encoder = new TextEncoder();
const entryBytes = 1024 * 1024;

/** `keeps` names secrets and their JSON paths in stdout; with it, both streams are withheld until the step has ended. */
export function createStepOutput(
  step: string,
  known: ReadonlyMap<string, string>,
  extracts: Readonly<Record<string, string>> | undefined,
  emit: Emit,
): StepOutput {
  const shown: Record<Stream, Uint8Array[]> = { stdout: [], stderr: [] };
  const withheld: Record<Stream, Uint8Array[]> = { stdout: [], stderr: [] };
  const mask = { stdout: createMask(known), stderr: createMask(known) };
  const show = (stream: Stream, bytes: Uint8Array) => {
    if (bytes.length === 0) return;
    shown[stream].push(bytes);
    // A step that was sealed comes at once; an entry of many megabytes is more than the store takes.
    for (let from = 0; from < bytes.length; from += entryBytes)
      emit({ kind: 'output', step, stream, bytes: bytes.subarray(from, from + entryBytes) });
  };
  return {
    push(stream, bytes) {
      if (extracts) withheld[stream].push(bytes);
      else show(stream, mask[stream].feed(bytes));
    },
    end(ended, secrets) {
      if (extracts) {
        const sealed = concat(withheld.stdout);
        const found =
          ended.how === 'complete'
            ? findSecrets(sealed, extracts)
            : { fault: 'and are not known to be whole' };
        if ('fault' in found) {
          const message = `‹sealed: ${sealed.length} bytes that may hold a secret ${found.fault}›\n`;
          if (sealed.length > 0) show('stdout', encoder.encode(message));
        } else {
          for (const [name, value] of found.secrets) secrets.set(name, value);
          show('stdout', masked(sealed, secrets));
        }
        // What the tool says of itself. The linter refuses the options by which it would print the answer here.
        show('stderr', masked(concat(withheld.stderr), secrets));
      }
      for (const stream of ['stdout', 'stderr'] as const) show(stream, mask[stream].flush());
    },
    text: (stream) => new TextDecoder().decode(concat(shown[stream])),
  };
}

function masked(bytes: Uint8Array, secrets: ReadonlyMap<string, string>): Uint8Array {
  const mask = createMask(secrets);
  return concat([mask.feed(bytes), mask.flush()]);
}

type Kept = { readonly secrets: ReadonlyMap<string, string> } | { readonly fault: string };

/** All of them, or nothing: a step that gave one secret of two is not shown either. */
function findSecrets(bytes: Uint8Array, extracts: Readonly<Record<string, string>>): Kept {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return { fault: 'and could not be read' };
  }
  const secrets = new Map<string, string>();
  for (const [name, path] of Object.entries(extracts)) {
    const value = followPath(json, path);
    if (typeof value !== 'string') return { fault: 'and could not be read' };
    const fault = unmaskable(value);
    if (fault !== undefined) return { fault: `under ${name}, which ${fault}` };
    secrets.set(name, value);
  }
  return { secrets };
}
