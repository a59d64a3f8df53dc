/** A page of a writeup: its text, the facts that the components of its text read, and the components that it may name. */
import { getEntry, render } from 'astro:content';
import type { WriteupData } from '../content.config.ts';
import Evidence from './evidence/Evidence.astro';
import CausesCompared from './lab/CausesCompared.astro';
import ConditionsPanel from './lab/ConditionsPanel.astro';
import Diagnosis from './lab/Diagnosis.astro';
import Fix from './lab/Fix.astro';
import OptionsCompared from './lab/OptionsCompared.astro';
import Code from './page/Code.astro';
import { type PageFacts, rowOf } from './page/facts.ts';
import Heading2 from './page/Heading2.astro';
import Heading3 from './page/Heading3.astro';
import Note from './page/Note.astro';
import PasteField from './page/PasteField.astro';
import ProseTable from './page/ProseTable.astro';
import { writeupNamed } from './page/writeups.ts';
import Picture from './pictures/Picture.astro';

export const components = {
  CausesCompared,
  ConditionsPanel,
  Diagnosis,
  Evidence,
  Fix,
  Note,
  PasteField,
  OptionsCompared,
  Picture,
  h2: Heading2,
  h3: Heading3,
  pre: Code,
  table: ProseTable,
};

/** The page `content/<writeup>/<page>.mdx`. Its route sets `Astro.locals.facts` to `facts` before it draws `Content`. */
export async function writeupPage(writeup: string, page = 'index') {
  const [text, data] = await Promise.all([getEntry('pages', `${writeup}/${page}`), writeupNamed(writeup)]);
  if (!text) throw new Error(`content/${writeup}: expected ${page}.mdx there, found none.`);
  const { Content, headings } = await render(text);
  return {
    Content,
    data,
    facts: factsOf(data, page),
    headings: headings.filter(({ depth }) => depth === 2),
    rows: rowsOf(data),
  };
}

/** For the components of one page, which share the anchors that are in use. */
export const factsOf = (data: WriteupData, page: string): PageFacts => ({
  ...data,
  page,
  anchors: new Set(),
});

/** Every check of the writeup, for `data-checks-of-page`. */
export const rowsOf = ({ checks }: WriteupData) =>
  checks.map((one) => {
    const { freshSeconds, effect, every } = one.check;
    return { ...rowOf(one), freshSeconds, effect, every };
  });
