import { expect, it } from 'vitest';
import { split } from './splitSelectors.ts';

it.each([
  ['.a', ['.a']],
  [':is(h1, h2)', ['h1', 'h2']],
  ['.prose :is(h2, h3):hover', ['.prose h2:hover', '.prose h3:hover']],
  [':where(.a, .side li a)', [':where(.a)', ':where(.side li a)']],
  [':where(.a :is(ul, h2), b)', [':where(.a ul)', ':where(.a h2)', ':where(b)']],
  ['.fold :is(.a, .b c)', ['.fold :is(.a, .b c)']],
  [':is(.a b, .b c)', [':is(.a b)', ':is(.b c)']],
  [":is([data-a='x, y'], .b)::before", [":is([data-a='x, y'])::before", '.b::before']],
  [':is(:is(.a, b) i, .c)', [':is(:is(.a, b) i, .c)']],
  [':where(.a, .b):not(:empty)', [':where(.a):not(:empty)', ':where(.b):not(:empty)']],
  [':is(.a, .b) > * + *', [':is(.a, .b) > * + *']],
  ['td:is(.a, .b)', ['td:is(.a, .b)']],
  ['&:is(.a, .b)', ['&:is(.a, .b)']],
  [':is(.a, #b)', [':is(.a, #b)']],
])('a list at the end of %s becomes selectors of the same weight', (selector, expected) => {
  expect(split(selector)).toEqual(expected);
});
