/** Sends the steps of a lab task, one after the other. Loaded with the first task. */
import {
  onChecksEnded,
  onReply,
  stepMessage,
  stepOf,
  unsentStep,
  type LabTaskState,
} from '../state/labTask.ts';
import type { Answer, Requests } from '../state/requests.ts';
import { checkStateOf, type Event, isBusy, type State } from '../state/state.ts';

export type LabTaskPlatform = {
  readonly state: () => State;
  readonly dispatch: (event: Event) => void;
  readonly send: Requests['send'];
  readonly cancel: (check: string) => Promise<Answer>;
  readonly key: () => string;
};
export type LabTasks = ReturnType<typeof createLabTasks>;

export function createLabTasks({ state, dispatch, send, cancel, key }: LabTaskPlatform) {
  const become = (labTask: LabTaskState) => dispatch({ type: 'labTask', labTask });
  return {
    /** After every change of the state: moves on when the checks of a step have ended, and sends what is not sent. */
    advance(): void {
      const { labTask, link } = state();
      const next = onChecksEnded(labTask, (check) => isBusy(checkStateOf(state(), check)));
      if (next !== labTask) {
        become(next);
        return;
      }
      const step = unsentStep(labTask);
      if (link.state !== 'open' || step === undefined || labTask.at !== 'running') return;
      const { task, step: index } = labTask;
      become({ ...labTask, stage: 'sent' });
      const message = stepMessage(step, key());
      if (message.type === 'run') dispatch({ ...message, type: 'requested' });
      send(message, (answer) => become(onReply(state().labTask, task, index, answer)), 'repeat');
    },
    cancelRuns(abandoned: LabTaskState): void {
      const step = stepOf(abandoned);
      if (abandoned.at !== 'running' || step?.do !== 'run') return;
      void Promise.all(step.checks.map(cancel)).then((answers) => {
        const refused = answers.find((answer) => answer.how === 'refused');
        if (refused !== undefined && state().labTask.at === 'idle')
          become({ at: 'failed', task: abandoned.task, message: refused.message });
      });
    },
  };
}
