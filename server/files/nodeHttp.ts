/** Node's HTTP server alone. An `import` of `node:http` reads all that it exports, and with its WebSocket loads a whole client: 13 MiB, and nobody uses it. */
export const { createServer, STATUS_CODES } = process.getBuiltinModule('node:http');
