/** For tests: two small pictures of another kind than any writeup has, letters that are posted, and what may be seen of them. */
import type { Check } from '../check/check.ts';
import type { Observation } from '../diagnosis/observations.ts';
import { checkOf, onceStep } from '../testing.ts';
import { attemptsSchema } from './attempts.ts';
import { pathSchema } from './path.ts';

const outcomes = (...ids: string[]) =>
  ids.map((id) => ({
    ...{ id, when: [{ kind: 'exit', step: 's', is: { eq: 0 } }] },
    ...{ observed: id, means: 'It came out so.' },
  }));
const step = onceStep('s', 'true');
/** `post` sends a letter; `trace` and `scan` look where it came by. */
export const letterChecks: ReadonlyMap<string, Check> = new Map(
  [
    checkOf('post', [step], { outcomes: outcomes('returned', 'delivered', 'silent') }),
    checkOf('trace', [step], { outcomes: outcomes('left', 'came-back', 'nothing') }),
    checkOf('scan', [step], { outcomes: outcomes('at-sorting', 'nothing') }),
  ].map((check) => [check.id, check]),
);

const box = { size: [40, 20], texts: [] };
const place = (id: string, left: number) => ({ ...box, id, segment: id, at: [left, 10] });
export const letterPath = pathSchema.parse({
  ...{ kind: 'path', title: 'The way of a letter', description: 'A letter goes from left to right.' },
  ...{ size: [200, 40], areas: [] },
  nodes: [place('box', 0), place('sorting', 60), place('door', 120)],
  links: [{ from: 'box', to: 'sorting', line: 'M40 20H56' }],
  legs: [
    {
      name: 'Out',
      segments: [
        { id: 'box', name: 'The box', unseen: 'No letter was posted yet.' },
        { id: 'sorting', name: 'Sorting', unseen: 'Nobody looked at the sorting yet.' },
      ],
    },
    { name: 'Home', segments: [{ id: 'door', name: 'The door', unseen: 'Nobody looked at the door yet.' }] },
  ],
  proofs: [
    {
      from: [{ checks: ['trace', 'scan'], outcomes: ['nothing'] }],
      shows: [
        { segments: ['box'], state: 'ended', message: 'It never left the box.' },
        { segments: ['sorting', 'door'], state: 'not-passed', message: 'Nothing came by.' },
      ],
    },
    {
      from: [{ checks: ['trace'], outcomes: ['left'], saying: '2 stamps' }],
      shows: [{ segments: ['sorting'], state: 'seen', message: 'It was stamped there.' }],
    },
    {
      from: [
        { checks: ['post'], outcomes: ['delivered'] },
        { checks: ['scan'], outcomes: ['at-sorting'] },
      ],
      shows: [{ segments: ['door'], state: 'seen', message: 'It came by and was taken in.' }],
    },
    {
      from: [{ checks: ['scan'], outcomes: ['at-sorting'] }],
      shows: [{ segments: ['sorting'], state: 'seen', message: 'The scan saw it.' }],
    },
    {
      from: [{ checks: ['post'], outcomes: ['delivered', 'silent'] }],
      shows: [{ segments: ['door'], state: 'unknown', message: 'Somebody may have taken it in.' }],
    },
  ],
});

export const letterAttempts = attemptsSchema.parse({
  ...{ kind: 'attempts', title: 'Letters from here', description: 'One letter is posted.' },
  ...{ size: [200, 40], areas: [], links: [], path: 'letter', unseen: 'Nobody saw its way.' },
  nodes: [
    { ...place('box', 0), segment: undefined, texts: [{ text: 'not asked', as: 'sub', live: 'box' }] },
    {
      ...{ ...place('door', 120), segment: undefined },
      texts: ['stamp', 'way'].map((live) => ({ text: 'open', as: 'sub', live })),
    },
  ],
  endings: [
    { id: 'arrived', message: 'taken in', sign: 'arrow', tone: 'good', outcomes: ['delivered'] },
    { id: 'returned', message: 'sent back', sign: 'cross', tone: 'bad', outcomes: ['returned'] },
  ],
  ways: [
    { id: 'sorted', message: 'By the sorting.', when: { segment: 'sorting', state: 'seen' } },
    {
      ...{ id: 'stuck', message: 'It never left.', when: { segment: 'box', state: 'ended' } },
      endings: ['returned', 'otherwise'],
    },
  ],
  attempts: [
    {
      ...{ check: 'post', name: 'here → there', number: [0, 0], way: 'sorted' },
      lines: [
        { shows: 'begun', line: 'M0 0H10', mark: [10, 0] },
        { shows: 'through', line: 'M0 0H90' },
        { shows: 'through', way: 'sorted', line: 'M0 0H80V10' },
        { shows: 'stopped', line: 'M0 0H20', mark: [20, 0] },
        { shows: 'stopped', way: 'sorted', line: 'M0 0H30', mark: [30, 0] },
        { shows: 'stopped', way: 'stuck', line: 'M0 0H5', mark: [5, 0] },
      ],
    },
  ],
  live: [
    { id: 'box', shows: 'machine', role: 'backend' },
    { id: 'stamp', shows: 'observed', check: 'trace', outcomes: ['left'], word: 2, add: ' ok', room: 9 },
    {
      ...{ id: 'way', shows: 'path', attempt: 'post', otherwise: 'not known' },
      states: [{ segment: 'door', state: 'not-passed', message: 'nothing came' }],
    },
  ],
});

/** What was seen of letters, with the id of an outcome. */
export const saw = (check: string, outcome: string | undefined, says = ''): Observation => ({
  ...{ check, outcome, says, verdict: 'differs', source: 'lab', condition: 'x' },
});
