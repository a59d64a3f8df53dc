/**
 * One table from every address of the server to its methods: what each asks for, and what it changes. Pure. An address that is not named asks
 * for `view` and changes nothing: a new one cannot be open by mistake.
 */
import type { Ask } from '../../src/core/protocol/rights.ts';
import { bundleEnding, formats, isFormat } from '../../src/core/report/formats.ts';

/** `app.ts` answers each of these and nothing else, so that an address without a rule cannot be made. */
export type RouteName =
  | 'signing in'
  | 'signing out'
  | 'health'
  | 'who asks'
  | 'the socket'
  | 'keeping'
  | 'records'
  | 'changes'
  | 'badges'
  | 'the site';

/**
 * What a GET may leave behind: nothing that lasts (RFC 9110, 9.2.1). The two around a provider cannot be anything else, because it sends
 * people back by a link: the first writes a cookie, the second opens a session for whoever has that cookie, once.
 * `is remembered`: that a report was asked for, which orders what the limits take away and is forgotten after 30 days.
 */
export type ReadEffect = 'nothing' | 'begins a sign-in' | 'ends a sign-in' | 'is remembered';
/** What only a POST may do. */
export type WriteEffect = 'signs in' | 'signs out' | 'pins';

type Does<Effect> = { readonly ask: Ask; readonly effect: Effect };
/** A HEAD asks for what the GET of the address asks for, and never changes anything. */
export type Methods = {
  readonly GET?: Does<ReadEffect>;
  readonly HEAD?: Does<'nothing'>;
  readonly POST?: Does<WriteEffect>;
};
export type Method = keyof Methods;

export type RouteRule = {
  readonly name: RouteName;
  readonly path: RegExp;
  readonly methods: Methods;
  /** Addresses that the tests of the doors knock at. */
  readonly examples: readonly string[];
};

const id = '01ARZ3NDEKTSV4RRFFQ69G5FAV';

const reads = (ask: Ask): Methods => ({ GET: { ask, effect: 'nothing' }, HEAD: { ask, effect: 'nothing' } });

const siteRule: RouteRule = {
  name: 'the site',
  path: /^/,
  methods: reads('view'),
  examples: ['/', '/nowhere', '/_astro/x.js', '/w/'],
};

const isReport = (ending: string): boolean => !isFormat(ending) || formats[ending].isReport;
const endings = [...Object.keys(formats), bundleEnding];
const reports = endings.filter(isReport);

/** Those that ask for nothing are exact: no address that a file server would read otherwise may look like one of them. */
export const routeRules: readonly RouteRule[] = [
  {
    name: 'signing in',
    path: /^\/login$/,
    methods: { ...reads('nothing'), POST: { ask: 'nothing', effect: 'signs in' } },
    examples: ['/login'],
  },
  {
    name: 'signing in',
    path: /^\/login\/style\.css$/,
    methods: reads('nothing'),
    examples: ['/login/style.css'],
  },
  {
    name: 'signing in',
    path: /^\/login\/start$/,
    methods: { GET: { ask: 'nothing', effect: 'begins a sign-in' } },
    examples: ['/login/start'],
  },
  {
    name: 'signing in',
    path: /^\/login\/callback$/,
    methods: { GET: { ask: 'nothing', effect: 'ends a sign-in' } },
    examples: ['/login/callback'],
  },
  {
    name: 'signing out',
    path: /^\/logout$/,
    methods: { POST: { ask: 'nothing', effect: 'signs out' } },
    examples: ['/logout'],
  },
  { name: 'health', path: /^\/healthz$/, methods: reads('nothing'), examples: ['/healthz'] },
  { name: 'who asks', path: /^\/me$/, methods: reads('view'), examples: ['/me'] },
  {
    name: 'the socket',
    path: /^\/ws$/,
    methods: reads('view'),
    examples: ['/ws'],
  },
  {
    name: 'keeping',
    path: /^\/runs\/[^/]+\/keep$/,
    methods: { POST: { ask: 'evidence', effect: 'pins' } },
    examples: [`/runs/${id}/keep`],
  },
  {
    name: 'records',
    path: new RegExp(`^/runs/[^/]+\\.(?:${reports.join('|').replaceAll('.', '\\.')})/?$`),
    methods: { ...reads('view'), GET: { ask: 'view', effect: 'is remembered' } },
    examples: reports.map((form) => `/runs/${id}.${form}`),
  },
  {
    name: 'records',
    path: /^\/runs(?:\/.*)?$/,
    methods: reads('view'),
    examples: [
      '/runs/',
      `/runs/${id}`,
      ...['log', ...endings.filter((ending) => !isReport(ending))].map((form) => `/runs/${id}.${form}`),
      `/runs/${id}/compare`,
      `/runs/${id}/entries`,
    ],
  },
  { name: 'changes', path: /^\/changes\//, methods: reads('view'), examples: ['/changes/w/quick'] },
  {
    name: 'badges',
    path: /^\/badge\//,
    methods: reads('view'),
    examples: ['/badge/w.svg', '/badge/w.json'],
  },
  siteRule,
];

/** The path of a request target, without its query. */
export const pathOf = (target: string | undefined): string => (target ?? '').split('?')[0] ?? '';

export const ruleOf = (path: string): RouteRule =>
  routeRules.find((rule) => rule.path.test(path)) ?? siteRule;

/** What a method asks for and changes at an address; nothing when it is not answered there. */
export function doesOf({ methods }: RouteRule, method: string | undefined) {
  return method === 'GET' || method === 'HEAD' || method === 'POST' ? methods[method] : undefined;
}

/** The methods of an address, as the header `Allow` has them. */
export const allowOf = ({ methods }: RouteRule): string => Object.keys(methods).join(', ');
