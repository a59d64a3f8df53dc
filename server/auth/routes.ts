/**
 * One table from every address of the server to its methods: the right that each needs, and what it changes. Pure. An address that is not
 * in the table needs `view` and changes nothing: a new one cannot be open by mistake.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Ask } from '../../src/core/protocol/rights.ts';
import { bundleEnding, formats, isFormat } from '../../src/core/report/formats.ts';
import type { Principal } from '../identity/principal.ts';

/** `app.ts` answers each of these and nothing else: an address without a rule cannot be made. */
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

/** Answers a request if it is one of its own, and returns whether it was. */
export type Route = (request: IncomingMessage, response: ServerResponse, principal: Principal) => boolean;
/** As a `Route`, for one that has to ask the store first. */
export type LaterRoute = (...of: Parameters<Route>) => Promise<boolean>;

/**
 * What a GET may change: nothing that lasts (RFC 9110, 9.2.1). A provider sends people back by a link, so two GETs begin and end a sign-in.
 * `is remembered`: a requested report outlives others for 30 days.
 */
export type ReadEffect = 'nothing' | 'begins a sign-in' | 'ends a sign-in' | 'is remembered';
export type WriteEffect = 'signs in' | 'signs out' | 'pins';

type Action<Effect> = { readonly ask: Ask; readonly effect: Effect };
/** A HEAD needs the right of the GET, and changes nothing. */
export type Methods = {
  readonly GET?: Action<ReadEffect>;
  readonly HEAD?: Action<'nothing'>;
  readonly POST?: Action<WriteEffect>;
};
export type Method = keyof Methods;

export type RouteRule = {
  readonly name: RouteName;
  readonly path: RegExp;
  readonly methods: Methods;
  /** Addresses for the tests. */
  readonly examples: readonly string[];
};

const route = (name: RouteName, path: RegExp, methods: Methods, ...examples: string[]): RouteRule => ({
  ...{ name, path, methods, examples },
});
const get = <Effect extends ReadEffect>(ask: Ask, effect: Effect) => ({ GET: { ask, effect } });
const post = <Effect extends WriteEffect>(ask: Ask, effect: Effect) => ({ POST: { ask, effect } });
const reads = (ask: Ask) => ({ GET: { ask, effect: 'nothing' }, HEAD: { ask, effect: 'nothing' } }) as const;

const run = '/runs/01ARZ3NDEKTSV4RRFFQ69G5FAV';
const isReport = (ending: string): boolean => !isFormat(ending) || formats[ending].isReport;
const endings = [...Object.keys(formats), bundleEnding];
const reports = endings.filter(isReport).map((ending) => `${run}.${ending}`);
const forms = ['log', ...endings.filter((ending) => !isReport(ending))].map((ending) => `${run}.${ending}`);
const report = new RegExp(
  `^/runs/[^/]+\\.(?:${endings.filter(isReport).join('|').replaceAll('.', '\\.')})/?$`,
);
const siteRule = route('the site', /^/, reads('view'), '/', '/nowhere', '/_astro/x.js', '/w/');

/** Those that need no right are exact: no path that a file server reads in another way may match one. */
export const routeRules: readonly RouteRule[] = [
  route('signing in', /^\/login$/, { ...reads('nothing'), ...post('nothing', 'signs in') }, '/login'),
  route('signing in', /^\/login\/style\.css$/, reads('nothing'), '/login/style.css'),
  route('signing in', /^\/login\/start$/, get('nothing', 'begins a sign-in'), '/login/start'),
  route('signing in', /^\/login\/callback$/, get('nothing', 'ends a sign-in'), '/login/callback'),
  route('signing out', /^\/logout$/, post('nothing', 'signs out'), '/logout'),
  route('health', /^\/healthz$/, reads('nothing'), '/healthz'),
  route('who asks', /^\/me$/, reads('view'), '/me'),
  route('the socket', /^\/ws$/, reads('view'), '/ws'),
  route('keeping', /^\/runs\/[^/]+\/keep$/, post('evidence', 'pins'), `${run}/keep`),
  route('records', report, { ...reads('view'), ...get('view', 'is remembered') }, ...reports),
  route(
    ...(['records', /^\/runs(?:\/.*)?$/, reads('view')] as const),
    ...['/runs/', run, ...forms, `${run}/compare`, `${run}/entries`],
  ),
  route('changes', /^\/changes\//, reads('view'), '/changes/w/quick'),
  route('badges', /^\/badge\//, reads('view'), '/badge/w.svg', '/badge/w.json'),
  route('the site', /^\/embed\.js$/, reads('nothing'), '/embed.js'),
  siteRule,
];

/** The path of a request target, without its query. */
export const pathOf = (target: string | undefined): string => (target ?? '').split('?')[0] ?? '';

export const ruleOf = (path: string): RouteRule =>
  routeRules.find((rule) => rule.path.test(path)) ?? siteRule;

/** What a method needs and changes at an address; undefined if it is not answered there. */
export function actionOf({ methods }: RouteRule, method: string | undefined) {
  return method === 'GET' || method === 'HEAD' || method === 'POST' ? methods[method] : undefined;
}

export const allowedMethods = ({ methods }: RouteRule): string => Object.keys(methods).join(', ');
