/** Reads the little Markdown that a note may have, so that every report can write it in its own safe way. No HTML, no images. */
import { never } from '../vocabulary.ts';
import { element, type Tree } from './html.ts';

export type NotePart =
  | { readonly kind: 'text' | 'code' | 'strong'; readonly text: string }
  | { readonly kind: 'link'; readonly text: string; readonly href: string };

export type NoteBlock =
  | { readonly kind: 'paragraph'; readonly lines: readonly (readonly NotePart[])[] }
  | { readonly kind: 'list'; readonly items: readonly (readonly NotePart[])[] };

const ITEM = /^\s*[-*+]\s+/;
/** `code`, **strong**, [text](address) and bare addresses. Nothing nests. */
const INLINE =
  /`([^`\n]+)`|\*\*([^*\n]+)\*\*|\[([^\]\n]{1,300})\]\((https?:\/\/[^\s<>()"'`\\]+)\)|(https?:\/\/[^\s<>()[\]"'`\\]+[^\s<>()[\]"'`\\.,;:!?])/g;

/** Blocks are parted by empty lines; a block whose lines all begin with a dash or a star is a list. */
export function noteBlocks(note: string): NoteBlock[] {
  return note
    .replaceAll('\r\n', '\n')
    .split(/\n[ \t]*(?:\n[ \t]*)+/)
    .map((block) => block.split('\n').filter((line) => line.trim() !== ''))
    .filter((lines) => lines.length > 0)
    .map((lines) =>
      lines.every((line) => ITEM.test(line))
        ? { kind: 'list', items: lines.map((line) => inline(line.replace(ITEM, ''))) }
        : { kind: 'paragraph', lines: lines.map((line) => inline(line.trim())) },
    );
}

function inline(line: string): NotePart[] {
  const parts: NotePart[] = [];
  let end = 0;
  for (const match of line.matchAll(INLINE)) {
    const [whole, code, strong, text, href, bare] = match;
    if (match.index > end) parts.push({ kind: 'text', text: line.slice(end, match.index) });
    if (code !== undefined) parts.push({ kind: 'code', text: code });
    else if (strong !== undefined) parts.push({ kind: 'strong', text: strong });
    else if (text !== undefined && href !== undefined) parts.push({ kind: 'link', text, href });
    else if (bare !== undefined) parts.push({ kind: 'link', text: bare, href: bare });
    end = match.index + whole.length;
  }
  if (end < line.length) parts.push({ kind: 'text', text: line.slice(end) });
  return parts;
}

/** A note as paragraphs, lists and links; never as the HTML that somebody wrote into it. */
export function noteHtml(note: string): Tree {
  if (note.trim() === '') return [];
  const blocks = noteBlocks(note).map((block) => {
    if (block.kind === 'list')
      return element('ul', ...block.items.map((item) => element('li', item.map(notePart))));
    return element(
      'p',
      ...block.lines.map((line, index) => [index === 0 ? [] : element('br'), line.map(notePart)]),
    );
  });
  return element('div.note-text', ...blocks);
}

function notePart(part: NotePart): Tree {
  switch (part.kind) {
    case 'text':
      return part.text;
    case 'code':
    case 'strong':
      return element(part.kind, {}, part.text);
    case 'link':
      return element('a', { href: part.href, rel: 'nofollow noopener noreferrer' }, part.text);
    default:
      return never(part);
  }
}
