/** The login pages: no script, one stylesheet. */
import { html, type Html, nothing } from '../../src/core/report/html.ts';
import { tokensCss } from '../styles.ts';
import type { Principal } from '../identity/principal.ts';

export const loginPolicy = [
  "default-src 'none'",
  "style-src 'self'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

export type LoginKind = 'token' | 'oidc' | 'proxy';

/** A page of the site of this name. */
export type LoginPage = (site: string) => string;

/** `to`: where to go afterwards. `message`: why the sign-in is shown again; may be empty. */
export function loginPage(how: LoginKind, to: string, message: string): LoginPage {
  const warning = message === '' ? nothing : html`<p class="warn" role="alert">${message}</p>`;
  return page(
    'Sign in',
    html`<h1>Sign in to read</h1>
      ${warning}${wayIn(how, to)}`,
  );
}

function wayIn(how: LoginKind, to: string): Html {
  if (how === 'proxy')
    return html`<p>
      The proxy in front of this server has not said who you are. Open the site at the address that your team
      uses for it, and sign in there.
    </p>`;
  if (how === 'oidc')
    return html`<p>You are sent to the sign-in of your organisation, and back here.</p>
      <p><a class="button" href="/login/start?to=${encodeURIComponent(to)}">Sign in</a></p>`;
  return html`<form method="post" action="/login">
    <label for="token">Your token</label>
    <input
      id="token"
      name="token"
      type="password"
      autocomplete="current-password"
      spellcheck="false"
      required
      autofocus
    />
    <p class="hint">It begins with <code>vantage_</code>. The operator of this server gives it to you.</p>
    <input type="hidden" name="to" value="${to}" />
    <button>Sign in</button>
  </form>`;
}

export function accountPage({ name, rights: current, via }: Principal): LoginPage {
  const rights = current();
  const may = [...rights].filter((right) => right !== 'view');
  return page(
    'Signed in',
    html`<h1>You are ${name === '' ? 'not signed in' : name}</h1>
      <p>
        ${
          rights.has('view')
            ? html`You may read here. <a href="/">To the writeups</a>.`
            : 'You may not read anything here yet. Ask the operator of this server for the right to.'
        }
      </p>
      ${may.length > 0 ? html`<p>Further rights: ${may.map((right) => html`<code>${right}</code> `)}</p>` : nothing}
      ${via === 'session' ? html`<form method="post" action="/logout"><button>Sign out</button></form>` : nothing}`,
  );
}

function page(title: string, body: Html): LoginPage {
  return (site) =>
    `<!doctype html>\n${
      html`<html lang="en">
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <meta name="color-scheme" content="light dark" />
          <title>${title} · ${site}</title>
          <link rel="icon" href="data:," />
          <link rel="stylesheet" href="/login/style.css" />
        </head>
        <body>
          <main>${body}</main>
        </body>
      </html>`.markup
    }\n`;
}

/** With the colours of the site, whose own sheets need a sign-in. */
export const loginStyle = (colours: string): string => `
${tokensCss}
${colours}
:root { font: 100%/1.5 system-ui, sans-serif; }
body { margin: 0; display: grid; min-height: 100vh; place-items: center; background: var(--paper); color: var(--ink); }
main { width: min(26rem, calc(100vw - 3rem)); padding: 1.5rem 0 4rem; }
h1 { font-size: 1.5rem; line-height: 1.2; margin: 0 0 1.25rem; }
a { color: var(--accent); }
label { display: block; font-weight: 600; margin-bottom: 0.25rem; }
input[type='password'] { box-sizing: border-box; width: 100%; font: inherit; font-family: ui-monospace, monospace; padding: 0.6rem 0.7rem; border: 1px solid var(--ink-3); border-radius: 0.4rem; background: transparent; color: inherit; }
button, .button { font: inherit; font-weight: 600; display: inline-block; padding: 0.6rem 1.25rem; border: 0; border-radius: 0.4rem; background: var(--accent); color: var(--on-accent); cursor: pointer; text-decoration: none; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.hint { margin: 0.4rem 0 1.25rem; font-size: 0.9rem; color: var(--ink-2); }
.warn { border-left: 4px solid var(--differs); padding: 0.1rem 0 0.1rem 0.8rem; }
code { font-family: ui-monospace, monospace; font-size: 0.95em; }
`;
