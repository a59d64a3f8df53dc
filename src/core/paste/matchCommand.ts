/** Lays a pasted command beside the documented ones: same program, same question; another address or port is a replacement. */
import type { Check, Step } from '../check/check.ts';
import type { Replacement } from './paste.ts';
import { type Command, parseCommand, type Simple } from './shellWords.ts';
import { tools } from './tools.ts';

/** One way to write a step: its command, the documented one, or one that the check names. */
export type Form = {
  readonly check: Check;
  readonly step: Step;
  readonly command: Command | undefined;
  readonly whole: Slots;
};
export type Match = {
  readonly form: Form;
  readonly pairs: readonly Replacement[];
  /** `found`: only the lines with a word are shown. `apply`: the documented `grep` is still to be done. `partial`: another program took lines out. */
  readonly filter: 'same' | 'found' | 'apply' | 'partial';
  /** Another path of the same service was asked: its status says nothing of the documented one. */
  readonly otherPath: boolean;
};
type Slots = { readonly regex: RegExp; readonly documented: readonly string[] };

const ADDRESS = String.raw`\d{1,3}(?:\.\d{1,3}){3}`;
const PLACE = new RegExp(String.raw`(${ADDRESS})(?:([:/])(\d{1,5})(?!\d))?`, 'g');
const isLoopback = (host: string): boolean =>
  host.startsWith('127.') || host === 'localhost' || host === '[::1]';

export function formsOf(checks: readonly Check[]): readonly Form[] {
  const ports = new Set(
    checks.flatMap(({ steps }) =>
      steps.flatMap(({ command, documented = '' }) =>
        [...`${command} ${documented}`.matchAll(PLACE)].flatMap(([, , , port]) => port ?? []),
      ),
    ),
  );
  return checks.flatMap((check) =>
    check.steps.flatMap((step) => {
      const more = (check.pasted ?? []).flatMap((one) =>
        'command' in one && one.step === step.id ? one.command : [],
      );
      return [...new Set([step.command, step.documented ?? step.command, ...more])].map((text) => ({
        ...{ check, step, command: parseCommand(text), whole: slotsOf(tidy(text), ports) },
      }));
    }),
  );
}

/** As forms are compared: without a question for the exit status behind it. */
export const tidyCommand = (text: string): string => tidy(text.replace(/\s*;\s*echo\s[^;]*\$\?[^;]*$/, ''));
const tidy = (text: string): string => text.replace(/\s+/g, ' ').trim();

/** An expression that accepts the text with other addresses and ports in their places. */
function slotsOf(text: string, ports: ReadonlySet<string>): Slots {
  const documented: string[] = [];
  const number = [...ports].join('|') || '(?!)';
  const pattern = text.replace(
    new RegExp(
      String.raw`(${ADDRESS})(?:([:/])(\d{1,5})(?!\d))?|(?<![\w.:%@'-])(${number})(?![\w.:-])|[.*+?^$\{}()|[\]\\]`,
      'g',
    ),
    (
      found,
      address: string | undefined,
      mark: string | undefined,
      port: string | undefined,
      alone: string | undefined,
    ) => {
      if (alone !== undefined) {
        documented.push(alone);
        return '(\\d{1,5})';
      }
      if (address === undefined) return `\\${found}`;
      documented.push(address, ...(port === undefined ? [] : [port]));
      return `(${ADDRESS}|localhost)${port === undefined ? '' : `${mark}(\\d{1,5})`}`;
    },
  );
  return { regex: new RegExp(`^${pattern}$`), documented };
}

const pairsOf = (
  pasted: readonly string[],
  documented: readonly string[],
): readonly Replacement[] | undefined => {
  const pairs = documented.map((one, index) => ({ pasted: pasted[index] ?? '', documented: one }));
  const isFit = ({ pasted: a, documented: b }: Replacement) => {
    if (!b.includes('.')) return true;
    if (isLoopback(a) || isLoopback(b)) return a === b || (a === 'localhost' && b === '127.0.0.1');
    return !a.startsWith('0.');
  };
  return pairs.every(isFit)
    ? pairs.filter((pair) => pair.pasted !== pair.documented && pair.pasted !== 'localhost')
    : undefined;
};

/** How the pasted command is the step of the form, if it is. */
export function matchCommand(form: Form, tidied: string, pasted: Command | undefined): Match | undefined {
  const exact = form.whole.regex.exec(tidied);
  const pairs = exact && pairsOf(exact.slice(1), form.whole.documented);
  if (pairs) return { form, pairs, filter: 'same', otherPath: false };
  const wanted = form.command;
  if (!wanted || !pasted || pasted.isSequence || wanted.isSequence || !isProxyFit(form, pasted))
    return undefined;
  const main = matchSimple(wanted, pasted, form.whole);
  if (!main) return undefined;
  const filter = matchFilter(wanted.filter, pasted.filter);
  return filter && { form, ...main, pairs: [...main.pairs, ...filter.pairs], filter: filter.filter };
}

