/** Loads a style sheet that only some readers need, and lets xterm make its own. */

const loading = new Map<string, Promise<void>>();

/** Resolves when the sheet applies, or cannot be loaded: the page is then plain, and works. */
export function loadStyleSheet(href: string): Promise<void> {
  const known = loading.get(href);
  if (known !== undefined) return known;
  const loaded = new Promise<void>((resolve) => {
    const link = document.createElement('link');
    Object.assign(link, { rel: 'stylesheet', href, onload: () => resolve(), onerror: () => resolve() });
    document.head.append(link);
  });
  loading.set(href, loaded);
  return loaded;
}

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
