/** Pages are written as if the site were at the root of its host: their addresses, and those in Markdown, are put below its base here. */
import { defineMiddleware } from 'astro:middleware';
import { BASE } from './components/page/site.ts';
import { htmlBelowBase } from './core/text/base.ts';

export const onRequest = defineMiddleware(async (_, next) => {
  const response = await next();
  if (!response.headers.get('content-type')?.startsWith('text/html')) return response;
  const { status, headers } = response;
  return new Response(htmlBelowBase(BASE, await response.text()), { status, headers });
});
