/** Names of conditions of the lab. */
/** On the wire: a cause, with a remedy on top of it. */
export function formatCondition(cause: string, remedy: string | undefined): string {
  return remedy === undefined ? cause : `${cause}+${remedy}`;
}

export function parseCondition(name: string): {
  readonly cause: string;
  readonly remedy: string | undefined;
} {
  const [cause = name, remedy] = name.split('+');
  return { cause, remedy };
}
