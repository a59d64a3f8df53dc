/** What permissions allow, in words for the reader who has them. */
import { missingRights, type Right, rightNames, type Rights } from './rights.ts';

/** Follows “You may”. */
const words = {
  view: 'read everything, follow runs and replay records',
  'run:read': 'run checks that only read',
  'run:send': 'run checks that send requests',
  'run:capture': 'run checks that capture packets',
  condition: 'change the condition of the lab',
  admin: 'cancel any run',
} as const satisfies Record<Right, string>;

/** What these rights allow, in the order of `rightNames`; what several of them allow comes last. */
export const rightWords = (rights: Rights): readonly string[] => [
  ...rightNames.filter((right) => rights.has(right)).map((right) => words[right]),
  ...(missingRights('evidence', [], rights) === undefined ? ['pin records, save reports and present'] : []),
];
