/** Stand-ins until the renderers are there. */
import type { LimitationStatus } from '../../src/core/limitation.ts';
import type { EvidenceRecord, RunRecord } from '../../src/core/record.ts';
import { html, type Html } from '../../src/core/report/html.ts';
import { outcomeOf } from '../../src/core/report/outcome.ts';

type Base = { readonly base: string };
export const recordBody = (record: EvidenceRecord, _: Base & { readonly interactive: boolean }): Html =>
  html`<h1>${outcomeOf(record).short}</h1>
    ${record.runs.map(
      ({ view }) =>
        html`<section id="${view.header.check}">
          <h2>${view.header.title}</h2>
          <v-replay data-run="${view.header.run}" data-check="${view.header.check}"></v-replay>
        </section>`,
    )}`;
export const standaloneHtml = (record: EvidenceRecord, _: Base & { readonly css: string }): string =>
  recordBody(record, { base: '', interactive: false }).markup;
export const jsonReport = (record: EvidenceRecord, _: Base): string => JSON.stringify(record.id);
export const textReport = (record: EvidenceRecord): string => record.id;
export const asciicast = (run: RunRecord, version: 2 | 3): string =>
  JSON.stringify({ version, run: run.view.header.run });
export const junitReport = (record: EvidenceRecord, _: Base): string => record.id;
export const tapReport = (record: EvidenceRecord, _: Base): string => record.id;
export const compareBody = (a: EvidenceRecord, b: EvidenceRecord | 'documented', _: Base): Html =>
  html`${a.id} ${b === 'documented' ? b : b.id}`;
export type BadgeFacts = {
  readonly known: boolean;
  readonly status: LimitationStatus | undefined;
  readonly now: string;
};
export const badgeSvg = (facts: BadgeFacts): string => JSON.stringify(facts);
export const shieldsJson = (facts: BadgeFacts): string => JSON.stringify(facts);
