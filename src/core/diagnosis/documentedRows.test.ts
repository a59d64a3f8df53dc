import { describe, expect, it } from 'vitest';
import type { Prediction } from './observations.ts';
import { diagnoseDocumented, type Settle } from './documentedRows.ts';
import { table } from './testing.ts';
import { documentedText } from './diagnosisText.ts';

describe('the documented table', () => {
  const row = (check: string, says: string, outcome?: string) => ({ check, says, outcome });
  const rows = [
    row('self', 'Connection refused'),
    row('own', 'Connection refused'),
    row('any', '0 packets', 'none'),
    row('manager', 'TLS handshake + 200 OK'),
  ];
  const settle: readonly Settle[] = [
    { rows: ['any'], message: 'a fresh capture with `-U -l`.' },
    { rows: ['own'], message: '`ip route show table 128`.' },
    { rows: [], message: '`env | grep -i proxy`.' },
  ];
  const said = (stated: string) => documentedText(diagnoseDocumented(table, rows, stated, settle));

  it('[G11] names the row that contradicts the stated cause, the cause that fits, and what would settle it', () =>
    expect(said('port-not-reserved-host-loopback')).toEqual([
      '1 of 4 documented rows contradicts the stated cause port-not-reserved-host-loopback.',
      'Row any: the page documents "0 packets" (agrees), but the stated cause predicts "SYN and RST on loopback0" (differs).',
      'Of the known causes, no documented row contradicts as-documented.',
      'What would settle it: a fresh capture with `-U -l`.',
      'What would settle it: `env | grep -i proxy`.',
    ]));

  it('[G11] names every row that contradicts it', () =>
    expect(said('port-not-reserved')).toEqual([
      '2 of 4 documented rows contradict the stated cause port-not-reserved.',
      'Row any: the page documents "0 packets" (agrees), but the stated cause predicts "SYN and RST on loopback0" (differs).',
      'Row own: the page documents "Connection refused" (agrees), but the stated cause predicts "connected, HTTP …" (differs).',
      'Of the known causes, no documented row contradicts as-documented.',
      'What would settle it: a fresh capture with `-U -l`.',
      'What would settle it: `ip route show table 128`.',
      'What would settle it: `env | grep -i proxy`.',
    ]));

  it('[G11] has nothing to settle where nothing contradicts', () => {
    expect(diagnoseDocumented(table, rows, 'as-documented', settle)).toMatchObject({ by: [], settle: [] });
    expect(said('as-documented')).toEqual([
      'No documented row contradicts the stated cause as-documented; it explains 4 of 4.',
      'Of the known causes, no documented row contradicts as-documented.',
    ]);
  });

  it('[G11] does not count a cause as fitting that predicts none of the rows', () => {
    const silent: Prediction = { cause: 'silent', cells: new Map() };
    expect(documentedText(diagnoseDocumented([...table.slice(1), silent], rows, 'silent', settle))).toEqual([
      'No documented row contradicts the stated cause silent; it explains 0 of 4.',
      'Each known cause that predicts a documented row is contradicted by one.',
    ]);
  });

  it('[G11] refuses a stated cause without predictions, and says which there are', () =>
    expect(documentedText(diagnoseDocumented(table.slice(0, 2), rows, 'wsl', settle))).toEqual([
      'Expected the stated cause to be one of as-documented and port-not-reserved, found "wsl". Name one of these, or add its predictions.',
    ]));

  it('[G11] calls causes and checks as it is told to', () => {
    const naming = { cause: (name: string) => `*${name}*`, check: (id: string) => `\`tcpdump -i ${id}\`` };
    const diagnosis = diagnoseDocumented(table, rows, 'port-not-reserved-host-loopback', []);
    expect(documentedText(diagnosis, naming).slice(0, 2)).toEqual([
      '1 of 4 documented rows contradicts the stated cause *port-not-reserved-host-loopback*.',
      'Row `tcpdump -i any`: the page documents "0 packets" (agrees), but the stated cause predicts "SYN and RST on loopback0" (differs).',
    ]);
  });
});
