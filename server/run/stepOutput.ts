/** What a step wrote, on its way to the record: masked, sealed where it carries a secret, and kept as text for the judge. */
import type { Output, RunEvent } from '../../src/core/entry.ts';
import { createMask } from '../../src/core/mask.ts';
import { concat } from '../../src/core/protocol/codec.ts';
import { followPath } from '../../src/core/values.ts';
import type { Ended, Stream } from '../reach/contract.ts';

export type StepOutput = {
  heard(stream: Stream, bytes: Uint8Array): void;
  /** Opens the seal, if there is one: the secrets found go into `secrets`, and only then is the rest told. */
  end(ended: Ended, secrets: Map<string, string>): void;
  /** What may be shown of a stream, and is judged. */
  text(stream: Stream): string;
};

type Emit = (body: RunEvent | Output) => void;
const encoder = new TextEncoder();
const entryBytes = 1024 * 1024;

/** `keeps` names secrets and their JSON paths in stdout; with it, stdout is withheld until the step has ended. */
export function createStepOutput(
  step: string,
  known: ReadonlyMap<string, string>,
  keeps: Readonly<Record<string, string>> | undefined,
  emit: Emit,
): StepOutput {
  const shown: Record<Stream, Uint8Array[]> = { stdout: [], stderr: [] };
  const withheld: Uint8Array[] = [];
  const mask = { stdout: createMask(known), stderr: createMask(known) };
  const show = (stream: Stream, bytes: Uint8Array) => {
    if (bytes.length === 0) return;
    shown[stream].push(bytes);
    // A step that was sealed comes at once; an entry of many megabytes is more than the store takes.
    for (let from = 0; from < bytes.length; from += entryBytes)
      emit({ kind: 'output', step, stream, bytes: bytes.subarray(from, from + entryBytes) });
  };
  return {
    heard(stream, bytes) {
      if (stream === 'stdout' && keeps) withheld.push(bytes);
      else show(stream, mask[stream].feed(bytes));
    },
    end(ended, secrets) {
      if (keeps) {
        const sealed = concat(withheld);
        const found = ended.how === 'complete' ? findSecrets(sealed, keeps) : undefined;
        if (found) {
          for (const [name, value] of found) secrets.set(name, value);
          const open = createMask(secrets);
          show('stdout', concat([open.feed(sealed), open.flush()]));
        } else if (sealed.length > 0)
          show(
            'stdout',
            encoder.encode(`‹sealed: ${sealed.length} bytes that may hold a secret and could not be read›\n`),
          );
      }
      for (const stream of ['stdout', 'stderr'] as const) show(stream, mask[stream].flush());
    },
    text: (stream) => new TextDecoder().decode(concat(shown[stream])),
  };
}

/** All of them, or nothing: a step that gave one secret of two is not shown either. */
function findSecrets(
  bytes: Uint8Array,
  keeps: Readonly<Record<string, string>>,
): ReadonlyMap<string, string> | undefined {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
  const found = new Map<string, string>();
  for (const [name, path] of Object.entries(keeps)) {
    const value = followPath(json, path);
    if (typeof value !== 'string' || value.length < 8) return undefined;
    found.set(name, value);
  }
  return found;
}
