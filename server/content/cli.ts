/** `node server/content/cli.ts`: validates the content and judges all samples, for authors. */
import { fileURLToPath } from 'node:url';
import { ContentError, loadContent } from './load.ts';

try {
  const writeups = await loadContent(fileURLToPath(new URL('../../content', import.meta.url)));
  for (const { id, checks } of writeups)
    console.log(
      `${id}: ${checks.size} checks, ${[...checks.values()].reduce((sum, { check }) => sum + check.samples.length, 0)} samples judged as stated`,
    );
} catch (error) {
  if (!(error instanceof ContentError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
