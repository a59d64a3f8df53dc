/** A field for what came back from commands that the reader ran. What judges it is loaded when the field is used. */
import { MAX_PASTE_BYTES } from '../../core/paste/paste.ts';
import { node } from '../base/dom.ts';
import { define } from '../base/LiveElement.ts';
import { loadElements } from '../base/loadElements.ts';
import { hasPaste, pasteIn } from './address.ts';

const LONG = 50_000;

define('v-paste', (element, signal) => {
  const [field, button] = [element.querySelector('textarea'), element.querySelector('button')];
  const [said, shown] = [element.querySelector('.said'), element.querySelector('.pasted')];
  if (!field || !button || !said || !shown) return;
  let turn = 0;
  const show = async (from: 'field' | 'address') => {
    turn += 1;
    const own = turn;
    const print = (message: string, ...parts: readonly Node[]) => {
      if (own !== turn || signal.aborted) return;
      shown.replaceChildren(...parts);
      loadElements(shown);
      said.textContent = message;
    };
    said.replaceChildren(node('span', { class: 'loading' }, 'Judging…'));
    try {
      const read = from === 'field' ? { text: field.value } : await pasteIn(location.hash);
      if ('fault' in read) return print(read.fault);
      field.value = read.text;
      const { judgePasted } = await import('./judgePasted.ts');
      // It judges without a pause: of a long text the sign is drawn before.
      if (read.text.length > LONG) {
        said.textContent = 'Judging…';
        await new Promise((then) => setTimeout(then, 50));
      }
      const { message, parts } = await judgePasted(element, read.text, from);
      print(message, ...parts);
    } catch (error) {
      console.error(error);
      print('This could not be judged: a part of the page did not load. Load the page again.');
    }
  };
  button.addEventListener('click', () => void show('field'), { signal });
  // Beside the typing: the judge is there when it is asked.
  const loadJudge = () => void import('./judgePasted.ts').catch(() => {});
  if (field.matches(':focus')) loadJudge();
  else field.addEventListener('focus', loadJudge, { signal, once: true });
  field.addEventListener(
    'paste',
    (event) => {
      const text = event.clipboardData?.getData('text/plain') ?? '';
      if (text.length <= LONG) return;
      // Typed in by the browser, a long text takes minutes. What is beyond the limit is cut, and the judge says so.
      event.preventDefault();
      const { selectionStart, selectionEnd } = field;
      field.setRangeText(text.slice(0, MAX_PASTE_BYTES + 1), selectionStart, selectionEnd, 'end');
    },
    { signal },
  );
  const openAddress = () => {
    if (!hasPaste(location.hash)) return;
    element.scrollIntoView();
    void show('address');
  };
  addEventListener('hashchange', openAddress, { signal });
  element.hidden = false;
  openAddress();
});
