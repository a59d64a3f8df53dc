/** HTTP requests about the reader: who it is, and sign-out. */
import type { Viewer } from '../../core/protocol/rights.ts';
import { addressOf } from '../state/address.ts';

/** Undefined without a server, or without an answer. */
export async function fetchViewer(): Promise<Viewer | undefined> {
  try {
    const answer = await fetch(addressOf('/me'));
    const isTold = answer.ok && answer.headers.get('content-type')?.startsWith('application/json');
    return isTold === true ? await answer.json() : undefined;
  } catch {
    return undefined;
  }
}

/** Leaves the page, or returns why not. No form: without a referrer a browser sends no origin with one, and the server refuses that. */
export async function signOut(): Promise<string | undefined> {
  try {
    const answer = await fetch(addressOf('/logout'), { method: 'POST' });
    if (answer.ok) {
      location.assign(addressOf('/login'));
      return undefined;
    }
  } catch {
    // The same message as for a refusal.
  }
  return 'The server did not answer, so you are still signed in. Try again.';
}
