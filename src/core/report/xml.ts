/** Text for XML 1.0, in which most control characters cannot even be escaped: they are shown as their pictures. */
import { visible } from '../text/visibleText.ts';
import { escapeHtml } from './html.ts';

/** For elements and for attributes in double quotes. */
export const xmlText = (text: string): string => escapeHtml(text);

/** An attribute keeps no line's end: it is shown. */
export const xmlAttribute = (text: string): string => escapeHtml(visible(text).replace(/\s*\n\s*/g, ' ⏎ '));
