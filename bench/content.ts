/** The content of a measurement: that of the site, and the benchmark's own writeup, whose checks run in the lab of the tests. */
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { testLab } from '../server/lab/testing-lab.ts';

export function copyContent(root: string, content: string): void {
  cpSync(join(root, 'content'), content, { recursive: true });
  cpSync(join(root, 'bench/content'), join(content, 'bench'), { recursive: true });
  const page = join(content, 'bench/index.mdx');
  writeFileSync(page, readFileSync(page, 'utf8').replace(/^order: /m, `lab: ${testLab.name}\norder: `));
}
