// What the arguments of the commands mean.
import { expect, test } from 'vitest';
import { portOf } from './dev.mjs';
import { blockedBy, setUpFor, roundsOf, selection } from './projects.mjs';

test('without a name all projects run, the quick ones first', () => {
  expect(selection([])).toEqual({ projects: ['unit', 'soak', 'lab', 'e2e'], rest: [] });
});

test('names select, everything else is for vitest', () => {
  expect(selection(['e2e', '-t', 'cancel', 'unit'])).toEqual({
    projects: ['unit', 'e2e'],
    rest: ['-t', 'cancel'],
  });
});

test('unit tests run alone; then the lab, beside soak; then the browser', () => {
  expect(roundsOf(selection([]).projects)).toEqual([[['unit']], [['lab'], ['soak']], [['e2e']]]);
  expect(roundsOf(['unit', 'e2e'])).toEqual([[['unit']], [['e2e']]]);
  expect(roundsOf(['lab'])).toEqual([[['lab']]]);
});

test('unit tests need neither machines nor a browser', () => {
  expect(setUpFor(['unit'])).toBe('check');
  expect(setUpFor(['unit', 'lab'])).toBe('lab');
  expect(setUpFor(['unit', 'e2e'])).toBe('tests');
});

test('missing packages block only the projects that need them', () => {
  const missing = { lab: ['tcpdump'], browser: ['chromium'] };
  expect(blockedBy('unit', missing)).toEqual([]);
  expect(blockedBy('lab', missing)).toEqual(['tcpdump']);
  expect(blockedBy('e2e', missing)).toEqual(['tcpdump', 'chromium']);
});

test("the page's port is taken out, both ways of writing it", () => {
  expect(portOf([])).toEqual({ port: 4321, rest: [] });
  expect(portOf(['--inventory', 'f', '--port', '4400'])).toEqual({ port: 4400, rest: ['--inventory', 'f'] });
  expect(portOf(['--port=4400', '--x'])).toEqual({ port: 4400, rest: ['--x'] });
});

test.each([[['--port']], [['--port', 'abc']], [['--port=0']], [['--port', '65536']]])(
  '%j is refused in words',
  (args) => {
    expect(() => portOf(args)).toThrow('--port wants a number from 1 to 65535');
  },
);
