/** `/changes/<writeup>/<check>`: the change to a check that its last run calls for, ready to apply. */
import { html } from '../../src/core/report/html.ts';
import { utc } from '../../src/core/report/format.ts';
import { proposeChange } from '../content/propose.ts';
import { type Pause, unlessStopped } from '../files/pause.ts';
import { lastRun } from '../runs/documentedRuns.ts';
import { assembleRun } from '../store/assembleRecord.ts';
import { plainPage, type RecordsContext } from './recordsContext.ts';
import type { RecordResponse } from './response.ts';

const keepBytes = 4 * 1024 * 1024;

export async function changePage(
  context: RecordsContext,
  writeupId: string,
  check: string,
  pause: Pause,
): Promise<RecordResponse> {
  const { store, writeups } = context;
  const writeup = writeups.get(writeupId);
  const loaded = writeup?.checks.get(check);
  if (!writeup || !loaded)
    return plainPage(
      context,
      404,
      'There is no such check',
      html`<p class="lead">
        This server knows no check <code>${check.slice(0, 60)}</code> in
        <code>${writeupId.slice(0, 60)}</code>.
      </p>`,
    );
  const id = await lastRun(store, { writeup: writeupId, check });
  const record = id && (await assembleRun(store, id, keepBytes, pause).catch(unlessStopped(() => undefined)));
  if (!record)
    return plainPage(
      context,
      404,
      'Nothing to change yet',
      html`<p class="lead">
        ${loaded.check.title} has no finished run that the page is about.
        <a href="/${writeupId}/#${check}">Run it</a> first.
      </p>`,
    );
  const { diff, message, file } = proposeChange(writeup, loaded, record);
  const { header } = record.view;
  return plainPage(
    context,
    200,
    `Ready change: ${loaded.check.title}`,
    html`<p class="lead">${message}</p>
      <p>
        It comes from <a href="/runs/${header.run}">the run of ${utc(header.startedAt)}</a>. Save it as
        <code>change.diff</code> in the project and apply it with <code>git apply change.diff</code>;
        expressions and wildcards of <code>${file}</code> stay as they are.
      </p>
      <pre class="record-output" tabindex="0" aria-label="The change as a diff">
${diff === '' ? 'No literal part differs.' : diff}</pre>`,
  );
}
