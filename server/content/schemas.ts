/** What an author writes, as JSON Schemas for editors and for the page of fields, made from the schemas that the loader reads with. */
import { existsSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod/mini';
import { checkSchema } from '../../src/core/check/check.ts';
import { pageSchema, writeupSchema } from '../../src/core/check/writeup.ts';
import { predictionsSchema } from '../../src/core/diagnosis/prediction.ts';
import { pictureSchema } from '../../src/core/pictures/picture.ts';
import { PROJECT } from '../files/project.ts';
import { conditionsSchema } from '../lab/description/conditionsFile.ts';
import { siteSchema } from './site.ts';
import { labSchema, packagesSchema } from '../lab/description/description.ts';

/** By name, with the files that each is for, below a writeup's folder or content/. */
const files = {
  check: { schema: checkSchema, of: 'A check: `checks/<id>.yaml`' },
  writeup: { schema: writeupSchema, of: 'The front matter of a writeup: `index.mdx`' },
  page: { schema: pageSchema, of: 'The front matter of any other page: `<name>.mdx`' },
  picture: { schema: pictureSchema, of: 'A picture: `pictures/<name>.yaml`' },
  lab: { schema: labSchema, of: 'A lab: `lab/lab.yaml`' },
  conditions: { schema: conditionsSchema, of: 'Conditions of a lab: `lab/conditions.yaml`' },
  site: { schema: siteSchema, of: 'The site: `content/site.yaml`, if there is one' },
  packages: { schema: packagesSchema, of: 'What a lab needs: `lab/packages.json`' },
  predictions: { schema: predictionsSchema, of: 'Predictions: `predictions.yaml`' },
};
export type SchemaName = keyof typeof files;

/** Where npm put the package, which is there before any command has run; in a clone, the engine's own. */
const installed = join(PROJECT, 'node_modules/vantage/schemas');
const folder = existsSync(installed) ? installed : fileURLToPath(new URL('../../schemas', import.meta.url));

/** As an author writes it: a default may be missing. What JSON Schema cannot say is left out, so none is stricter than ours. */
export const jsonSchemas = (): ReadonlyMap<string, object> =>
  new Map(
    Object.entries(files).map(([name, { schema, of }]) => [
      name,
      // The draft that every editor's YAML support reads.
      { ...z.toJSONSchema(schema, { io: 'input', target: 'draft-7', unrepresentable: 'any' }), title: of },
    ]),
  );

/** Which schema a file is for, by its path from content/. */
export function schemaOf(path: string): SchemaName | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (name.endsWith('.mdx')) return path.endsWith('/index.mdx') ? 'writeup' : 'page';
  if (!/\.(?:ya?ml|json)$/.test(name)) return undefined;
  const [, kind] = /\/(check|picture)s\/[^/]+$/.exec(path) ?? [];
  const found = kind ?? name.replace(/\.\w+$/, '');
  return Object.keys(files).find((one): one is SchemaName => one === found);
}

/** The line of a file by which an editor finds its schema. */
export const schemaLine = (file: string, name: SchemaName): string =>
  `# yaml-language-server: $schema=${relative(dirname(file), join(folder, `${name}.json`))}`;

/** The text of a new file below content/, begun with that line where the file may have one. */
export function withSchemaLine(file: string, text: string): string {
  const [, path] = /(?:^|\/)content\/(.+\.ya?ml)$/.exec(file) ?? [];
  const name = path === undefined ? undefined : schemaOf(path);
  return name === undefined ? text : `${schemaLine(file, name)}\n${text}`;
}
