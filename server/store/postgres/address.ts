/** Where the PostgreSQL of the records is, and what to say when it cannot be used. */
import { codeOf, messageOf } from '../../files/errors.ts';

/** A database that is not ours, too old or too new. The sentence says what to do; nothing was changed. */
export class RefusedDatabaseError extends Error {}

const example = 'postgres://vantage@db.example.org/vantage';
const form =
  /^postgres(?:ql)?:\/\/(?<user>[^:@/?]+)(?<password>:[^@/?]*)?@(?<host>\[[^\]]*\]|[^@/?:]*)[^@/?]*\/(?<database>[^/?]+)(?<more>\?.*)?$/;

const partsOf = (address: string) => form.exec(address)?.groups ?? {};

/** What is wrong with an address, in the words of a setting; nothing when it can be tried. */
export function addressFault(address: string): string | undefined {
  const { user, password, more = '' } = partsOf(address);
  if (user === undefined) return `expected an address with user, host and database like ${example}`;
  if (password !== undefined || more.includes('password='))
    return 'expected no password in the address, where others can read it: put it into a file and name that with --store-password-file';
  return undefined;
}

/** For the client alone: never shown. */
export const withPassword = (address: string, password: string): string =>
  address.replace('@', `:${encodeURIComponent(password)}@`);

const toTry = 'or correct --store';

export const passwordSentence = (error: unknown): string =>
  `--store-password-file: the file cannot be read (${codeOf(error)}): name one that holds the password alone.`;

/** A sentence about a failure to open the store there, for the operator. */
export function openSentence(address: string, error: unknown): string {
  if (error instanceof RefusedDatabaseError) return `--store: ${error.message}`;
  // Of a certificate or a key.
  if (error instanceof Error && 'syscall' in error && error.syscall === 'open' && 'path' in error)
    return `--store: the address names a file that cannot be read (${codeOf(error)} at ${String(error.path)}): correct it.`;
  // The client's own words for a server that asks for a password when there is none.
  if (messageOf(error).includes('password must be a string'))
    return '--store: PostgreSQL asks for a password: put it into a file and name that with --store-password-file.';
  const { user, host, database } = partsOf(address);
  const unknownSigner =
    'the certificate of PostgreSQL is not signed by a CA that is known here: name the file of its CA with sslrootcert= in the address.';
  const sentences: Readonly<Record<string, string>> = {
    ERR_TLS_CERT_ALTNAME_INVALID: `the certificate of PostgreSQL does not name ${host}: use the name that it has in --store, or give PostgreSQL a certificate with this one in subjectAltName.`,
    UNABLE_TO_VERIFY_LEAF_SIGNATURE: unknownSigner,
    SELF_SIGNED_CERT_IN_CHAIN: unknownSigner,
    DEPTH_ZERO_SELF_SIGNED_CERT: unknownSigner,
    '28P01': `PostgreSQL does not accept the password of ${user}: put the right one into the file of --store-password-file.`,
    '28000': `PostgreSQL does not let ${user} in: correct its pg_hba.conf, ${toTry}.`,
    '3D000': `PostgreSQL has no database ${database}: make it with \`createdb ${database}\`, ${toTry}.`,
    '25006': `the PostgreSQL at that address can only be read, as a standby or by default_transaction_read_only: name the one that is written, ${toTry}.`,
    '42501': `${user} may not make tables in ${database}: let it own the database, ${toTry}.`,
  };
  return `--store: ${
    sentences[codeOf(error)] ??
    `no PostgreSQL can be used at that address (${messageOf(error)}): start it, ${toTry}.`
  }`;
}

/** A sentence for readers and for the operator while the database cannot be written. */
export const goneSentence = (error: unknown): string =>
  `The database that keeps the records cannot be written (${messageOf(error)}), so no run starts and no change is saved. It is tried again each second; the operator has to look at PostgreSQL when this stays.`;

const mostApartMs = 2000;

/** For the operator, when the clocks of this server and of the database differ. `ahead`: this one's, in milliseconds. */
export function clockSentence(ahead: number): string | undefined {
  if (Math.abs(ahead) < mostApartMs) return undefined;
  const seconds = Math.round(Math.abs(ahead) / 1000);
  return `The clock of this server is ${seconds} s ${ahead > 0 ? 'ahead of' : 'behind'} the clock of the database: its records show wrong times until NTP sets it. No record is lost, and runs keep their order.`;
}