/** A step that is about the proxy variables is another question than its twin with `--noproxy`. */
function isProxyFit({ check, step }: Form, { options }: Simple): boolean {
  if (!check.steps.some(({ proxy }) => proxy)) return true;
  return options.has('--noproxy') === (step.proxy === undefined) || !/\bcurl\b/.test(step.command);
}

function matchFilter(
  wanted: Simple | undefined,
  pasted: Simple | undefined,
): Pick<Match, 'filter' | 'pairs'> | undefined {
  const word = (one: Simple) => (one.words[0] ?? '').replace(/^[:\s]+|[:\s]+$/g, '');
  const isPlain = (one: Simple) =>
    one.program === 'grep' &&
    one.words.length === 1 &&
    !tools.grep?.alike?.some((option) => one.options.has(option));
  if (wanted === undefined) {
    if (pasted === undefined) return { filter: 'same', pairs: [] };
    // What was searched for is shown; what is not shown may have been there.
    return { filter: isPlain(pasted) ? 'found' : 'partial', pairs: [] };
  }
  if (!isPlain(wanted)) return undefined;
  if (pasted === undefined) return { filter: 'apply', pairs: [] };
  if (!isPlain(pasted)) return { filter: 'partial', pairs: [] };
  if (word(pasted) === word(wanted)) return { filter: 'same', pairs: [] };
  if (!/^\d{2,5}$/.test(word(pasted)) || !/^\d{2,5}$/.test(word(wanted))) return undefined;
  return { filter: 'same', pairs: [{ pasted: word(pasted), documented: word(wanted) }] };
}

const programOf = ({ program }: Simple): string => (program === 'netstat' ? 'ss' : program);

function matchSimple(
  wanted: Simple,
  pasted: Simple,
  { documented }: Slots,
): Pick<Match, 'pairs' | 'otherPath'> | undefined {
  const tool = tools[wanted.program];
  if (programOf(wanted) !== programOf(pasted) || !tool) return undefined;
  const { equal = [], alike = [] } = tool;
  if (equal.some((option) => wanted.options.get(option) !== pasted.options.get(option))) return undefined;
  if (alike.some((option) => wanted.options.has(option) !== pasted.options.has(option))) return undefined;
  const words = (one: Simple) =>
    one.words
      .flatMap((word) => (one.program === 'tcpdump' ? word.split(/\s+/) : [word]))
      .filter((word) => word !== 'tcp' || one.program !== 'tcpdump');
  const [mine, theirs] = [words(wanted), words(pasted)];
  if (mine.length !== theirs.length) return undefined;
  const matches = mine.map((word, index) =>
    wanted.program === 'curl'
      ? matchUrl(word, theirs[index] ?? '')
      : matchWord(word, theirs[index] ?? '', documented),
  );
  if (matches.includes(undefined)) return undefined;
  return {
    pairs: matches.flatMap((match) => match?.pairs ?? []),
    otherPath: matches.some((match) => match?.otherPath),
  };
}

type WordMatch = Pick<Match, 'pairs' | 'otherPath'> | undefined;

function matchWord(wanted: string, pasted: string, documented: readonly string[]): WordMatch {
  if (wanted === pasted) return { pairs: [], otherPath: false };
  const { regex, documented: own } = slotsOf(wanted, new Set(documented.filter((one) => /^\d+$/.test(one))));
  const found = regex.exec(pasted.replace(/^:(?=\d+$)/, ''));
  const pairs = found && pairsOf(found.slice(1), own);
  return pairs ? { pairs, otherPath: false } : undefined;
}

const URL_PARTS = /^(?:(https?):\/\/)?(\[[^\]]*\]|[^/:?#@]+)(?::(\d{1,5}))?([/?#].*)?$/i;

function matchUrl(wanted: string, pasted: string): WordMatch {
  const [mine, theirs] = [partsOf(wanted), partsOf(pasted)];
  if (!mine || !theirs) return wanted === pasted ? { pairs: [], otherPath: false } : undefined;
  const isAddress = (host: string) => host === 'localhost' || new RegExp(`^${ADDRESS}$`).test(host);
  if (mine.host !== theirs.host && !(isAddress(mine.host) && isAddress(theirs.host))) return undefined;
  const pairs = pairsOf([theirs.host, theirs.port], [mine.host, mine.port]);
  const isOther = mine.port !== theirs.port;
  // Another service has other paths and may do without TLS; the same one must be asked the same way.
  if (!pairs || (!isOther && mine.scheme !== theirs.scheme)) return undefined;
  return { pairs, otherPath: !isOther && mine.path !== theirs.path };
}

function partsOf(word: string) {
  const [, scheme = 'http', host = '', given, path = '/'] = URL_PARTS.exec(word) ?? [];
  if (host === '') return undefined;
  const lower = scheme.toLowerCase();
  return { scheme: lower, host: host.toLowerCase(), port: given ?? (lower === 'https' ? '443' : '80'), path };
}
