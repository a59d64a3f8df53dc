/** One table from every address of the server to what it asks for. Pure. An address that is not named asks for `view`: a new one cannot be open by mistake. */
import type { Ask } from '../../src/core/rights.ts';

/** `app.ts` answers each of these and nothing else, so that an address without a rule cannot be made. */
export type RouteName =
  | 'signing in'
  | 'signing out'
  | 'health'
  | 'who asks'
  | 'the socket'
  | 'records'
  | 'changes'
  | 'badges'
  | 'the site';

export type RouteRule = {
  readonly name: RouteName;
  readonly path: RegExp;
  readonly ask: Ask;
  /** Addresses that the tests of the doors knock at. */
  readonly examples: readonly string[];
};

const id = '01ARZ3NDEKTSV4RRFFQ69G5FAV';

const siteRule: RouteRule = {
  name: 'the site',
  path: /^/,
  ask: 'view',
  examples: ['/', '/nowhere', '/_astro/x.js', '/w/'],
};

/** Those that ask for nothing are exact: no address that a file server would read otherwise may look like one of them. */
export const routeRules: readonly RouteRule[] = [
  {
    name: 'signing in',
    path: /^\/login(?:\/start|\/callback|\/style\.css)?$/,
    ask: 'nothing',
    examples: ['/login', '/login/start', '/login/callback', '/login/style.css'],
  },
  { name: 'signing out', path: /^\/logout$/, ask: 'nothing', examples: ['/logout'] },
  { name: 'health', path: /^\/healthz$/, ask: 'nothing', examples: ['/healthz'] },
  { name: 'who asks', path: /^\/me$/, ask: 'view', examples: ['/me'] },
  { name: 'the socket', path: /^\/ws$/, ask: 'view', examples: ['/ws'] },
  {
    name: 'records',
    path: /^\/runs(?:\/.*)?$/,
    ask: 'view',
    examples: [
      '/runs/',
      `/runs/${id}`,
      ...['json', 'txt', 'log', 'md', 'html', 'cast', 'v3.cast', 'junit.xml', 'tap', 'bundle.tar.gz'].map(
        (form) => `/runs/${id}.${form}`,
      ),
      `/runs/${id}/compare`,
      `/runs/${id}/entries`,
    ],
  },
  { name: 'changes', path: /^\/changes\//, ask: 'view', examples: ['/changes/w/quick'] },
  {
    name: 'badges',
    path: /^\/badge\//,
    ask: 'view',
    examples: ['/badge/w.svg', '/badge/w.json'],
  },
  siteRule,
];

/** The path of a request target, without its query. */
export const pathOf = (target: string | undefined): string => (target ?? '').split('?')[0] ?? '';

export const ruleOf = (path: string): RouteRule =>
  routeRules.find((rule) => rule.path.test(path)) ?? siteRule;
