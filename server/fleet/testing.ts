/** A small inventory for tests: one machine with any variable, and the problems that reading finds. */
import { readInventory } from './inventory.ts';

export const FILE = '/srv/fleet/inventory.yml';
export const problems = (text: string): readonly string[] => {
  const read = readInventory(text, FILE);
  return read.ok ? [] : read.problems;
};

/** One machine, with one variable replaced or added. */
export const withVariable = (name: string, value: string): string =>
  `backend:\n  hosts:\n    vm20:\n${Object.entries({
    ansible_host: '10.0.0.20',
    ansible_user: 'autobot',
    ansible_ssh_private_key_file: '/k',
    [name]: value,
  })
    .map(([key, text]) => `      ${key}: ${text}\n`)
    .join('')}`;
