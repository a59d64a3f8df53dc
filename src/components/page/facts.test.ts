import { describe, expect, it } from 'vitest';
import { anchor, findChecks, type PageFacts } from './facts.ts';
import { checksNamedIn } from '../../core/check/writeup.ts';

const facts = (ids: readonly string[]): PageFacts => ({
  id: 'wsl2',
  page: 'index',
  writeup: { title: 't', description: 'd', order: 1, roles: [] },
  checks: ids.map((id) => ({
    hash: 'f',
    check: {
      id,
      title: id,
      claim: 'a claim',
      documented: { check: '', result: '', value: '' },
      effect: 'read',
      steps: [],
      expect: [],
      outcomes: [],
      otherwise: {
        agrees: { observed: '', means: '' },
        differs: { observed: '', means: '' },
        inconclusive: { means: '' },
      },
      samples: [],
    },
  })),
  lab: { conditions: [], predictions: undefined },
  pictures: new Map(),
  anchors: new Set(),
});

describe('what a page knows of its checks', () => {
  it('an unknown id fails with the page, the component, the id and what was meant', () => {
    const known = facts(['ss-listen', 'tcpdump-lo', 'tcpdump-any', 'route-lookup']);
    expect(() => findChecks(known, 'tcpdmp-lo', '<Evidence>')).toThrowErrorMatchingInlineSnapshot(
      `[Error: content/wsl2/index.mdx: <Evidence> names the check \`tcpdmp-lo\`, but content/wsl2/checks/ has no such check. Did you mean tcpdump-lo?]`,
    );
  });

  it('[C43] the id of a file with parameters is all of its checks, and another check of that id is itself', () => {
    const { checks, ...rest } = facts(['a', 'ping-1', 'ping-2']);
    const made = checks.map((one) => {
      const [of = '', size] = one.check.id.split('-');
      return size ? { ...one, check: { ...one.check, variant: { of, values: { size } } } } : one;
    });
    const ids = (id: string) =>
      findChecks({ ...rest, checks: made }, id, '<Evidence>').map(({ check }) => check.id);
    expect([ids('ping'), ids('ping-2'), ids('a')]).toEqual([['ping-1', 'ping-2'], ['ping-2'], ['a']]);
  });

  it('reads the checks that a text names, in whatever quotes', () => {
    const text = `<Evidence checks={['a', "b"]} />\n<Evidence\n  checks={[\n    'c',\n  ]}\n/>`;
    expect(checksNamedIn(text).map(({ id }) => id)).toEqual(['a', 'b', 'c']);
  });

  it('gives no anchor twice', () => {
    const page = facts(['curl']);
    expect([anchor(page, 'curl'), anchor(page, 'curl')]).toEqual(['curl', 'curl-2']);
  });
});
