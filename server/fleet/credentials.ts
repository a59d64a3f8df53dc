/** What fills the credentials of a step: the documented ones in the lab, the operator's own on real machines. Pure; reading the operator's file is left to `credentialsFile.ts`. */
import type { StepCredentials } from '../../src/core/check/check.ts';
import { unmaskable } from '../../src/core/secrets/mask.ts';
import type { LoadedWriteup } from '../content/load.ts';

export type CredentialSet = ReadonlyMap<string, string>;
export type Credentials =
  | { readonly kind: 'documented' }
  /** By the name of the service. */
  | { readonly kind: 'of-operator'; readonly sets: ReadonlyMap<string, CredentialSet> };

export const noCredentials: Credentials = { kind: 'of-operator', sets: new Map() };

export type RequiredCredentials = ReturnType<typeof requiredCredentials>[number];

/** Every service that a check logs in at, once, with all its fields. */
export function requiredCredentials(writeups: readonly LoadedWriteup[]) {
  const wanted = new Map<string, { fields: Set<string>; secret: Set<string>; checks: Set<string> }>();
  for (const { checks } of writeups)
    for (const { check } of checks.values())
      for (const { credentials } of check.steps) {
        if (credentials === undefined) continue;
        const one = wanted.get(credentials.of) ?? { fields: new Set(), secret: new Set(), checks: new Set() };
        for (const field of Object.keys(credentials.documented)) one.fields.add(field);
        for (const field of credentials.secret) one.secret.add(field);
        one.checks.add(check.id);
        wanted.set(credentials.of, one);
      }
  return [...wanted].map(([of, { fields, secret, checks }]) => ({
    ...{ of, fields: [...fields], secret: [...secret], checks: [...checks] },
  }));
}

/** The values for one step, and those of them that are secret; nothing when the operator has named none. */
export function credentialsForStep(
  { of, documented, secret }: StepCredentials,
  credentials: Credentials,
): { readonly values: CredentialSet; readonly secrets: CredentialSet } | undefined {
  // What stands on the page is no secret, and too short to be hidden without hiding ordinary text.
  if (credentials.kind === 'documented')
    return { values: new Map(Object.entries(documented)), secrets: new Map() };
  const values = credentials.sets.get(of);
  return values && { values, secrets: new Map([...values].filter(([field]) => secret.includes(field))) };
}

/** The services that checks log in at, and the operator has named nothing for. */
export const withoutCredentials = (
  wanted: readonly RequiredCredentials[],
  credentials: Credentials,
): readonly RequiredCredentials[] =>
  credentials.kind === 'documented' ? [] : wanted.filter(({ of }) => !credentials.sets.has(of));

export const missingSentence = ({ of, fields, checks }: RequiredCredentials): string =>
  `There are no credentials \`${of}\` (${fields.join(', ')}), so ${checks.join(' and ')} will be inconclusive: nothing is sent.`;

/** `VANTAGE_CREDENTIAL_BACKEND_PASSWORD` for the field `password` of `backend`. */
export const credentialVariable = (of: string, field: string): string =>
  `VANTAGE_CREDENTIAL_${of}_${field}`.replaceAll('-', '_').toUpperCase();

export const credentialVariables = (of: string, fields: readonly string[]): string =>
  fields.map((field) => credentialVariable(of, field)).join(' and ');

const longestBytes = 1000;

/**
 * Puts together what the file and the environment say, the environment first. Every fault is a sentence for the operator, and
 * none has a value in it.
 */
export function resolveCredentials(
  wanted: readonly RequiredCredentials[],
  file: ReadonlyMap<string, CredentialSet>,
  environment: Readonly<Record<string, string | undefined>>,
): { readonly sets: ReadonlyMap<string, CredentialSet>; readonly faults: readonly string[] } {
  const faults: string[] = [];
  const sets = new Map<string, CredentialSet>();
  for (const { of, fields, secret } of wanted) {
    const found = new Map<string, string>();
    for (const field of fields) {
      const value = environment[credentialVariable(of, field)] || file.get(of)?.get(field);
      if (value === undefined) continue;
      const fault = faultOf(value, secret.includes(field));
      if (fault === undefined) found.set(field, value);
      else faults.push(`The ${field} of \`${of}\` ${fault}`);
    }
    const missing = fields.filter((field) => !found.has(field));
    if (missing.length === 0) sets.set(of, found);
    else if (found.size > 0)
      faults.push(
        `The credentials \`${of}\` need ${fields.join(' and ')}, and ${missing.join(' and ')} ${missing.length === 1 ? 'is' : 'are'} missing: write ${missing.length === 1 ? 'it' : 'them'} in the file of --credentials, or in ${credentialVariables(of, missing)}.`,
      );
  }
  return { sets, faults };
}

function faultOf(value: string, secret: boolean): string | undefined {
  const bytes = Buffer.byteLength(value);
  if (/[\r\n\0]/.test(value)) return 'has a line break or a NUL in it, and goes to the machine as one line.';
  if (bytes > longestBytes) return `has ${bytes} bytes; at most ${longestBytes} are sent.`;
  const fault = secret ? unmaskable(value) : undefined;
  return fault === undefined ? undefined : `${fault}. Use another one.`;
}
