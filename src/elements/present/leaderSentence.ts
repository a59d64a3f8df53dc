/** Who leads a presentation and who sees it, in one sentence. */
import type { Mode, Presentation } from '../../client/view/present.ts';
import type { State } from '../../client/state/state.ts';

/** `refused` is what the server answered last, if it did not show the place to others. */
export function leaderSentence(
  mode: Mode,
  { presenting, readers, link }: State,
  { slides }: Presentation,
  refused: string | undefined,
): string {
  if (link.state === 'connecting' || link.state === 'waiting')
    return 'The connection is lost. The page reconnects by itself.';
  if (mode === 'following') {
    if (presenting === null)
      return 'The presenter has left. This screen follows again when somebody presents.';
    return slides.includes(presenting.at.slide)
      ? `Following ${presenting.by}`
      : `Following ${presenting.by}, who shows a check that this page does not have. Reload the page.`;
  }
  if (link.state !== 'open') return 'On this screen only: without a server nobody can follow.';
  if (refused !== undefined) return `On this screen only. ${refused}`;
  const others = readers.length - 1;
  return others < 1
    ? 'You present. Nobody else is here yet.'
    : `You present. ${others} ${others === 1 ? 'other reader is' : 'other readers are'} here and may follow.`;
}
