import { describe, expect, it } from 'vitest';
import { anchor, findCheck, type PageFacts } from './facts.ts';
import { checksNamedIn } from '../../core/check/checkReferences.ts';

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
    expect(() => findCheck(known, 'tcpdmp-lo', '<Evidence>')).toThrowErrorMatchingInlineSnapshot(
      `[Error: content/wsl2/index.mdx: <Evidence> names the check \`tcpdmp-lo\`, but content/wsl2/checks/ has no such check. Did you mean tcpdump-lo?]`,
    );
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
