import { expect, it } from 'vitest';
import { inconclusive } from '../run/judgement.ts';
import { jsonReport } from './json.ts';
import { reportSchema } from './testing-schema.ts';
import { judgedRow } from './pasted.ts';
import { markdownReport, recordOf, runOf, standaloneHtml, tapReport, textReport } from './testing.ts';

const members = [
  { name: 'web-1', verdict: 'agrees', observed: 'exit 7' },
  { name: 'web-2', verdict: 'inconclusive', observed: 'not known: unreachable', message: 'No `route`.' },
] as const;

it('[E33] values of two machines that are compared have a line each, with one mark', () => {
  const finding = (observed: string, holds: boolean, part: 'control' | 'expectation') => ({
    ...{ part, holds, message: '`a` and `b` are the same', observed: `1500 / ${observed}` },
    values: [
      { role: 'near', observed: '1500' },
      { role: 'far', observed },
    ],
  });
  const findings = [finding('1500', true, 'control'), finding('1`4`00', false, 'expectation')];
  const record = recordOf([runOf({ judgement: { verdict: 'differs', findings } })]);
  const options = { base: 'https://vantage.example' };
  const text = textReport(record);
  expect(text).toContain('\n- near: 1500\n- far: 1500, the same\n- near: 1500\n- far: 1`4`00, different\n');
  expect(text).toContain('are the same; observed: near: 1500, far: 1500');
  expect(tapReport(record, options)).toContain('"far: 1`4`00, different"');
  const markdown = markdownReport(record, options);
  expect(markdown).toContain('- near: `1500`\n- far: ``1`4`00``, **different**\n\nWhat was compared:');
  const page = standaloneHtml(record, { ...options, css: '' });
  const lines = page.split('<ul class="row-lines">')[1]?.split('</ul>')[0] ?? '';
  expect(lines.match(/#shape-(?:holds|fails)/g)).toEqual(['#shape-holds', '#shape-fails']);
  const judgement = inconclusive({ kind: 'lost', message: '' });
  const paste = {
    check: 'x',
    asks: [],
    judgement: { ...judgement, findings: [finding('9'.repeat(9999), false, 'control')] },
  };
  const [bounded] =
    judgedRow(paste, { writeup: '', checks: new Map(), roles: { far: '.20' } }).judgement?.findings ?? [];
  expect(bounded?.values?.[1]).toEqual({
    role: '.20',
    observed: expect.stringMatching(/^[\s\S]{1990,2100}$/),
  });
  for (const whole of [text, markdown, page]) expect(whole).not.toContain('1500 / ');
});

it('[E32] a row of several machines has one line for each, in every report for people', () => {
  const steps = members.map(({ name }) => ({ id: `curl@${name}`, role: 'web', command: 'curl x' }));
  const header = { steps, members: { role: 'web', machines: ['web-1', 'web-2'] } };
  const record = recordOf([runOf({ header, judgement: { members: [...members] } })]);
  const options = { base: 'https://vantage.example' };
  expect(textReport(record)).toContain(
    '\n- web-1: exit 7, agrees\n- web-2: not known: unreachable, inconclusive, No `route`.\n',
  );
  expect(tapReport(record, options)).toContain('"web-1: exit 7, agrees"');
  expect(markdownReport(record, options)).toContain(
    '- web-1: `exit 7`, **agrees**\n- web-2: `not known: unreachable`, **inconclusive**: No `route`.',
  );
  expect(textReport(record)).toContain('\nweb-2 $ curl x\n');
  expect(reportSchema.parse(JSON.parse(JSON.stringify(jsonReport(record, options)))).rows[0]).toMatchObject({
    members: { machines: ['web-1', 'web-2'] },
    judgement: { members: [{ name: 'web-1' }, { message: 'No `route`.' }] },
  });
  const page = standaloneHtml(record, { ...options, css: '' });
  for (const part of ['<b>web-1</b>', 'data-verdict="agrees"', '<code>route</code>'])
    expect(page.split('<ul class="row-lines">')[1]?.split('</ul>')[0]).toContain(part);
  expect(textReport(recordOf([runOf()]))).not.toContain('- web-1');
});
