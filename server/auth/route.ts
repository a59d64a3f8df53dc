/** One part of the site: answers a request if it is one of its own. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Principal } from '../identity/principal.ts';

/** Answers a request if it is one of its own, and says whether it was. */
export type Route = (request: IncomingMessage, response: ServerResponse, principal: Principal) => boolean;
