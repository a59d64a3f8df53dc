/** `vantage report` and `bundle`: a kept run or set as a report, or as a signed archive that anybody can verify offline; also beside a server that has the folder open. */
import { copyFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { messageOf } from '../files/errors.ts';
import { type RecordsPlace, placeName } from '../store/open.ts';
import { CliError } from './command/exitStatus.ts';
import { formatNames, openOutput, reportsOf } from './command/formats.ts';
import {
  placeOptions,
  readRecord,
  recordOperand,
  recordsPlace,
  writePins,
  readRecords,
  recordIn,
} from './command/openRecords.ts';
import { recordId, text, withDefault, word } from './command/options.ts';
import { loadWriteups } from './command/session.ts';
import { defineVerb } from './command/verb.ts';
import { evidenceBundle, openSigner } from '../bundle/bundle.ts';
import { pauseForOthers } from '../files/pause.ts';
import { inTemporaryFolder } from '../files/temporaryFolder.ts';

/** More of each output than a report shows. */
const edgeBytes = 1024 * 1024;

export const reportVerb = defineVerb({
  name: 'report',
  about: 'writes a kept run or set as Markdown, HTML, JSON, JUnit, TAP or text',
  operands: recordOperand,
  options: {
    format: withDefault(word(formatNames, 'md is for a GitHub issue'), 'md'),
    base: withDefault(
      text('URL', 'the server that has the record: the report links there, and the record is kept longer'),
      '',
    ),
    output: text('FILE', 'writes the report there instead of to standard output'),
    ...placeOptions,
  },
  async run({ values, operands: [named = ''] }, context) {
    const id = recordId(named);
    const base = baseOf(values.base);
    const output = openOutput(values.output, context);
    const place = recordsPlace(values, context.root);
    const record = await readRecord(place, { id, writeups: await loadWriteups(context.root), edgeBytes });
    if (base !== '') await noteAsked(place, id, context.print);
    output(reportsOf([record], values.format, base));
  },
});

function baseOf(base: string): string {
  if (base === '') return '';
  const url = URL.canParse(base) ? new URL(base) : undefined;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return base.replace(/\/+$/, '');
  throw new CliError(`--base: expected an address like https://vantage.example, found "${base}".`);
}

/** A record whose address was given to somebody is among the last to be deleted. */
const noteAsked = (place: RecordsPlace, id: string, print: (line: string) => void): Promise<void> =>
  writePins(place, (pins) => pins.noteAsked(id, new Date())).catch((error: unknown) =>
    print(
      `Vantage could not note that somebody asked for this record (${messageOf(error)}). Keep it on its page, or it may be deleted some day.`,
    ),
  );

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
