/** Keys and a certificate, made new for every lab. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { runOrThrow } from './runProgram.ts';

export type KeyPair = { readonly secret: string; readonly open: string };

/** An ed25519 key pair for ssh. `place` is a directory that nobody else can read. */
export async function sshKey(place: string, comment: string): Promise<KeyPair> {
  const path = join(place, comment);
  await runOrThrow(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', comment, '-f', path]);
  return { secret: await readFile(path, 'utf8'), open: await readFile(`${path}.pub`, 'utf8') };
}

/** A self-signed certificate for the services of a machine. */
export async function certificate(place: string, name: string, address: string): Promise<KeyPair> {
  const [key, cert] = [join(place, 'tls.key'), join(place, 'tls.crt')];
  await runOrThrow([
    ...'openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30'.split(' '),
    ...['-subj', `/CN=${name}`, '-addext', `subjectAltName=DNS:${name},IP:${address},IP:127.0.0.1`],
    ...['-keyout', key, '-out', cert],
  ]);
  return { secret: await readFile(key, 'utf8'), open: await readFile(cert, 'utf8') };
}

/** 32 hex digits, as in /etc/machine-id. */
export const newMachineId = (): string => randomBytes(16).toString('hex');

/** Type and key of a public key, without its comment. */
export const bareKey = (open: string): string => open.trim().split(' ').slice(0, 2).join(' ');
