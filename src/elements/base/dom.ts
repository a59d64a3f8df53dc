/** Small helpers that make nodes. Text is always text: nothing here reads HTML, and marks that turn or hide what is read are shown by name. */
import { visible } from '../../core/text/visibleText.ts';

type Child = Node | string | undefined;

export function node<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string>>,
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(
    ...children
      .filter((child) => child !== undefined)
      .map((child) => (typeof child === 'string' ? visible(child) : child)),
  );
  return made;
}

const SVG = 'http://www.w3.org/2000/svg';

/** One of the signs drawn once in the page by `shapes.svg`. */
export function shape(name: string): SVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  const use = document.createElementNS(SVG, 'use');
  svg.setAttribute('class', 'shape');
  svg.setAttribute('viewBox', '0 0 16 16');
  svg.setAttribute('aria-hidden', 'true');
  use.setAttribute('href', `#shape-${name}`);
  svg.append(use);
  return svg;
}

export function badge(verdict: string, words: string, sign: string = verdict): HTMLElement {
  return node('span', { class: 'badge', 'data-verdict': verdict }, shape(sign), node('span', {}, words));
}

/** A time as words, the absolute time in its title. */
export function time(iso: string, words: string, title: string): HTMLElement {
  return node('time', { datetime: iso, title }, words);
}

/** A sentence in which `code` stands between backticks. */
export function words(text: string): (Node | string)[] {
  return text.split(/`([^`]+)`/).map((part, index) => (index % 2 === 1 ? node('code', {}, part) : part));
}

/** Closes a `details` with a summary on Escape, and gives the focus back to the summary. */
export function closeOnEscape(details: HTMLDetailsElement, signal: AbortSignal): void {
  const close = ({ key }: KeyboardEvent) => {
    if (key !== 'Escape' || !details.open) return;
    details.open = false;
    details.querySelector('summary')?.focus();
  };
  details.addEventListener('keydown', close, { signal });
}
