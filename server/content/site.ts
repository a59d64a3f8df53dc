/** The schema of `content/site.yaml`: the name, links and colours of a site. A site without one is Vantage as it comes. */
import * as z from 'zod/mini';
import { tokensCss } from '../styles.ts';
import { type Fault, fault } from '../../src/core/check/fault.ts';

const label = z.string().check(z.minLength(1), z.describe('Its words.'));
const href = z
  .string()
  .check(
    z.regex(
      /^(?:https?:\/\/\S+|mailto:\S+|\/(?!\/)\S*)$/,
      'write an address like https://wiki.example.org/, or one of this site like /about/',
    ),
    z.describe('An address, or a path of this site like `/about/`.'),
  );
const colour = z
  .string()
  .check(z.regex(/^#[0-9a-fA-F]{6}$/, 'write a colour as six hexadecimal digits, like `#1d4c9a`, in quotes'));
const pair = (what: string) =>
  z
    .optional(
      z.strictObject({
        light: colour.check(z.describe('In the light theme.')),
        dark: colour.check(z.describe('In the dark theme.')),
      }),
    )
    .check(z.describe(what));

/** What stands on it has to be read, so the colours of verdicts are no part of a theme. */
const coloursSchema = z.strictObject({
  paper: pair('The ground of a page.'),
  surface: pair('The ground of cards and tables.'),
  sunken: pair('The ground of the side bar and of code.'),
  ink: pair('Text.'),
  'ink-2': pair('Text of less weight.'),
  'ink-3': pair('Small text beside other text.'),
  accent: pair('Links, buttons and the sign of the site.'),
  'accent-soft': pair('The ground of what is chosen.'),
  'on-accent': pair('Text on buttons.'),
});

export const siteSchema = z.strictObject({
  vantage: z
    .optional(
      z
        .string()
        .check(z.regex(/^\d+\.\d+$/, "write the first two numbers of a version in quotes, like '0.1'")),
    )
    .check(
      z.describe('The oldest Vantage that can read this content: an older one says that, and nothing else.'),
    ),
  name: z._default(z.string().check(z.minLength(1)), 'Vantage').check(z.describe('The name of the site.')),
  logo: z
    .optional(
      z
        .string()
        .check(
          z.regex(
            /^[\w-]+\.(?:svg|png|webp)$/,
            'write the name of an svg, png or webp file in content/, like logo.svg',
          ),
        ),
    )
    .check(z.describe('A file in content/, shown beside the name.')),
  links: z
    ._default(z.array(z.strictObject({ text: label, href })), [])
    .check(z.describe('More links of the side bar.')),
  footer: z
    ._default(z.array(z.strictObject({ text: label, href: z.optional(href) })), [])
    .check(z.describe('What stands at the foot of every page.')),
  issues: z
    .optional(href)
    .check(
      z.describe('Where a reader opens an issue, such as the address of a new issue of your repository.'),
    ),
  colours: z
    ._default(coloursSchema, {})
    .check(z.describe('Colours that differ. Text needs a contrast of 4.5:1 to its ground, in both themes.')),
});
export type Site = z.infer<typeof siteSchema>;

const LEAST_CONTRAST = 4.5;
const themes = ['light', 'dark'] as const;
/** Text, and the grounds that it stands on. */
const grounds: readonly (readonly [texts: readonly string[], grounds: readonly string[]])[] = [
  [
    ['ink', 'ink-2', 'ink-3', 'accent', 'agrees', 'differs', 'inconclusive', 'recording'],
    ['paper', 'surface', 'sunken'],
  ],
  [['ink', 'ink-2', 'accent'], ['accent-soft']],
  [['on-accent'], ['accent']],
];

const ours = new Map(
  [...tokensCss.matchAll(/--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)/g)].map(
    ([, name = '', light = '', dark = '']) => [name, { light, dark }],
  ),
);

/** Relative luminance, as WCAG 2 defines it. */
function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

export function contrast(one: string, other: string): number {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

/** Text that could not be read, of a colour that the site sets, on a ground of its own or ours. */
export function colourFaults({ colours }: Site): readonly Fault[] {
  const own = new Map(Object.entries(colours));
  return grounds.flatMap(([texts, below]) =>
    texts.flatMap((text) =>
      below.flatMap((ground) => {
        const set = own.has(text) ? text : own.has(ground) ? ground : undefined;
        const [above, under] = [text, ground].map((name) => own.get(name) ?? ours.get(name));
        if (set === undefined || !above || !under) return [];
        return themes.flatMap((theme) => {
          const found = contrast(above[theme], under[theme]);
          if (found >= LEAST_CONTRAST) return [];
          const shown = (Math.floor(found * 10) / 10).toFixed(1);
          const message = `expected a contrast of ${LEAST_CONTRAST}:1 for text, found ${shown}:1 of ${text} (${above[theme]}) on ${ground} (${under[theme]}) in the ${theme} theme; write colours further apart`;
          return fault(['colours', set, theme], message);
        });
      }),
    ),
  );
}
