/** The audit log on a file system that is small and gets full; prints what became of its lines. Run by `runs/fullDisk.lab.test.ts` in a mount namespace. */
import { readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { auditDefaults, openAudit } from './audit.ts';
import { systemPrincipal } from '../identity/principal.ts';

const [directory = ''] = process.argv.slice(2);
const faults: string[] = [];
const audit = openAudit(directory, {
  ...auditDefaults,
  server: 'docs-1',
  date: () => new Date(),
  log: (error) => void faults.push(String(error)),
});
let written = 0;
const write = () => {
  audit.write({
    principal: systemPrincipal,
    action: 'run-ended',
    target: `line ${written}`,
    outcome: 'x'.repeat(200),
  });
  written += 1;
};
write();
const before = audit.fault() ?? null;
const filler = join(directory, 'filler');
const { bavail, bsize } = statfsSync(directory);
writeFileSync(filler, Buffer.alloc((bavail - 2) * bsize));
while (audit.fault() === undefined) write();
const full = audit.fault() ?? null;
const text = () => readFileSync(join(directory, 'audit.log'), 'utf8');
const tornBytes = text().split('\n').at(-1)?.length ?? 0;
write();
rmSync(filler);
const after = audit.fault() ?? null;
write();
audit.close();
const targets = text()
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line).target);
process.stdout.write(JSON.stringify({ before, full, after, faults, tornBytes, written, targets }));
