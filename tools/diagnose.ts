/** `npm run diagnose`: takes all checks in a lab and says which causes fit. `--condition NAME` puts it into one first; `--documented` asks the writeup's own table instead. */
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { loadContent } from '../server/content/load.ts';
import { readYaml } from '../server/content/yaml.ts';
import { startLab } from '../server/lab/lab.ts';
import { sshReach } from '../server/reach/ssh.ts';
import { takeCheck } from '../server/run/take.ts';
import type { Check } from '../src/core/check.ts';
import { diagnose } from '../src/core/diagnosis.ts';
import { diagnoseDocumented } from '../src/core/diagnosis-documented.ts';
import { type Observation, observationOf } from '../src/core/diagnosis-facts.ts';
import { nextCheck } from '../src/core/diagnosis-next.ts';
import { nextCheckText } from '../src/core/diagnosis-next-text.ts';
import { causesOf, documentedRows } from '../src/core/diagnosis-table.ts';
import { diagnosisText, documentedText } from '../src/core/diagnosis-text.ts';
import { predictionsSchema } from '../src/core/prediction.ts';

const content = fileURLToPath(new URL('../content', import.meta.url));
const writeupId = 'wsl2-mirrored-networking';
const { values } = parseArgs({
  options: {
    condition: { type: 'string', default: 'as-documented' },
    documented: { type: 'boolean', default: false },
  },
});

async function observe(checks: readonly Check[], condition: string): Promise<Observation[]> {
  const directory = await mkdtemp('/tmp/vantage-diagnose-');
  const lab = await startLab({ directory: join(directory, 'lab'), log: (line) => console.error(line) });
  const reach = sshReach(lab.fleet, { directory, log: (line) => console.error(line) });
  try {
    const [cause = '', remedy] = condition.split('+');
    await lab.setCondition(cause, remedy);
    const seen: Observation[] = [];
    for (const check of checks) {
      const judgement = await takeCheck({
        ...{
          check,
          reach,
          emit: () => {},
          signal: new AbortController().signal,
          now: () => performance.now(),
        },
        machineOf: (role) => lab.fleet.machines.find((machine) => machine.role === role),
      });
      console.error(`${check.id}: ${judgement.verdict}, ${judgement.observed}`);
      seen.push(
        observationOf({
          check: check.id,
          judgement,
          takenAt: new Date().toISOString(),
          provenance: 'lab',
          condition,
        }),
      );
    }
    return seen;
  } finally {
    await reach.close();
    await lab.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

const writeups = await loadContent(content);
const checks = new Map(
  writeups.flatMap((writeup) => [...writeup.checks].map(([id, { check }]) => [id, check] as const)),
);
const file = join(content, writeupId, 'predictions.yaml');
const { value: predictions, faults } = readYaml(readFileSync(file, 'utf8'), file, predictionsSchema);
if (!predictions) throw new Error(faults.map(({ line, say }) => `${file}:${line}: ${say}`).join('\n'));
const causes = causesOf(predictions, checks);
const writeup = writeups.find(({ id }) => id === writeupId)?.writeup;

if (values.documented) {
  if (!writeup?.stated)
    throw new Error(
      `content/${writeupId}/index.mdx: expected \`stated\` in the front matter, with the cause that the page states`,
    );
  const rows = documentedRows(writeup.stated.rows.flatMap((id) => checks.get(id) ?? []));
  console.log(
    documentedText(diagnoseDocumented(causes, rows, writeup.stated.cause, writeup.stated.settle)).join('\n'),
  );
} else {
  const observations = await observe([...checks.values()], values.condition);
  console.log(
    [
      ...diagnosisText(diagnose(causes, observations)),
      ...nextCheckText(nextCheck(causes, observations)),
    ].join('\n'),
  );
}
