/** Text for GitHub-flavoured Markdown: nothing that a machine or a reader wrote becomes markup, a mention, a reference or a cell of its own. */
import { clipLine, oneLine as joinedLines } from './units.ts';
import { visible } from '../text/visibleText.ts';
import { escapeHtml } from './html.ts';
import { never } from '../vocabulary.ts';
import type { NoteBlock, NotePart } from './note.ts';

/** Running text in one line. What could be markup becomes a character reference. */
export const prose = (text: string): string =>
  unlinked(references(text))
    .replace(/:(?=\/\/)/g, ':&#8203;')
    .replace(/\bwww\./gi, (www) => `${www}&#8203;`);

const references = (text: string): string => oneLine(text).replace(/[\\`*_~[\]<>&|"'$^]|!$/g, reference);

/** GitHub looks for mentions, references and emoji in what was rendered: they get a break in them that nobody sees. */
const unlinked = (markup: string): string =>
  markup
    .replace(/@|(?<!&)#/g, (mark) => `${mark}&#8203;`)
    .replace(/\b(GH-)(?=\d)/gi, '$1&#8203;')
    .replace(/:(?=[\w+-]+:)/g, ':&#8203;');

/** One line for an element of our own, such as a summary, in which GitHub reads no Markdown. */
export const inElement = (text: string): string => unlinked(escapeHtml(oneLine(text)));

/** A sentence of a check, in which `code` stands between backticks; what it quotes from a machine is escaped all the same. */
export const sentence = (text: string): string =>
  text
    .split(/(`[^`\n]+`)/)
    .map((part, index) => (index % 2 === 1 ? code(part.slice(1, -1), 'text') : spaced(part)))
    .join('');

/** `prose` trims; the blanks at the ends of a part lie between words. */
function spaced(text: string): string {
  if (text.trim() === '') return text === '' ? '' : ' ';
  return `${/^\s/.test(text) ? ' ' : ''}${prose(text)}${/\s$/.test(text) ? ' ' : ''}`;
}

/** Where a line begins, a dash or a number would begin a list. */
const atStart = (markdown: string): string =>
  markdown
    .replace(/^[-+=]/, reference)
    .replace(/^(\d+)([.)])/, (_, number: string, mark: string) => number + reference(mark));

const reference = (character: string): string => `&#${character.codePointAt(0)};`;

/** Cells and headings have one line. */
const oneLine = (text: string): string => joinedLines(text).replaceAll('\t', ' ').trim();

/** A code span whose fence is longer than any run of backticks within. In a cell of a table, bars are escaped. */
export function code(text: string, place: 'cell' | 'text', most = 300): string {
  const line = clipLine(oneLine(text), most);
  if (line === '') return '(empty)';
  // `\\|` cannot be written in a code span of a table: there, every character that means something becomes a reference.
  if (place === 'cell' && line.includes('\\|'))
    return `<code>${line.replace(/[^\p{L}\p{N} ]/gu, reference)}</code>`;
  const fence = '`'.repeat(longestRun(line) + 1);
  const room = /^`|`$|^ .* $/.test(line) ? ' ' : '';
  return `${fence}${room}${place === 'cell' ? line.replaceAll('|', '\\|') : line}${room}${fence}`;
}

/** A fenced block: its fence is longer than any run of backticks within, and controls are shown as their pictures. */
export function block(text: string, language = 'text'): string {
  const shown = visible(text).replace(/\n$/, '');
  const fence = '`'.repeat(Math.max(3, longestRun(shown) + 1));
  return `${fence}${language}\n${shown}\n${fence}`;
}

function longestRun(text: string): number {
  let longest = 0;
  for (const [run] of text.matchAll(/`+/g)) longest = Math.max(longest, run.length);
  return longest;
}

/** A link whose address is ours, or was found to be plain http. An address between the brackets is no link of its own. */
export const link = (text: string, href: string): string =>
  `[${unlinked(references(text))}](<${href.replace(/[<>\\\s]/g, encodeURIComponent).replaceAll('&', '&amp;')}>)`;

export function quotation(blocks: readonly NoteBlock[]): string {
  return blocks
    .map((one) =>
      one.kind === 'list'
        ? one.items.map((item) => `> - ${parts(item)}`).join('\n')
        : one.lines.map((line) => `> ${parts(line)}`).join('  \n'),
    )
    .join('\n>\n');
}

function parts(line: readonly NotePart[]): string {
  return atStart(line.map(part).join(''));
}

function part(one: NotePart): string {
  switch (one.kind) {
    case 'text':
      return spaced(one.text);
    case 'code':
      return code(one.text, 'text');
    case 'strong':
      return `**${prose(one.text)}**`;
    case 'link':
      return link(one.text, one.href);
    default:
      return never(one);
  }
}
