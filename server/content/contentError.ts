/** Every fault of the content in one error, each in a line that its author can act on. */
import type { SourceFault } from '../files/yaml.ts';

export const faultLine = ({ file, line, message }: SourceFault): string => `${file}:${line}: ${message}`;

/** Faults of content. The message has one line for each: file:line, what was expected, what to write. */
export class ContentError extends Error {
  readonly faults: readonly SourceFault[];
  constructor(faults: readonly SourceFault[]) {
    super(
      `content: ${faults.length} ${faults.length === 1 ? 'fault' : 'faults'}\n${faults.map((fault) => `  ${faultLine(fault)}`).join('\n')}`,
    );
    this.name = 'ContentError';
    this.faults = faults;
  }
}
