import { expect, it } from 'vitest';
import { markdownReport, recordOf, runOf, standaloneHtml, tapReport, textReport } from './testing.ts';

const members = [
  { machine: 'web-1', verdict: 'agrees', observed: 'exit 7' },
  { machine: 'web-2', verdict: 'inconclusive', observed: 'not known: unreachable', message: 'No `route`.' },
] as const;

it('[E32] a row of several machines has one line for each, in every report for people', () => {
  const record = recordOf([runOf({ judgement: { members: [...members] } })]);
  const options = { base: 'https://vantage.example' };
  expect(textReport(record)).toContain(
    '\n- web-1: exit 7, agrees\n- web-2: not known: unreachable, inconclusive, No `route`.\n',
  );
  expect(tapReport(record, options)).toContain('"web-1: exit 7, agrees"');
  expect(markdownReport(record, options)).toContain(
    '- web-1: `exit 7`, **agrees**\n- web-2: `not known: unreachable`, **inconclusive**: No `route`.',
  );
  const page = standaloneHtml(record, { ...options, css: '' });
  for (const part of ['<b>web-1</b>', 'data-verdict="agrees"', '<code>route</code>'])
    expect(page.split('<ul class="row-lines">')[1]?.split('</ul>')[0]).toContain(part);
  expect(textReport(recordOf([runOf()]))).not.toContain('- web-1');
});
