import { describe, expect, it } from 'vitest';
import { behindBytes, createConnectionWriter } from './connectionWriter.ts';

/** A socket that sends nothing until it is told to. */
function slowWire() {
  const sent: string[] = [];
  const waiting: (() => void)[] = [];
  let drained = 0;
  let open = true;
  const outlet = createConnectionWriter(
    {
      isOpen: () => open,
      send(data, done) {
        sent.push(typeof data === 'string' ? 'text' : Buffer.concat(data).toString());
        waiting.push(done);
      },
    },
    () => {
      drained += 1;
    },
  );
  return {
    outlet,
    sent,
    drained: () => drained,
    shut: () => {
      open = false;
    },
    pass: () => waiting.shift()?.(),
  };
}
const refusal = (text: string) => ({ type: 'refused', key: 'k', message: text }) as const;

describe('[T15] the outlet of a socket', () => {
  it('asks for one batch at a time, in turn, when all before it is on its way, whoever sent that', () => {
    const { outlet, sent, pass } = slowWire();
    const asked: string[] = [];
    const source = (name: string) => () => {
      asked.push(name);
      return [Buffer.from(name)];
    };
    const [a, b, c] = [source('a'), source('b'), source('c')];
    outlet.send(refusal(''));
    for (const one of [a, b, c]) outlet.request(one);
    expect(asked).toEqual([]);
    outlet.withdraw(b);
    pass();
    expect(sent).toEqual(['text', 'a']);
    outlet.send(refusal(''));
    outlet.request(a);
    pass();
    // The message came after the batch and before the next one.
    expect(asked).toEqual(['a']);
    pass();
    expect(sent).toEqual(['text', 'a', 'text', 'c']);
    pass();
    expect(asked).toEqual(['a', 'c', 'a']);
  });
  it('is behind while more than a limit of messages waits, and says when it no longer is', () => {
    const { outlet, pass, drained } = slowWire();
    outlet.send(refusal('x'.repeat(behindBytes)));
    outlet.send(refusal(''));
    expect([outlet.isBehind(), drained()]).toEqual([true, 0]);
    pass();
    expect([outlet.isBehind(), drained()]).toEqual([false, 1]);
  });
  it('hands over nothing to a socket that is being closed, and asks nobody for anything', () => {
    const { outlet, sent, shut, pass } = slowWire();
    outlet.send(refusal(''));
    outlet.request(() => expect.unreachable());
    shut();
    outlet.send(refusal(''));
    pass();
    expect(sent).toEqual(['text']);
    outlet.close();
    outlet.request(() => expect.unreachable());
  });
});
