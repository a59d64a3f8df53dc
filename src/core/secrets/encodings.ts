/** The forms in which a secret may appear in a text. */

type Encoded = {
  readonly bytes: Uint8Array;
  /** Base64 shares characters with its neighbours: up to one group before and after it reveals a part. */
  readonly shares: boolean;
};

const encoder = new TextEncoder();
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** The value as it is, as JSON, URL, HTML, shell word, reversed, and, with its JSON, in hexadecimal, base64 and base64url at each alignment. */
export function encodingsOf(value: string): readonly Encoded[] {
  const json = JSON.stringify(value).slice(1, -1);
  const raw = encoder.encode(value);
  const forms = json === value ? [raw] : [raw, encoder.encode(json)];
  const hexes = forms.map(hexOf);
  const plain = [
    value,
    json,
    encodeURIComponent(value),
    percentAll(raw),
    value.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`),
    value.replace(/[&<>"']/g, (character) => named[character] ?? character),
    value.replaceAll("'", `'\\''`),
    ...hexes,
    ...hexes.map((hex) => hex.toUpperCase()),
    [...value].reverse().join(''),
  ];
  const shared = forms.flatMap((form) =>
    [0, 1, 2].flatMap((before) => {
      const inner = base64Inside(form, before);
      return [inner, inner.replaceAll('+', '-').replaceAll('/', '_')];
    }),
  );
  // The inner base64 of a short secret could be an ordinary word.
  const all = [
    ...plain.map((text) => ({ text, shares: false })),
    ...shared.filter((text) => text.length >= 8).map((text) => ({ text, shares: true })),
  ];
  return [...new Map(all.map((one) => [one.text, one])).values()].map(({ text, shares }) => ({
    bytes: encoder.encode(text),
    shares,
  }));
}

const named: Readonly<Record<string, string>> = {
  ...{ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' },
};

const hexOf = (bytes: Uint8Array): string =>
  [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');

const percentAll = (bytes: Uint8Array): string =>
  [...bytes].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');

/** The characters of base64 that this value alone decides, when `before` bytes of something else stand in its first group. */
function base64Inside(value: Uint8Array, before: number): string {
  const bytes = [...Array.from({ length: before }, () => 0), ...value];
  let text = '';
  for (let at = 0; at + 2 < bytes.length; at += 3) {
    const group = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    for (const shift of [18, 12, 6, 0]) text += alphabet.charAt((group >> shift) & 63);
  }
  return text.slice(before === 0 ? 0 : 4);
}
