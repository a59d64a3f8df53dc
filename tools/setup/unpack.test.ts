import { expect, it } from 'vitest';
import { unpack } from './unpack.mjs';

it.each([
  [
    'for the whole machine',
    '/usr/lib/node_modules/vantage',
    /installed in \/usr\/lib, .*Install it there: npm install/,
  ],
  [
    'by pnpm, each package apart',
    '/home/ada/docs/node_modules/.pnpm/vantage@0.1.0/node_modules/vantage',
    /Write nodeLinker: hoisted into \/home\/ada\/docs\/pnpm-workspace.yaml, then run pnpm install/,
  ],
])('a package that is installed %s says what to do instead', async (_, engine, said) => {
  await expect(unpack(engine, '/home/ada/docs')).rejects.toThrow(said);
});
