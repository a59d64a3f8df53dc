/** A button that copies text, and shows whether that worked. */

const SHOWN_MS = 1800;

/** A press of `button` copies what `text` gives. Without the right to write the clipboard, `source` is selected instead. */
export function copyOnClick(
  button: HTMLButtonElement,
  text: () => string,
  source: HTMLElement,
  signal: AbortSignal,
): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const label = button.textContent ?? 'Copy';
  signal.addEventListener('abort', () => clearTimeout(timer));
  const print = (word: string) => {
    button.textContent = word;
    clearTimeout(timer);
    timer = setTimeout(() => {
      button.textContent = label;
    }, SHOWN_MS);
  };
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text());
      print('Copied');
    } catch {
      getSelection()?.selectAllChildren(source);
      print('Selected: copy it');
    }
  };
  button.addEventListener('click', () => void copy(), { signal });
}
