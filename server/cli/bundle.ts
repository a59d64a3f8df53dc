/** `vantage bundle`: a kept run or set as a signed archive that anybody can verify offline. What is in it is left to `evidence/`. */
import { copyFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { evidenceBundle, inBundleFolder } from '../bundle/bundle.ts';
import { openSigner } from '../bundle/signer.ts';
import { findRecord } from '../store/assembleRecord.ts';
import { pauseForOthers } from '../files/pause.ts';
import { logOf } from '../store/reading.ts';
import { exits } from './command/exitStatus.ts';
import { readOptions, recordId } from './command/options.ts';
import { contentOf } from './command/session.ts';
import { dataOf, readRecords } from './command/openRecords.ts';
import { CliError, type CliContext, type Verb } from './command/verb.ts';

const usage = `usage: vantage bundle RUN|SET [options]

  --output FILE        where the archive goes (default evidence-ID.tar.gz)
  --base URL           the address of the server that has the record, for links in its reports
  --data DIRECTORY     where the records and the signing key are (default .vantage/data)`;

const keepBytes = 1024 * 1024;

async function run(args: readonly string[], { root, out, print, signal }: CliContext): Promise<number> {
  const { values, positionals } = readOptions(args, usage, {
    ...{ output: { type: 'string' }, base: { type: 'string', default: '' }, data: { type: 'string' } },
  });
  const id = recordId(positionals[0], usage);
  const data = dataOf(values.data, root);
  const writeups = new Map((await contentOf(root)).map((writeup) => [writeup.id, writeup]));
  const found = await readRecords(data, (store) => findRecord(store, writeups, id, keepBytes));
  if (found.found === 'unreadable')
    throw new CliError(`The record ${id} in ${data} is damaged: ${found.why}.`);
  if (found.found !== 'record')
    throw new CliError(
      `There is no run or set ${id} in ${data}${found.found === 'removed' ? ' any more' : ''}. \`vantage history\` lists what is there.`,
    );
  const running = found.record.runs.find(({ view }) => view.state === 'running');
  if (running)
    throw new CliError(`${running.view.header.check} is still running. Take the bundle when it has ended.`);
  const signer = await openSigner(data);
  const file = resolve(values.output ?? `evidence-${id}.tar.gz`);
  await inBundleFolder(async (place) => {
    const made = await evidenceBundle(
      {
        ...{ record: found.record, base: values.base, signer, signal, pause: pauseForOthers },
        fileOf: (one) => logOf(data, one),
      },
      place,
    );
    await copyFile(made, file);
  });
  out(`${file}\n`);
  print(`Signed by ${signer.fingerprint}. Tell that to those who verify, on another way than the bundle.`);
  return exits.agrees;
}

export const bundleVerb: Verb = {
  name: 'bundle',
  about: 'packs a kept run or set with hashes and a signature, to be verified offline',
  ...{ usage, cancels: false, run },
};
