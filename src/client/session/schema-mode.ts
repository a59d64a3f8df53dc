/** Must be imported before any schema: without it the schema library tries `new Function`, which the page's security policy reports. */
import { config } from 'zod/mini';

config({ jitless: true });
