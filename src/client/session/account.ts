/** What a page asks the server about its reader over HTTP: who that is, and to be signed out. */
import { type Viewer, viewerSchema } from '../../core/protocol/viewer.ts';

/** Nothing where there is no server, or it does not say. */
export async function fetchViewer(): Promise<Viewer | undefined> {
  try {
    const answer = await fetch('/me');
    const isTold = answer.ok && answer.headers.get('content-type')?.startsWith('application/json');
    return isTold === true ? viewerSchema.safeParse(await answer.json()).data : undefined;
  } catch {
    return undefined;
  }
}

/** Leads away when it is done; otherwise says why not. A form would not do: this site sends no referrer, so a browser sends no origin with one. */
export async function signOut(): Promise<string | undefined> {
  try {
    const answer = await fetch('/logout', { method: 'POST' });
    if (answer.ok) {
      location.assign('/login');
      return undefined;
    }
  } catch {
    // No answer at all: said as below.
  }
  return 'The server did not answer, so you are still signed in. Try again.';
}
