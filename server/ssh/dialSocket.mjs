/** Joins standard input and output to a Unix socket, as ssh's ProxyCommand: `node dialSocket.mjs <socket>`. Nothing else, to start fast. */
import { connect } from 'node:net';

const [, , path = ''] = process.argv;
const socket = connect({ path, allowHalfOpen: true });
let answered = false;
socket.once('data', () => {
  answered = true;
});
socket.once('error', (error) => {
  process.stderr.write(`dial: nothing answers behind the socket (${error.code ?? error.message})\n`);
  process.exit(1);
});
socket.once('end', () => {
  if (!answered) process.stderr.write('dial: the connection was closed at once\n');
  // ssh may keep our input open after the machine has closed.
  process.stdin.destroy();
  socket.end();
});
process.stdin.once('error', () => socket.destroy());
process.stdout.once('error', () => process.exit(0));
process.stdin.pipe(socket);
socket.pipe(process.stdout);
