/** The output of a step on its way to the record: secrets masked, and withheld if it may contain one. */
import type { Output, RunEvent } from '../../src/core/run/entry.ts';
import { createMask, unmaskable } from '../../src/core/secrets/mask.ts';
import { concat } from '../../src/core/protocol/codec.ts';
import { JUDGED_BYTES } from '../../src/core/check/namedSteps.ts';
import { followPath } from '../../src/core/judge/values.ts';
import type { CommandResult, Stream } from '../agent/contract.ts';

export type StepOutput = ReturnType<typeof createStepOutput>;

type Secrets = ReadonlyMap<string, string>;
const entryBytes = 1024 * 1024;
const streams = ['stdout', 'stderr'] as const;

/** `judged`: the streams whose whole text will be asked for. `extracts`: JSON paths in stdout of the secrets to extract; with it, both streams are withheld until the step has ended. */
export function createStepOutput(
  step: string,
  known: Secrets,
  extracts: Readonly<Record<string, string>> | undefined,
  judged: ReadonlySet<Stream>,
  emit: (body: RunEvent | Output) => void,
) {
  const kept: Record<Stream, Uint8Array[]> = { stdout: [], stderr: [] };
  let errorBytes = 0;
  const withheld: Record<Stream, Uint8Array[]> = { stdout: [], stderr: [] };
  const mask = { stdout: createMask(known), stderr: createMask(known) };
  const show = (stream: Stream, bytes: Uint8Array) => {
    if (bytes.length === 0) return;
    const isNamingCommands = stream === 'stderr' && errorBytes < JUDGED_BYTES;
    if (isNamingCommands) errorBytes += bytes.length;
    if (isNamingCommands || judged.has(stream)) kept[stream].push(bytes);
    // Withheld output comes at once, and the store takes no entry of many megabytes.
    for (let from = 0; from < bytes.length; from += entryBytes)
      emit({ kind: 'output', step, stream, bytes: bytes.subarray(from, from + entryBytes) });
  };
  const showWithheld = (isComplete: boolean, secrets: Map<string, string>) => {
    const stdout = concat(withheld.stdout);
    const found = isComplete ? findSecrets(stdout, extracts ?? {}) : 'and are not known to be complete';
    if (typeof found === 'string') {
      const message = `‹sealed: ${stdout.length} bytes that may hold a secret ${found}›\n`;
      if (stdout.length > 0) show('stdout', new TextEncoder().encode(message));
    } else {
      for (const [name, value] of found) secrets.set(name, value);
      show('stdout', masked(stdout, secrets));
    }
    // The linter refuses options that would print the answer here.
    show('stderr', masked(concat(withheld.stderr), secrets));
  };
  return {
    push(stream: Stream, bytes: Uint8Array) {
      if (extracts) withheld[stream].push(bytes);
      else show(stream, mask[stream].feed(bytes));
    },
    /** Adds the secrets that the step gave to `secrets`, then emits what was withheld. */
    end(ended: CommandResult, secrets: Map<string, string>) {
      if (extracts) showWithheld(ended.how === 'complete', secrets);
      for (const stream of streams) show(stream, mask[stream].flush());
    },
    /** The masked text of a stream. Of one that is not judged only the beginning of standard error, where a missing command is named. */
    text: (stream: Stream) => new TextDecoder().decode(concat(kept[stream])),
  };
}

function masked(bytes: Uint8Array, secrets: Secrets): Uint8Array {
  const mask = createMask(secrets);
  return concat([mask.feed(bytes), mask.flush()]);
}

/** All of the secrets, or why they cannot be extracted. */
function findSecrets(bytes: Uint8Array, extracts: Readonly<Record<string, string>>): Secrets | string {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return 'and could not be read';
  }
  const secrets = new Map<string, string>();
  for (const [name, path] of Object.entries(extracts)) {
    const value = followPath(json, path);
    if (typeof value !== 'string') return 'and could not be read';
    const fault = unmaskable(value);
    if (fault !== undefined) return `under ${name}, which ${fault}`;
    secrets.set(name, value);
  }
  return secrets;
}
