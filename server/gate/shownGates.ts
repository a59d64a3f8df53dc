/** What `vantage gate build` makes for each role, as the site shows it to operators. */
import type { LoadedWriteup } from '../content/load.ts';
import { allowedCommands } from './allowList.ts';
import { installFor, installScript } from './install.ts';

export type Gate = ReturnType<typeof gatesOf>[number];

/** Placeholders that ops/operate.mdx explains. */
const example = {
  user: 'USER',
  publicKey: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIYourOwnPublicKey vantage',
  from: '192.0.2.10',
};

export function gatesOf(writeups: readonly LoadedWriteup[]) {
  const all = allowedCommands(writeups);
  return [...new Set(all.map(({ role }) => role))].map((role) => {
    const install = installFor(all, role, example);
    return {
      ...{ role, version: install.version, commands: install.commands.length },
      files: install.files.map(({ path, message, text }) => ({ path, message, text })),
      script: installScript(install, example.user),
    };
  });
}
