import { describe, expect, it } from 'vitest';
import { judge } from '../judge/judge.ts';
import { checkOf, complete, onceStep } from '../testing.ts';
import { createUnseen, unseenSentence } from './invisibleText.ts';
import { visible } from './visibleText.ts';

const encode = (text: string) => new TextEncoder().encode(text);
const found = (text: string, size = Number.POSITIVE_INFINITY) => {
  const unseen = createUnseen();
  const bytes = encode(text);
  for (let at = 0; at < bytes.length; at += size) unseen.feed(bytes.subarray(at, at + size));
  return unseen.found();
};
const overwrites = 'carriage returns or backspaces that write over text';
const sequences = 'escape sequences other than colours';
const turns = 'marks that turn the direction of reading';
const notSeen = 'characters that are not seen';
const controls = 'other control characters';

describe('output', () => {
  it.each([
    ['FAIL\rPASS\n', overwrites],
    ['FAIL\b\b\b\bPASS\n', overwrites],
    ['FAIL\n\u001b[1A\u001b[2KPASS\n', sequences],
    ['\u001b[8mFAIL\u001b[0m', sequences],
    ['\u001b[1;31;08mFAIL', sequences],
    ['\u001b]0;title\u0007', sequences],
    ['\u009b2J', sequences],
    ['\u001bc', sequences],
    ['ends in an escape \u001b', sequences],
    ['\u202eSSAP', turns],
    ['\u2066x\u2069', turns],
    ['\u200fx', turns],
    ['PA\u200bSS', notSeen],
    ['PA\u00adSS', notSeen],
    ['\ufeffPASS', notSeen],
    ['P\u{e0041}SS', notSeen],
    ['one\u2028two', notSeen],
    ['a\u0000b', controls],
    ['\u0007', controls],
    ['a\u007fb', controls],
  ])('[U1] that could deceive is named, wherever it is cut: %j', (text, kind) => {
    for (const size of [1, 2, 3, Number.POSITIVE_INFINITY]) expect(found(text, size)).toContain(kind);
    expect(unseenSentence(found(text))).toContain(kind);
  });
  it.each([
    'plain\nlines\twith tabs\n',
    'ends of lines\r\nof either kind\r\r\n',
    '\u001b[31mred\u001b[0m \u001b[38;5;8mgrey\u001b[m \u001b[48;2;8;8;8mx\u001b[28m',
    'José 张伟 שלום ✅ 📦',
    'a return at the very end\r',
    '',
  ])('[U1] that deceives nobody has no sign: %j', (text) => {
    for (const size of [1, 2, 3, Number.POSITIVE_INFINITY]) expect(found(text, size)).toEqual([]);
    expect(unseenSentence(found(text))).toBeUndefined();
  });
  it('[U2] is shown with every such character by name', () => {
    expect(visible('FAIL\rPASS \u001b[2K\u202eSSAP\u200b\u009b\u0000')).toBe(
      'FAIL␍PASS ␛[2K‹U+202E›SSAP‹U+200B›‹U+009B›␀',
    );
  });
});

/** T29: what would look like the documented answer on a terminal or a page. */
describe('a verdict', () => {
  const check = checkOf('a-check', [onceStep('s', 'true')], {
    expect: [{ kind: 'lines', step: 's', stream: 'stdout', lines: [{ literal: 'PASS' }] }],
  });
  const verdict = (stdout: string) => judge(check, new Map([['s', complete({ stdout })]])).verdict;
  it.each([
    'FAIL\rPASS\n',
    'FAIL\n\u001b[1A\u001b[2KPASS\n',
    'FAIL\b\b\b\bPASS\n',
    'P\u202eSSA\u202c\n',
    '\u202eSSAP\n',
    'PA\u200bSS\n',
    '\ufeffPASS\n',
    'PАSS\n',
    'PASS\n\u001b[8mFAIL\u001b[0m\n',
    'PASS\n\u0000',
  ])('[J10] is of the characters as they came, not of how they look: %j', (text) =>
    expect(verdict(text)).toBe('differs'),
  );
  it('[J10] agrees when they are those', () => expect(verdict('PASS\n')).toBe('agrees'));
});
