/** Why there is no lab, for the person who can act. */
export type LabProblem = {
  readonly kind: 'missing-tools' | 'no-namespaces' | 'failed' | 'busy';
  /** What was expected, what was found, what to do next. */
  readonly message: string;
};

export class LabError extends Error {
  readonly problem: LabProblem;
  constructor(problem: LabProblem) {
    super(problem.message);
    this.name = 'LabError';
    this.problem = problem;
  }
}
