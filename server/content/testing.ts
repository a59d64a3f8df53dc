/** A check of our own content as a check with parameters, for tests. */
import { readFileSync } from 'node:fs';

const text = readFileSync(
  new URL('../../content/what-ss-proves/checks/next-door-address.yaml', import.meta.url),
  'utf8',
);

/** `door.yaml`: `door-127-0-0-2` and `door-127-0-0-3`. */
export const checkWithParameters = text
  .replaceAll('127.0.0.2', '<<address>>')
  .replace('id: next-door-address\n', 'id: door\n')
  .replace('title: The address next door', 'title: The address <<address>>')
  .replace(/^effect:/m, 'parameters:\n  address: [127.0.0.2, 127.0.0.3]\neffect:');
