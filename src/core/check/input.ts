/** What a step is given: its environment, and a line on standard input, which is a template with the values that fill it. */

/** The environment of every command, besides PATH, HOME and the proxy variables of its machine. */
export const commandEnvironment = 'TZ=UTC LC_ALL=C NO_COLOR=1 COLUMNS=200';

type Place = {
  readonly name: string;
  /** `json`: quoted and escaped, as a JSON text. */
  readonly as: 'text' | 'json';
};

const place = /\{([a-z][a-z0-9-]*)(:json)?\}/g;

/** Every `{name}` and `{name:json}` of a template, in order. */
export const placesOf = (template: string): readonly Place[] =>
  [...template.matchAll(place)].map(([, name = '', json]) => ({
    name,
    as: json === undefined ? 'text' : 'json',
  }));

/** The template with its values; nothing when one is missing. A value is never read as a template. */
export function fillInput(template: string, values: ReadonlyMap<string, string>): string | undefined {
  if (placesOf(template).some(({ name }) => !values.has(name))) return undefined;
  return template.replace(place, (_, name: string, json?: string) => {
    const value = values.get(name) ?? '';
    return json === undefined ? value : JSON.stringify(value);
  });
}
