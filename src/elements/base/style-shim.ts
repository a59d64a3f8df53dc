/** xterm makes `<style>` elements, which the page's security policy refuses; constructable sheets are allowed. This leads the one into the other. */

/** Runs `open` while every `<style>` made is an inert element whose text feeds a constructable sheet. */
export function withSheets<T>(open: () => T): T {
  const create = document.createElement;
  const shimmed = (tag: string, options?: ElementCreationOptions): HTMLElement =>
    tag === 'style' ? sheetElement(create) : create.call(document, tag, options);
  Object.defineProperty(document, 'createElement', { value: shimmed, configurable: true, writable: true });
  try {
    return open();
  } finally {
    Reflect.deleteProperty(document, 'createElement');
  }
}

function sheetElement(create: Document['createElement']): HTMLElement {
  const sheet = new CSSStyleSheet();
  const stand = create.call(document, 'v-sheet');
  stand.hidden = true;
  document.adoptedStyleSheets.push(sheet);
  Object.defineProperty(stand, 'textContent', {
    set: (text: string) => sheet.replaceSync(text),
    get: () => '',
  });
  const remove = stand.remove.bind(stand);
  stand.remove = () => {
    remove();
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((other) => other !== sheet);
  };
  return stand;
}
