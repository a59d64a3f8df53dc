/** Opens and closes the presentation, and the bar that says who presents, with the way to follow. */
import type { Mode } from '../../client/view/present.ts';
import type { Session } from '../../client/session/session.ts';
import { checksOfPage, orderOfPage } from '../base/pageChecks.ts';
import { node, shape } from '../base/dom.ts';
import type { OpenPresentation } from './dialog.ts';
import type { Slide } from './frame.ts';

export type Presentations = { open(mode: Mode): void };

/** The presentation becomes a child of `column`. `follows`: until the reader leaves, the presenter is followed without a press. */
export function presentationsOf(
  host: HTMLElement,
  column: HTMLElement,
  session: Session,
  follows: boolean,
  signal: AbortSignal,
): Presentations {
  const bar = host.querySelector<HTMLElement>('.presenting') ?? node('div', {});
  const message = node('p', {});
  const follow = node('button', { type: 'button', class: 'button chief' }, 'Follow');
  follow.addEventListener('click', () => open('following'), { signal });
  bar.replaceChildren(shape('link'), message, follow);
  let presentation: OpenPresentation | 'loading' | undefined;
  let waits = follows;

  const open = (mode: Mode) => {
    if (presentation !== undefined) return;
    waits = false;
    presentation = 'loading';
    void load(mode)
      .catch((error: unknown) => console.error(error))
      .finally(() => {
        if (presentation === 'loading') presentation = undefined;
        draw();
      });
  };
  const load = async (mode: Mode) => {
    const { openPresentation } = await import('./dialog.ts');
    if (signal.aborted) return;
    const opened = openPresentation({
      ...{ host: column, session, mode, title: host.dataset.title ?? '', slides: slidesOf(host) },
      onClose: () => {
        presentation = undefined;
        draw();
      },
    });
    presentation = opened;
    signal.addEventListener('abort', () => opened.close());
  };
  const draw = () => {
    const { presenting, link, you } = session.state;
    if (presenting !== null && waits && presentation === undefined) open('following');
    bar.hidden = presentation !== undefined || link.state !== 'open' || (presenting === null && !waits);
    follow.hidden = presenting === null;
    const text =
      presenting === null
        ? 'Nobody presents now. This page follows when somebody does.'
        : presentingText(presenting, presenting.by === you, host);
    if (message.textContent !== text) message.textContent = text;
  };
  signal.addEventListener('abort', session.subscribe(draw));
  draw();
  return { open };
}

function presentingText(
  { by, at: { slide } }: NonNullable<Session['state']['presenting']>,
  isYou: boolean,
  host: Element,
): string {
  const order = orderOfPage(host);
  const title = checksOfPage(host).get(slide)?.title;
  const place = title === undefined ? '' : ` row ${order.indexOf(slide) + 1} of ${order.length}: ${title}`;
  return isYou ? `You present${place}, in another window` : `${by} presents${place}`;
}

/** In the order of the page. */
function slidesOf(host: HTMLElement): Slide[] {
  const known: readonly Omit<Slide, 'title' | 'hash'>[] = JSON.parse(host.dataset.slides ?? '[]');
  const checks = checksOfPage(host);
  return orderOfPage(host).flatMap((id) => {
    const [slide, check] = [known.find((one) => one.id === id), checks.get(id)];
    return slide && check ? [{ ...slide, title: check.title, hash: check.hash }] : [];
  });
}
