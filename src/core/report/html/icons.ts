/** The signs of a record for a file of its own. The site draws them in `shapes.svg`; a test holds both equal. */
import { type Html, trusted } from '../html.ts';

export const shapes: Html =
  trusted(`<svg class="shapes" width="0" height="0" aria-hidden="true" focusable="false">
<symbol id="shape-agrees" viewBox="0 0 16 16"><circle cx="8" cy="8" r="7" fill="currentColor"></circle><path d="M4.7 8.3 7 10.6l4.3-4.9" fill="none" stroke="var(--on-verdict)" stroke-width="1.8"></path></symbol>
<symbol id="shape-differs" viewBox="0 0 16 16"><path d="M8 .6 15.4 8 8 15.4.6 8Z" fill="currentColor"></path><path d="M5 6.7h6M5 9.4h6M9.8 4.6 6.2 11.5" fill="none" stroke="var(--on-verdict)" stroke-width="1.4"></path></symbol>
<symbol id="shape-inconclusive" viewBox="0 0 16 16"><path d="M8 1.3 15.3 14.4H.7Z" fill="currentColor" stroke="currentColor" stroke-linejoin="round"></path><path d="M8 6v4" stroke="var(--on-verdict)" stroke-width="1.7"></path><circle cx="8" cy="12.1" r="1" fill="var(--on-verdict)"></circle></symbol>
<symbol id="shape-recording" viewBox="0 0 16 16"><rect x="1" y="2.5" width="14" height="11" rx="2.5" fill="none" stroke="currentColor" stroke-width="1.5"></rect><path d="M6.5 5.4v5.2L11 8Z" fill="currentColor"></path></symbol>
<symbol id="shape-running" viewBox="0 0 16 16"><circle cx="8" cy="8" r="6.2" fill="none" stroke="currentColor" stroke-opacity=".25" stroke-width="2"></circle><path d="M8 1.8A6.2 6.2 0 0 1 14.2 8" fill="none" stroke="currentColor" stroke-width="2"></path></symbol>
<symbol id="shape-holds" viewBox="0 0 16 16"><path d="m3 8.4 3.2 3.2L13 4.6" fill="none" stroke="currentColor" stroke-width="1.8"></path></symbol>
<symbol id="shape-fails" viewBox="0 0 16 16"><path d="m4 4 8 8m0-8-8 8" stroke="currentColor" stroke-width="1.8"></path></symbol>
</svg>`);
