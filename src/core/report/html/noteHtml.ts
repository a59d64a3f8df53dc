/** A note as paragraphs, lists and links; never as the HTML that somebody wrote into it. */
import { never } from '../../vocabulary.ts';
import { element, type Tree } from '../html.ts';
import { noteBlocks, type NotePart } from '../note.ts';

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
