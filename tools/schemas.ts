// Writes the JSON Schemas of what an author writes into schemas/, for editors: the build and the package have them.
import { mkdirSync, writeFileSync } from 'node:fs';
import { jsonSchemas } from '../server/content/schemas.ts';

const folder = new URL('../schemas/', import.meta.url);
mkdirSync(folder, { recursive: true });
for (const [name, schema] of jsonSchemas())
  writeFileSync(new URL(`${name}.json`, folder), `${JSON.stringify(schema, null, 1)}\n`);
