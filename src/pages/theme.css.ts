/** The colours of `content/site.yaml`, over those of the styles: a file, since pages may have no style of their own. */
import { getEntry } from 'astro:content';

export async function GET() {
  const { colours = {} } = (await getEntry('site', 'site'))?.data ?? {};
  const lines = Object.entries(colours).flatMap(([name, colour]) =>
    colour === undefined ? [] : `--${name}: light-dark(${colour.light}, ${colour.dark});`,
  );
  return new Response(`:root { ${lines.join(' ')} }\n`, { headers: { 'content-type': 'text/css' } });
}
