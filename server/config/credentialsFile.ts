/** Reads the file of `--credentials`: for each service, the fields that its checks send. */
import { readFileSync, statSync } from 'node:fs';
import * as z from 'zod/mini';
import { nearest } from '../../src/core/text/nearest.ts';
import { readYaml } from '../files/yaml.ts';
import { UsageError } from './loadSettings.ts';
import {
  type Credentials,
  type CredentialSet,
  resolveCredentials,
  type RequiredCredentials,
} from '../fleet/credentials.ts';

/** The message is for the operator, and contains no credentials. */
export class CredentialsError extends UsageError {}

const field = z.string({
  error: 'expected a text; a number or `yes` has to stand in quotes',
});
const schema = z.record(
  z.string(),
  z.record(z.string(), field, { error: 'expected `name: value` for each field, like `username: docs`' }),
  { error: 'expected a service with its fields, like `backend: { username: docs, password: … }`' },
);

export function readCredentials(
  file: string | undefined,
  wanted: readonly RequiredCredentials[],
  environment: Readonly<Record<string, string | undefined>>,
): Credentials {
  const inFile = file === undefined ? new Map<string, CredentialSet>() : read(file, wanted);
  const { sets, faults } = resolveCredentials(wanted, inFile, environment);
  if (faults.length > 0) throw new CredentialsError(faults.join('\n'));
  return { kind: 'of-operator', sets };
}

function read(file: string, wanted: readonly RequiredCredentials[]): ReadonlyMap<string, CredentialSet> {
  const { value, faults, lineOfPath } = readYaml(textOf(file), file, schema);
  // The YAML library quotes the faulty line, which may be a password.
  if (value === undefined)
    throw new CredentialsError(
      faults
        .map(
          ({ line, message }) =>
            `--credentials: ${file}:${line}: ${message.replace(/^not good YAML:.*/s, 'not good YAML')}`,
        )
        .join('\n'),
    );
  const strange = Object.entries(value).flatMap(([of, fields]) => {
    const known = wanted.find((one) => one.of === of);
    if (known === undefined)
      return [
        `${file}:${lineOfPath([of])}: no check uses credentials called "${of}"${meant(
          of,
          wanted.map((one) => one.of),
        )}`,
      ];
    return Object.keys(fields)
      .filter((name) => !known.fields.includes(name))
      .map(
        (name) =>
          `${file}:${lineOfPath([of, name])}: \`${of}\` has no field "${name}"${meant(name, known.fields)}`,
      );
  });
  if (strange.length > 0)
    throw new CredentialsError(strange.map((line) => `--credentials: ${line}`).join('\n'));
  return new Map(Object.entries(value).map(([of, fields]) => [of, new Map(Object.entries(fields))]));
}

function meant(name: string, known: readonly string[]): string {
  const near = nearest(name, known);
  return near.length > 0
    ? `; did you mean ${near.join(' or ')}?`
    : `; there are ${known.join(', ') || 'none'}`;
}

function textOf(file: string): string {
  try {
    const { mode } = statSync(file);
    if ((mode & 0o027) !== 0)
      throw new CredentialsError(
        `--credentials: ${file} holds passwords, and others may read it or write it. Run: chmod 600 ${file} (640 if its group is the server's alone)`,
      );
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof CredentialsError) throw error;
    throw new CredentialsError(
      `--credentials: ${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'}). Name a file that this user may read.`,
    );
  }
}
