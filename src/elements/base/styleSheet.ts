/** Loads a style sheet that only some readers need. */

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
