/** Adds a new token's hash to a token file, and leaves the rest of the file alone. */
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { Document, isSeq, parseDocument } from 'yaml';
import { AuthFileError, openAuthFile } from './authFile.ts';
import { oidcFileSchema, tokenFileSchema } from './authSchema.ts';
import type { Right } from '../../src/core/protocol/rights.ts';
import { hashOf } from './token.ts';

export type TokenEntry = { readonly name: string; readonly rights: readonly Right[]; readonly hash: string };

export const tokenEntry = (name: string, rights: readonly Right[], token: string): TokenEntry => ({
  ...{ name, rights, hash: hashOf(token) },
});

export function asYaml(entry: TokenEntry): string {
  const document = new Document({ tokens: [] });
  append(document, entry);
  return document.toString({ lineWidth: 0 });
}

function append(document: Document, entry: TokenEntry): void {
  const node = document.createNode(entry);
  document.addIn(['tokens'], node);
  const list = document.get('tokens', true);
  if (isSeq(list)) list.flow = false;
  const rights = node.get('rights', true);
  if (isSeq(rights)) rights.flow = true;
}

/** A running server sees the change within a second. Throws AuthFileError, and changes nothing, if the result would not be valid. */
export function addTokenEntry(file: string, entry: TokenEntry): void {
  const isNew = !existsSync(file);
  const document = isNew ? new Document({ tokens: [] }) : parseDocument(readFileSync(file, 'utf8'));
  const known = document.get('tokens', true);
  if (!isSeq(known) && known !== undefined)
    throw new AuthFileError(`${file}: expected a list below tokens:, found something else.`);
  if (known === undefined) document.set('tokens', document.createNode([]));
  append(document, entry);
  const next = `${file}.new`;
  writeFileSync(next, document.toString({ lineWidth: 0 }), { mode: 0o600 });
  try {
    openAuthFile(next, document.has('oidc') ? oidcFileSchema : tokenFileSchema, () => {});
    renameSync(next, file);
  } catch (error) {
    rmSync(next, { force: true });
    throw error;
  }
}
