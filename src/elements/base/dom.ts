/** Small helpers that make nodes. Text is always text: nothing here reads HTML, and marks that turn or hide what is read are shown by name. */
import { addressOf } from '../../client/state/address.ts';
import type { Element as TreeElement, Tree } from '../../core/report/html.ts';
import { badge as badgeOf, sentence, shape as signOf } from '../../core/report/html/signs.ts';
import { visible } from '../../core/text/visibleText.ts';

type Child = Node | string | undefined;

export function node<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string>>,
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  setAttributes(made, attributes);
  made.append(
    ...children
      .filter((child) => child !== undefined)
      .map((child) => (typeof child === 'string' ? visible(child) : child)),
  );
  return made;
}

/** Links are written as if the site were at the root of its host. */
function setAttributes(made: Element, attributes: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(attributes))
    made.setAttribute(name, name === 'href' ? addressOf(value) : value);
}

const SVG = 'http://www.w3.org/2000/svg';

/** Draws a tree of the core, of which the server makes the same markup. */
export function draw(tree: Tree): Node[] {
  if (typeof tree === 'string') return [document.createTextNode(visible(tree))];
  return 'tag' in tree ? [drawElement(tree)] : tree.flatMap(draw);
}

function drawElement({ tag, attributes, children }: TreeElement): Element {
  const isSvg = tag === 'svg' || tag === 'use';
  const made = isSvg ? document.createElementNS(SVG, tag) : document.createElement(tag);
  setAttributes(made, attributes);
  made.append(...children.flatMap(draw));
  return made;
}

/** One of the signs drawn once in the page by `Shapes.astro`. */
export const shape = (name: string): Element => drawElement(signOf(name));

/** A verdict or a state in word, shape and colour. */
export const badge = (...of: Parameters<typeof badgeOf>): Element => drawElement(badgeOf(...of));

/** A sentence in which `code` stands between backticks. */
export const words = (text: string): Node[] => draw(sentence(text));
