/** A server to be killed, in a process of its own; says its port. Run by `killed.soak.test.ts`. */
import { checkOf, onceStep } from '../../src/core/testing.ts';
import { testServer } from './testing.ts';

const [directory = ''] = process.argv.slice(2);
const limits = { seconds: 60, bytes: 16 * 1024 * 1024 };
const talks = 'i=0; while :; do i=$((i+1)); echo line $i of what a viewer sees; sleep 0.002; done';
const server = await testServer([checkOf('talks', [onceStep('s', talks, { limits })])], directory);
process.stdout.write(`${server.port}\n`);
