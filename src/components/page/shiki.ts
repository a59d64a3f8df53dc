/** Turns Shiki's inline colours into classes (`tok-keyword`), which a strict content security policy permits. */

type Element = { properties: Record<string, unknown> };

/** A Shiki transformer, written against the few members that it touches. */
export const tokenClasses = {
  name: 'token-classes',
  pre(node: Element): void {
    delete node.properties.style;
  },
  span(node: Element): void {
    const token = /--astro-code-(?:token-)?([a-z-]+)/.exec(String(node.properties.style ?? ''))?.[1];
    delete node.properties.style;
    if (token !== undefined && token !== 'foreground') node.properties.class = `tok-${token}`;
  },
};
