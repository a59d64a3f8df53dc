/** The folder of the people who use Vantage, with `content/` in it: this repository, or what the command line says of an installed package. */
import { fileURLToPath } from 'node:url';

export const PROJECT: string =
  process.env['VANTAGE_PROJECT'] ?? fileURLToPath(new URL('../..', import.meta.url));
