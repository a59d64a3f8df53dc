/** Two lists to choose a condition from: a cause, and a remedy that is meant for it. */
import { causes, remediesFor } from '../../client/state/lab.ts';
import { documentedCondition, parseCondition } from '../../client/state/conditionResults.ts';
import type { ConditionView } from '../../core/protocol/down.ts';
import { node } from '../base/dom.ts';

const NO_REMEDY = '';

export class ConditionChooser {
  readonly form = node('div', { class: 'chooser' });
  #cause = node('select', {});
  #remedy = node('select', {});
  #conditions: readonly ConditionView[] = [];
  #offered = '';
  /** Until the reader has chosen, the lists follow what the lab is in. */
  #touched = false;

  constructor(signal: AbortSignal, changed: () => void) {
    this.form.append(
      node('label', {}, node('span', {}, 'The lab behaves as if'), this.#cause),
      node('label', {}, node('span', {}, 'with the remedy'), this.#remedy),
    );
    const choose = () => {
      this.#touched = true;
      this.#fillRemedies(this.#remedy.value);
      changed();
    };
    this.#cause.addEventListener('change', choose, { signal });
    this.#remedy.addEventListener('change', choose, { signal });
  }

  get chosen(): { readonly cause: string; readonly remedy: string | undefined } {
    const remedy = this.#remedy.value;
    return {
      cause: this.#cause.value || documentedCondition,
      remedy: remedy === NO_REMEDY ? undefined : remedy,
    };
  }

  /** The chosen condition's own descriptions. */
  get parts(): readonly ConditionView[] {
    const { cause, remedy } = this.chosen;
    return this.#conditions.filter(({ name }) => name === cause || name === remedy);
  }

  /** Fills the lists when the lab offers something else; the choice is kept. */
  offer(conditions: readonly ConditionView[], present: string): void {
    const key = conditions.map(({ name }) => name).join();
    if (key !== this.#offered) {
      this.#offered = key;
      this.#conditions = conditions;
      const before = this.#cause.value;
      this.#cause.replaceChildren(
        ...causes(conditions).map(({ name, title }) => node('option', { value: name }, title)),
      );
      this.#cause.value = before || documentedCondition;
      this.#fillRemedies(this.#remedy.value);
    }
    if (this.#touched) return;
    const { cause, remedy } = parseCondition(present || documentedCondition);
    if (this.#cause.value === cause && this.chosen.remedy === remedy) return;
    this.#cause.value = cause;
    this.#fillRemedies(remedy ?? NO_REMEDY);
  }

  #fillRemedies(wanted: string): void {
    const fitting = remediesFor(this.#conditions, this.#cause.value);
    this.#remedy.replaceChildren(
      node('option', { value: NO_REMEDY }, fitting.length === 0 ? 'none for this cause' : 'none'),
      ...fitting.map(({ name, title }) => node('option', { value: name }, title)),
    );
    this.#remedy.disabled = fitting.length === 0;
    this.#remedy.value = fitting.some(({ name }) => name === wanted) ? wanted : NO_REMEDY;
  }
}
