/** Reads the named values of a check from the output. A value that cannot be read says why, and is never 0. */
import type { ValueSource } from '../check/check.ts';
import type { Scalar } from '../check/compareValue.ts';
import type { CompleteStep } from './evidence.ts';
import { toLines } from './lines.ts';
import { compile } from '../check/pattern.ts';
import { readQuantity } from '../check/quantity.ts';
import { never } from '../vocabulary.ts';

export type Reading =
  /** `text`: a quantity as it was printed; its value is in seconds or bytes. */
  | { readonly read: true; readonly value: Scalar; readonly text?: string }
  | { readonly read: false; readonly message: string };

const unread = (message: string): Reading => ({ read: false, message });

export function readValue(source: ValueSource, steps: ReadonlyMap<string, CompleteStep>): Reading {
  const step = steps.get(source.step);
  if (!step) return unread(`step \`${source.step}\` did not end completely`);
  switch (source.from) {
    case 'exit':
      return { read: true, value: step.exit };
    case 'count': {
      const { matches } = compile(source.regex);
      return { read: true, value: toLines(step[source.stream]).filter(matches).length };
    }
    case 'regex': {
      const pattern = compile(source.regex);
      for (const line of toLines(step[source.stream])) {
        const groups = pattern.groups(line);
        if (groups) return typed(groups.length > 0 ? groups.filter((g) => g !== '').join(' ') : line, source);
      }
      return unread(`no line of ${source.stream} of \`${source.step}\` is like ${source.regex}`);
    }
    case 'json':
      return readJson(step[source.stream], source);
    default:
      return never(source);
  }
}

function readJson(text: string, source: Extract<ValueSource, { from: 'json' }>): Reading {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return unread(
      `${source.stream} of \`${source.step}\` is not JSON: ${text === '' ? 'it is empty' : text.slice(0, 80)}`,
    );
  }
  const found = followPath(json, source.path);
  if (typeof found === 'string' || typeof found === 'number') return typed(found, source);
  return unread(`the JSON of \`${source.step}\` has no text or number at ${source.path}`);
}

/** Follows `a.b[0].c` into parsed JSON; only own properties, `undefined` where the path ends. */
export function followPath(json: unknown, path: string): unknown {
  let here = json;
  for (const part of path.split(/[.[\]]/).filter((p) => p !== '')) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, part)) return undefined;
    here = (here as Record<string, unknown>)[part];
  }
  return here;
}

function typed(
  found: Scalar,
  { as, unit }: Pick<Extract<ValueSource, { as: string }>, 'as' | 'unit'>,
): Reading {
  if (as === 'text') return { read: true, value: String(found) };
  const text = String(found).trim();
  if (as === 'duration' || as === 'size') {
    const quantity = readQuantity(text, unit);
    if (quantity?.dimension !== as)
      return unread(
        `expected a ${as} with its unit, for example ${as === 'size' ? '64 KiB' : '1.5 s'}, found "${text.slice(0, 80)}"`,
      );
    const printed = /[a-zµ]$/i.test(text) ? text : `${text} ${unit}`;
    return { read: true, value: quantity.value, text: printed };
  }
  const form = as === 'int' ? /^[+-]?\d{1,15}$/ : /^[+-]?\d+(\.\d+)?([eE][+-]?\d+)?$/;
  return form.test(text)
    ? { read: true, value: Number(text) }
    : unread(`expected ${as === 'int' ? 'a whole number' : 'a number'}, found "${text.slice(0, 80)}"`);
}
