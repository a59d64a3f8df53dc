/** The files of an operator as the site shows them: those of `ops/`, and those that `vantage gate build` makes, from the same functions. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { usage as settings } from './config.ts';
import { labsOf } from '../content/labs.ts';
import type { LoadedWriteup } from '../content/load.ts';
import { installFor, installScript } from '../gate/install.ts';
import { allowedCommands, rolesIn } from '../gate/allowList.ts';

export type ShownFile = { readonly path: string; readonly message: string; readonly text: string };
export type Operation = {
  readonly settings: string;
  readonly ops: { readonly [Name in (typeof opsFiles)[number]]: string };
  readonly roles: readonly {
    readonly role: string;
    readonly version: string;
    readonly commands: number;
    readonly files: readonly ShownFile[];
    readonly script: string;
  }[];
};

export const opsFiles = [
  'inventory.yaml',
  'credentials.yaml',
  'vantage.yaml',
  'auth.yaml',
  'vantage.service',
  'vantage.logrotate',
  'vantage-backup.service',
  'vantage-backup.timer',
  'nginx.conf',
  'Dockerfile',
] as const;

/** Stands where the operator's own public key will. */
const exampleKey = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIYourOwnPublicKeyStandsHere vantage';

export function operationOf(writeups: readonly LoadedWriteup[]): Operation {
  const commands = allowedCommands(writeups);
  const read = (name: string) =>
    readFileSync(fileURLToPath(new URL(`../../ops/${name}`, import.meta.url)), 'utf8');
  const [lab] = labsOf(writeups);
  const user = lab?.user ?? 'docs';
  const options = { user, publicKey: exampleKey, from: lab?.docsServer.address ?? '192.0.2.10' };
  return {
    settings,
    ops: Object.fromEntries(opsFiles.map((name) => [name, read(name)])) as Operation['ops'],
    roles: rolesIn(commands).map((role) => {
      const install = installFor(commands, role, options);
      return {
        ...{ role, version: install.version, commands: install.commands.length },
        files: install.files.map(({ path, message, text }) => ({ path, message, text })),
        script: installScript(install, user),
      };
    }),
  };
}
