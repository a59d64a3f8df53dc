/** Output that attacks whoever looks at it (T28), for tests of every place that shows output. */

/** What could make a terminal answer, a page change, or a reader see something else. */
export const attacks: readonly string[] = [
  ...['\u001b]0;title\u0007', '\u001b]2;title\u001b\\', '\u001b]4;1;?\u0007', '\u001b]7;file:///etc\u0007'],
  ...['\u001b]8;;javascript:alert(1)\u0007x\u001b]8;;\u0007', '\u001b]10;?\u0007', '\u001b]52;c;aGk=\u0007'],
  ...[
    '\u001b]52;c;?\u0007',
    '\u001b]133;A\u0007',
    '\u001b]777;notify;a;b\u0007',
    '\u001b]1337;File=:AA\u0007',
  ],
  ...[
    '\u001bP$q"p\u001b\\',
    '\u001bP+q544e\u001b\\',
    '\u001b[21t',
    '\u001b[18t',
    '\u001b[?2026$p',
    '\u001b[c',
  ],
  ...['\u001b[>c', '\u001b[6n', '\u001b[>q', '\u0005', '\u001b]0;no end', '\u001bP no end', '\u009b21t'],
  ...[
    '\u009d0;title\u009c',
    '\u0090$q"p\u009c',
    '\u001bc',
    '\u001b[?1049h',
    '\u001b[1A\u001b[2K',
    '\u001b[8m',
  ],
  ...['\u0007'.repeat(1000), '\u001b[?1000h', '\u001b[?25l', '\u001b#8', '\u001b(0', '\u000e', '\u001b[4h'],
];
