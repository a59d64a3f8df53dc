import { describe, expect, it } from 'vitest';
import { keepByDefault, readConfig, UsageError } from './config.ts';

const keep = (...args: string[]) => {
  const config = readConfig(['--no-lab', ...args], '/tmp');
  return config === 'help' ? undefined : config.keep;
};

describe('the limits of what is kept', () => {
  it('are 50000 runs, a year and 10 GiB when nothing is said', () => {
    expect(keep()).toEqual({ runs: 50_000, days: 365, bytes: 10 * 1024 ** 3 });
    expect(keep()).toEqual(keepByDefault);
  });
  it('are taken as said', () => {
    expect(keep('--keep-runs', '10', '--keep-days', '7', '--keep-mib', '3')).toEqual({
      runs: 10,
      days: 7,
      bytes: 3 * 1024 ** 2,
    });
  });
  it.each([
    ['--keep-runs', '0'],
    ['--keep-runs', '-1'],
    ['--keep-days', '1.5'],
    ['--keep-mib', '10GiB'],
    ['--keep-days', ''],
    ['--keep-runs', '99999999999'],
  ])('%s %s is refused in a sentence', (flag, text) => {
    expect(() => keep(`${flag}=${text}`)).toThrow(UsageError);
    expect(() => keep(`${flag}=${text}`)).toThrow(`${flag}: expected a whole number from 1 to`);
  });
});
