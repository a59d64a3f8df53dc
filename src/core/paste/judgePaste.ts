/** Judges what a reader pasted: finds the documented commands in it, and gives their output to the judge. Pure and bounded. */
import type { Check } from '../check/check.ts';
import { judge } from '../judge/judge.ts';
import type { StepResult } from '../judge/evidence.ts';
import type { PastedStep, PasteResult } from './paste.ts';

/** A row for each check of which at least one step was found. First version: exact commands after `$ `, exit 0. */
export function judgePaste(text: string, checks: readonly Check[]): PasteResult {
  const lines = text.split(/\r?\n/);
  const starts = lines.flatMap((line, index) => (line.startsWith('$ ') ? [index] : []));
  const took: PastedStep[] = [];
  const rows = checks.flatMap((check) => {
    const results = new Map<string, StepResult>();
    for (const [at, start] of starts.entries()) {
      const command = (lines[start] ?? '').slice(2).trim();
      const end = starts[at + 1] ?? lines.length;
      for (const step of check.steps)
        if (command === step.command || command === step.documented) {
          took.push({ check: check.id, step: step.id, lines: [start + 1, end], command, exit: 0 });
          const stdout = lines.slice(start + 1, end).join('\n');
          results.set(step.id, { how: 'complete', step: { exit: 0, stdout, stderr: '', seconds: 0 } });
        }
    }
    return results.size === 0 ? [] : [{ check: check.id, judgement: judge(check, results), asks: [] }];
  });
  return { reading: { took, replaced: [], ignored: [] }, rows };
}
