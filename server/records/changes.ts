/** `/changes/<writeup>/<check>`: the change to a check that its last run calls for, ready to apply. Making it is left to `content/propose.ts`. */
import { html } from '../../src/core/report/html.ts';
import { utc } from '../../src/core/report/format.ts';
import { proposeChange } from '../content/propose.ts';
import { lastRun } from '../runs/documentedRuns.ts';
import { assembleRun } from '../store/assembleRecord.ts';
import { type Desk, plainPage } from './recordPage.ts';
import type { Asked, Reply } from './recordReply.ts';
import { unlessStopped } from '../files/pause.ts';

const keepBytes = 4 * 1024 * 1024;

export async function changeReply(
  desk: Desk,
  writeupId: string,
  check: string,
  { pause }: Pick<Asked, 'pause'>,
): Promise<Reply> {
  const writeup = desk.writeups.get(writeupId);
  const loaded = writeup?.checks.get(check);
  if (!writeup || !loaded)
    return plainPage(
      desk,
      404,
      'There is no such check',
      html`<p class="lead">
        This server knows no check <code>${check.slice(0, 60)}</code> in
        <code>${writeupId.slice(0, 60)}</code>.
      </p>`,
    );
  const id = lastRun(desk.store, { writeup: writeupId, check });
  const record =
    id === undefined
      ? undefined
      : await assembleRun(desk.store, id, keepBytes, pause).catch(unlessStopped(() => undefined));
  if (!record)
    return plainPage(
      desk,
      404,
      'Nothing to change yet',
      html`<p class="lead">
        ${loaded.check.title} has no finished run that the page is about.
        <a href="/${writeupId}/#${check}">Take it</a>
        first.
      </p>`,
    );
  const { diff, message, file } = proposeChange(writeup, loaded, record);
  const { header } = record.view;
  return plainPage(
    desk,
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
