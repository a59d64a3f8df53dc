import { describe, expect, it } from 'vitest';
import type { Observation } from './diagnosis-facts.ts';
import type { Judgement } from './judgement.ts';
import { packetPath } from './packet-path.ts';
import { machineState, trailOf } from './topology.ts';

const judgement = (changes: Partial<Judgement> = {}): Judgement => ({
  ...{ verdict: 'agrees', findings: [], observed: 'x', outcome: '1', means: 'It is so.', judge: 2 },
  ...changes,
});
const problem = (kind: 'unreachable' | 'lost' | 'control-failed'): Judgement =>
  judgement({ verdict: 'inconclusive', problem: { kind, say: 'Why.' } });
const endings = { '1': 'refused', '6': 'answered' } as const;
const seen = (check: string, outcome: string, says = ''): Observation => ({
  ...{ check, outcome, says, verdict: 'differs', provenance: 'lab', condition: 'x' },
});
const nothing = packetPath([]);
const [inLinux, atWindows, round, onLo] = [
  packetPath([seen('tcpdump-any', '1')]),
  packetPath([seen('tcpdump-any', '4', '2 packets')]),
  packetPath([seen('tcpdump-any', '5')]),
  packetPath([seen('tcpdump-any', '8')]),
];

describe('the picture of the attempts', () => {
  it('[V1] shows what is documented until an attempt was made', () => {
    expect(trailOf(undefined, endings, nothing)).toEqual({ at: 'documented' });
  });
  it('[V2] shows how the latest attempt ended, and whether that differs from the page', () => {
    expect(trailOf(judgement(), endings, nothing)).toEqual({
      ...{ at: 'observed', ending: 'refused', differs: false, way: 'unknown' },
    });
    expect(trailOf(judgement({ verdict: 'differs', outcome: '6' }), endings, nothing)).toMatchObject({
      ...{ ending: 'answered', differs: true },
    });
  });
  it('[V2] has no ending for an outcome that this version of the check does not know', () => {
    const trail = trailOf(judgement({ verdict: 'differs', outcome: '99' }), endings, nothing);
    expect(trail).toMatchObject({ ending: 'otherwise', differs: true });
    expect(trailOf(judgement(), {}, nothing)).toMatchObject({ ending: 'otherwise' });
  });
  it('[V3] never draws an inconclusive attempt as one that ended', () => {
    expect(trailOf(problem('control-failed'), endings, inLinux)).toEqual({
      at: 'inconclusive',
      say: 'control-failed',
    });
  });
  it('[V4] draws the way that captures saw, and none where nobody looked', () => {
    const refused = [nothing, inLinux, atWindows, round].map((path) => trailOf(judgement(), endings, path));
    expect(refused.map((trail) => trail.at === 'observed' && trail.way)).toEqual([
      ...['unknown', 'output', 'windows', 'bounced'],
    ]);
    const answered = [round, onLo].map((path) => trailOf(judgement({ outcome: '6' }), endings, path));
    expect(answered.map((trail) => trail.at === 'observed' && trail.way)).toEqual(['bounced', 'lo']);
  });
  it('[V4] draws no way that does not go together with how the attempt ended', () => {
    for (const path of [inLinux, atWindows])
      expect(trailOf(judgement({ outcome: '6' }), endings, path)).toMatchObject({ way: 'unknown' });
  });
  it('[V5] says of a machine that it answers when any run on it came to a result', () => {
    expect(machineState([])).toBe('not asked');
    expect(machineState([problem('unreachable'), problem('lost')])).toBe('not reached');
    expect(machineState([problem('unreachable'), judgement()])).toBe('answers');
    expect(machineState([problem('control-failed')])).toBe('answers');
  });
});
