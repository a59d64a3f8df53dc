/** The version both ends agree on in the WebSocket handshake, as its sub-protocol. */
export const subProtocol = 'vantage.5';

/** Private close codes. Below 4400 a page tries again; from 4400 on it must not. */
export const closeCodes = {
  shuttingDown: 1012,
  notAllowed: 1008,
  tooSlow: 4001,
  badMessage: 4400,
  tooMany: 4429,
} as const;
