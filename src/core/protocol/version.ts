/** The version both ends agree on in the WebSocket handshake, as its sub-protocol. */
export const subProtocol = 'vantage.12';

/** Close codes. After `notAllowed`, and from 4400 on, a page must not reconnect; after the others it does. */
export const closeCodes = {
  shuttingDown: 1012,
  notAllowed: 1008,
  tooSlow: 4001,
  askAgain: 4003,
  badMessage: 4400,
  tooMany: 4429,
} as const;
