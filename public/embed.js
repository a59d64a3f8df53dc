// For pages of other sites: <vantage-check src="…/WRITEUP/CHECK/"> shows that check, live, in a frame. The server names the sites that may (`embed`).
customElements.define(
  'vantage-check',
  class extends HTMLElement {
    connectedCallback() {
      const src = this.getAttribute('src') ?? '';
      if (!/^https?:/.test(src) || !URL.canParse(src)) {
        this.#say(`vantage-check: expected src with the address of a check, found "${src}".`);
        return;
      }
      const { origin } = new URL(src);
      const frame = Object.assign(document.createElement('iframe'), {
        src,
        title: this.title || src,
        loading: 'lazy',
      });
      Object.assign(frame.style, { display: 'block', width: '100%', height: '12rem', border: '0' });
      let silence;
      frame.addEventListener('load', () => {
        silence = setTimeout(
          () =>
            this.#say(
              `${origin} does not answer here. If it can be opened by itself, its setting \`embed\` must name ${location.origin}.`,
              src,
            ),
          5000,
        );
      });
      this.onHeight = ({ source, origin: from, data }) => {
        if (source !== frame.contentWindow || from !== origin || !(data?.vantageHeight > 0)) return;
        clearTimeout(silence);
        frame.style.height = `${Math.ceil(data.vantageHeight)}px`;
      };
      window.addEventListener('message', this.onHeight);
      this.replaceChildren(frame);
    }
    disconnectedCallback() {
      window.removeEventListener('message', this.onHeight);
    }
    #say(sentence, link) {
      const line = document.createElement('p');
      line.append(sentence);
      if (link)
        line.append(' ', Object.assign(document.createElement('a'), { href: link, textContent: link }));
      this.replaceChildren(line);
    }
  },
);
