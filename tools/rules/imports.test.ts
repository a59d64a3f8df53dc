// Imports go down one order of rooms, and never in a circle.
import { expect, test } from 'vitest';
import { circleProblems, importProblems, importsOf } from './imports.ts';

const rooms = {
  houses: { 'src/core': [], server: ['src/core'] },
  floors: { server: [['server/disk'], ['server/run', 'server/store'], ['server/main.ts']] },
};
const problems = (files: Record<string, string>) => {
  const imports = importsOf(Object.entries(files).map(([path, text]) => ({ path, text })));
  return [...importProblems(rooms, imports), ...circleProblems(imports)];
};

test.each([
  [
    'down, within a room, and to a lower house',
    {
      'server/main.ts': `import { a } from './run/a.ts';\nimport type { C } from '../src/core/c.ts';`,
      'server/run/a.ts': `import {\n  b,\n} from "./b.ts";\nexport * from '../disk/d.ts';\nimport 'ws';`,
      ...{ 'server/run/b.ts': '', 'server/disk/d.ts': '', 'src/core/c.ts': '' },
    },
    [],
  ],
  [
    'up',
    {
      'server/disk/d.ts': `\nimport type { A } from '../run/a.ts';`,
      'server/run/a.ts': '',
    },
    [
      'server/disk/d.ts:2 imports server/run/a.ts: server/disk may not import server/run (order: server/disk < server/run server/store < server/main.ts).',
    ],
  ],
  [
    'sideways',
    {
      'server/run/a.ts': `const { b } = await import('../store/b.ts');`,
      'server/store/b.ts': '',
    },
    [
      'server/run/a.ts:1 imports server/store/b.ts: server/run may not import server/store (order: server/disk < server/run server/store < server/main.ts).',
    ],
  ],
  [
    'to a higher house',
    {
      'src/core/c.ts': `import '../../server/main.ts';`,
      'server/main.ts': '',
    },
    ['src/core/c.ts:1 imports server/main.ts: src/core may not import server (it may import: nothing).'],
  ],
  [
    'from a file without a room',
    {
      'server/new/n.ts': `import '../main.ts';`,
      'server/main.ts': '',
    },
    ['server/new/n.ts: belongs to no room; add its room to tools/rules/rooms.ts.'],
  ],
  [
    'in a circle, types counted',
    {
      'src/core/a.ts': `import type { B } from './b.ts';`,
      'src/core/b.ts': `import './c.ts';`,
      'src/core/c.ts': `export type { A } from './a.ts';`,
    },
    [
      'src/core/a.ts: imports itself: src/core/a.ts -> src/core/b.ts -> src/core/c.ts -> src/core/a.ts. Move what both need to a lower file.',
    ],
  ],
  [
    'in a test, which may import anything',
    { 'src/core/a.test.ts': `import '../../server/main.ts';`, 'server/main.ts': '' },
    [],
  ],
])('%s', (_, files, expected) => {
  expect(problems(files)).toEqual(expected);
});
