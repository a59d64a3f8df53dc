/** `vantage bundle`: a kept run or set as a signed archive that anybody can verify offline. */
import { copyFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { evidenceBundle } from '../bundle/bundle.ts';
import { openSigner } from '../bundle/signer.ts';
import { pauseForOthers } from '../files/pause.ts';
import { inTemporaryFolder } from '../files/temporaryFolder.ts';
import { placeName } from '../store/open.ts';
import { CliError } from './command/exitStatus.ts';
import { placeOptions, readRecords, recordIn, recordOperand, recordsPlace } from './command/openRecords.ts';
import { recordId, text, withDefault } from './command/options.ts';
import { loadWriteups } from './command/session.ts';
import { defineVerb } from './command/verb.ts';

const edgeBytes = 1024 * 1024;

export const bundleVerb = defineVerb({
  name: 'bundle',
  about: 'packs a kept run or set with hashes and a signature, to be verified offline',
  operands: recordOperand,
  options: {
    output: text('FILE', 'the archive to write (default evidence-ID.tar.gz)'),
    base: withDefault(text('URL', 'the server that has the record, for links in its reports'), ''),
    ...placeOptions,
  },
  async run({ values, operands: [named = ''] }, { root, out, print, signal }) {
    const id = recordId(named);
    const place = recordsPlace(values, root);
    const writeups = await loadWriteups(root);
    const file = resolve(values.output ?? `evidence-${id}.tar.gz`);
    const fingerprint = await readRecords(place, async (store) => {
      const record = await recordIn(store, placeName(place), { id, writeups, edgeBytes });
      const running = record.runs.find(({ view }) => view.state === 'running');
      if (running)
        throw new CliError(
          `${running.view.header.check} is still running. Make the bundle when it has ended.`,
        );
      const signer = await openSigner(place.data);
      await inTemporaryFolder('vantage-bundle-', async (folder) => {
        const { copyLog } = store;
        const options = { record, base: values.base, signer, signal, pause: pauseForOthers, copyLog };
        await copyFile(await evidenceBundle(options, folder), file);
      });
      return signer.fingerprint;
    });
    out(`${file}\n`);
    print(`Signed by ${fingerprint}. Send this to those who verify, by another way than the bundle.`);
  },
});
