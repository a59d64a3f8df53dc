/** The sudoers file of the lab's machines. The lines are left to `gate/sudoers.ts`. */
import { type RootCommand, sudoersLines } from '../../gate/sudoers.ts';

export function sudoersFile(commands: readonly RootCommand[], user: string): string {
  const head = ['Defaults env_reset, !use_pty, !lecture', 'Defaults secure_path="/usr/sbin:/usr/bin"'];
  return `${[...head, ...sudoersLines(commands, user)].join('\n')}\n`;
}
