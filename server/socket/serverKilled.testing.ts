/** A server to be killed, in a process of its own; says its port. Its store is the folder, or a database. */
import { checkOf, onceStep } from '../../src/core/testing.ts';
import { openPostgresStore } from '../store/postgres/store.ts';
import { testServer } from './testing.ts';

const [directory = '', address, passwordFile] = process.argv.slice(2);
const limits = { seconds: 60, bytes: 16 * 1024 * 1024 };
const talks = 'i=0; while :; do i=$((i+1)); echo line $i of what a viewer sees; sleep 0.002; done';
const checks = [
  checkOf('talks', [onceStep('s', talks, { limits })]),
  checkOf('short', [onceStep('s', 'for i in 1 2 3 4; do echo $i; sleep 0.1; done', { limits })]),
];
const store = address === undefined ? undefined : await openPostgresStore(address, passwordFile);
const server = await testServer(checks, directory, store !== undefined, undefined, undefined, store);
process.stdout.write(`${server.port}\n`);
