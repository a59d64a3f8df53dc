// A failure that was foreseen: its message is all that a person needs, so it is shown without a stack.

/** Throw it with a message that says what was expected, what was found and what to do next. */
export class Stop extends Error {
  /** @override */
  name = 'Stop';
}
