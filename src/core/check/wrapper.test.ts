import { describe, expect, it } from 'vitest';
import { judge } from '../judge/judge.ts';
import { checkOf, complete, onceStep } from '../testing.ts';
import { checkSchema } from './check.ts';
import { lint } from './lint.ts';

const pod = { kubectl: 'deploy/web', namespace: 'shop', container: 'app' };
const check = (command: string, inside: object | undefined, more: object = {}) =>
  checkOf('wrapped', [
    onceStep('once', command, { why: 'x x x x x', inside, needs: ['docker', 'kubectl', 'ss'], ...more }),
  ]);
const faults = (...of: Parameters<typeof check>) =>
  lint(check(...of)).flatMap(({ path, message }) => (path[0] === 'steps' ? message : []));

const lacks = (program: string): string =>
  `OCI runtime exec failed: exec failed: unable to start container process: exec: "${program}": executable file not found in $PATH: unknown\n`;

describe('a command inside of a container or pod', () => {
  it.each<[string, object | undefined, object, string | undefined]>([
    ['docker exec web timeout 5 ss -tln', { docker: 'web' }, {}, undefined],
    [
      'sudo -n /usr/bin/timeout -k 1 5 /usr/bin/docker exec web timeout -k 1 5 ss -tln',
      { docker: 'web' },
      {},
      undefined,
    ],
    ['kubectl exec -n shop deploy/web -c app -- timeout 5 ss -tln', pod, {}, undefined],
    ['ss -tln | grep exec', undefined, {}, undefined],
    ['docker exec web ss -tln', undefined, {}, 'names it in `inside` as well'],
    ['kubectl -n shop exec web -- ss', undefined, {}, 'names it in `inside` as well'],
    ['docker exec "$NAME" ss -tln', { docker: 'web' }, {}, 'expected `docker exec web …`'],
    ['docker exec -it web ss -tln', { docker: 'web' }, {}, 'expected `docker exec web …`'],
    ['docker exec web2 ss -tln', { docker: 'web' }, {}, 'expected `docker exec web …`'],
    ['docker exec web ss; docker exec db ss', { docker: 'web' }, {}, 'in the command, once'],
    ['docker exec web timeout 5 ss -tln', { docker: 'web' }, { needs: ['ss'] }, 'expected docker, by which'],
    ['docker exec web ss -tln', { docker: 'web' }, {}, 'what runs inside ends by itself'],
    ['docker exec web timeout 500 ss -tln', { docker: 'web' }, {}, 'with at most the 10 s of the step'],
  ])('[C27] %s', (command, inside, more, fault) => {
    const found = faults(command, inside, more);
    if (fault === undefined) expect(found).toEqual([]);
    else expect(found).toEqual([expect.stringContaining(fault)]);
  });
  it('[C27] whose name is no name is refused', () => {
    const [first] = check('docker exec web ss', { docker: 'web' }).steps;
    for (const inside of [{ docker: '$(id)' }, { docker: 'a b' }, { docker: '-it' }, { podman: 'web' }])
      expect(
        checkSchema.safeParse({ ...check('ss', undefined), steps: [{ ...first, inside }] }).success,
      ).toBe(false);
  });
  /** What docker 20.10.24 and 28.2.2 print, and busybox 1.35 in a container. */
  it.each<[object, number, string, string, string?]>([
    [{ docker: 'web' }, 1, 'Error response from daemon: No such container: web', 'not-ready'],
    [{ docker: 'web' }, 1, 'Error: No such container: web', 'not-ready'],
    [{ docker: 'web' }, 127, "timeout: can't execute 'ss': No such file or directory", 'missing-command'],
    [{ docker: 'web' }, 1, 'Error response from daemon: container abc is not running', 'not-ready'],
    [
      { docker: 'web' },
      1,
      'Cannot connect to the Docker daemon at unix:///x. Is the docker daemon running?',
      'not-ready',
    ],
    [{ docker: 'web' }, 127, lacks('ss'), 'missing-command'],
    [pod, 1, 'Error from server (NotFound): pods "web" not found', 'not-ready'],
    [pod, 1, 'error: no such option\ncommand terminated with exit code 1', 'differs'],
    [{ docker: 'web' }, 1, 'error: no such option', 'differs'],
    [{ docker: 'web' }, 126, '', 'not-ready', lacks('timeout')],
    [{ docker: 'web' }, 126, '', 'missing-command', lacks('ss')],
    [{ docker: 'web' }, 1, '', 'differs', lacks('ss')],
  ])('[J14] %j, exit %i, "%s" is %s', (inside, exit, stderr, result, stdout = '') => {
    const { verdict, problem } = judge(
      check('ss', inside),
      new Map([['once', complete({ exit, stderr: `${stderr}\n`, stdout })]]),
    );
    expect(problem?.kind ?? verdict).toBe(result);
  });
});
