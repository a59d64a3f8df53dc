/** Compares what two sets of checks may run on the machines, for a review of changed rights. Pure. */
import { type AllowedCommand, allowedCommandsFor, rolesIn } from './allowList.ts';
import { gateProgram, versionOf } from './gateProgram.ts';
import { rootCommandsOf, sudoersLines } from './sudoers.ts';

export type RightsChange = ReturnType<typeof compareRights>;

/** In the lines of sudoers; each site has its own login user. */
const USER = 'USER';

export function compareRights(before: readonly AllowedCommand[], after: readonly AllowedCommand[]) {
  const key = ({ role, writeup, id }: AllowedCommand) => `${role} ${writeup}/${id}`;
  const old = new Map(before.map((command) => [key(command), command]));
  const keys = new Set(after.map(key));
  const [rootBefore, rootAfter] = [rootLines(before), rootLines(after)];
  return {
    added: after.filter((command) => !old.has(key(command))),
    removed: before.filter((command) => !keys.has(key(command))),
    /** The same step with another command, stop line, limit or input. */
    changed: after.flatMap((command) => {
      const same = old.get(key(command));
      return same && same.hash !== command.hash ? [{ before: same, after: command }] : [];
    }),
    /** Lines of sudoers, each after the role of its machine. */
    rootAdded: [...rootAfter].filter((line) => !rootBefore.has(line)),
    rootRemoved: [...rootBefore].filter((line) => !rootAfter.has(line)),
    /** Gates to install again; one side is empty for a role that is new or gone. */
    gates: rolesIn([...before, ...after])
      .map((role) => ({ role, before: versionFor(before, role), after: versionFor(after, role) }))
      .filter((gate) => gate.before !== gate.after),
  };
}

const rootLines = (commands: readonly AllowedCommand[]): ReadonlySet<string> =>
  new Set(
    commands.flatMap((one) =>
      sudoersLines(rootCommandsOf([one]), USER).map((line) => `${one.role}: ${line}`),
    ),
  );

function versionFor(commands: readonly AllowedCommand[], role: string): string {
  const own = allowedCommandsFor(commands, role);
  return own.length === 0 ? '' : (versionOf(gateProgram(own)) ?? '');
}

/** A gate may differ all the same, for example by the order of its commands. */
export const isUnchanged = ({ gates: _, ...rights }: RightsChange): boolean =>
  Object.values(rights).every((part) => part.length === 0);

/** Whether anything may run that was refused before. Less time, or no input any more, is no growth. */
export const grows = ({ added, changed, rootAdded }: RightsChange): boolean =>
  added.length > 0 ||
  rootAdded.length > 0 ||
  changed.some(
    ({ before, after }) =>
      after.command !== before.command ||
      after.stop !== before.stop ||
      after.seconds > before.seconds ||
      (after.input && !before.input),
  );
