import { describe, expect, it } from 'vitest';
import { judgePaste } from './judgePaste.ts';
import { answered, ask, checks, listens, refused, routed } from './testing.ts';

/** `own agrees`, `far inconclusive`: each row in a word, by the names of the checks. */
const rows = (text: string) =>
  judgePaste(text, checks)
    .rows.map(({ check, judgement }) => `${check} ${judgement.verdict}`)
    .join(', ');
const asks = (text: string) => judgePaste(text, checks).rows.flatMap((row) => row.asks);

const both = `$ ss -tln\n${listens}\n$ ${ask}\n${refused}\n$`;
const lookup = `$ ip route get 127.0.0.1\n${routed}`;
const each = (text: string, change: (line: string, index: number) => string) =>
  text.split('\n').map(change).join('\n');
const host = (text: string, prompt: string) => text.replace(/^\$/gm, prompt);

describe('a paste', () => {
  it.each([
    ['a plain prompt', both],
    ['user, host and folder', host(both, 'me@box:~/src$')],
    ['a root prompt', host(both, 'root@box:/#')],
    ['brackets', host(both, '[me@box src]$')],
    ['zsh', host(both, 'me@box ~ %')],
    ['fish', host(both, 'me@box ~/src>')],
    ['an arrow', host(both, '❯')],
    ['an arrow with folder and branch', host(both, '➜  src git:(main)')],
    ['a virtual environment', host(both, '(.venv) me@box:~$')],
    ['the trace of a shell', both.replaceAll('$ ', '+ ')],
    ['handed over at a Windows prompt', host(both, 'PS C:\\Users\\me> wsl')],
    ['handed over at the older Windows prompt', host(both, 'C:\\Users\\me>wsl.exe -e')],
    ['no prompt at all', both.replaceAll('$ ', '')],
    ['line ends of Windows', both.replaceAll('\n', '\r\n')],
    ['colours and a title', each(both, (line) => `\u001b]0;box\u0007\u001b[32m${line}\u001b[0m`)],
    ['marks that turn the direction', each(both, (line) => `\u202a${line}\u200b`)],
    ['no-break spaces', both.replaceAll(' ', '\u00a0')],
    ['quotes of a word processor', both.replaceAll("'", '’').replace('curl -vk', 'curl –v —insecure')],
    ['fences with prose', `What I see:\n\`\`\`console\n${both}\n\`\`\`\nAny idea?\n`],
    ['a fence whose beginning is cut off', `${both}\n\`\`\`\nThanks!`],
    ['a quote', each(both, (line) => `> ${line}`)],
    ['a quote below a sentence', `Somebody wrote:\n${each(both, (line) => `> ${line}`)}\nMe too`],
    ['numbers of lines', each(both, (line, index) => `${index + 1}: ${line}`)],
    ['columns of numbers', each(both, (line, index) => `${`${index + 7}`.padStart(4)}  ${line}`)],
    ['stamps before lines', each(both, (line, index) => `[2026-01-02 03:04:${10 + index}] ${line}`)],
    ['an indent', each(both, (line) => `    ${line}`)],
    [
      'a quote with numbers and stamps',
      each(both, (line, index) => `> ${index + 1}| 03:04:${10 + index} ${line}`),
    ],
    ['sudo and its question', both.replace('$ ss -tln', '$ sudo ss -tlnp\n[sudo] password for me: ')],
    ['paths, timeout and a variable', both.replace('ss -tln', 'LC_ALL=C timeout 5 /usr/bin/ss -n -l -t')],
    [
      'netstat',
      both.replace(
        /ss -tln[^$]*/,
        'netstat -tlnp\n(Not all processes could be identified)\nActive Internet connections (only servers)\nProto Recv-Q Send-Q Local Address           Foreign Address         State       PID/Program name\ntcp        0      0 0.0.0.0:9443            0.0.0.0:*               LISTEN      77/python\n',
      ),
    ],
    [
      'all protocols of ss',
      both.replace(
        /ss -tln[^$]*/,
        'ss -tulpn\nNetid State  Recv-Q Send-Q Local Address:Port Peer Address:Port\nudp   UNCONN 0 0 0.0.0.0:68 0.0.0.0:*\ntcp   LISTEN 0 2048 0.0.0.0:9443 0.0.0.0:*\n',
      ),
    ],
    [
      'a search in ss',
      both.replace(/ss -tln[^$]*/, 'ss -tlnp | grep 9443\nLISTEN 0 2048 0.0.0.0:9443 0.0.0.0:*\n'),
    ],
    ['a command continued by backslashes', both.replace('curl -vk ', 'curl \\\n  -v \\\n> -k ')],
    [
      'a command broken at the width of a terminal',
      both
        .replace('/api/health\n', '/a\npi/health\n')
        .replace('curl -vk', `curl -vk --max-time 5${' '.repeat(30)}`)
        .replace(':9443/a', ':94\n43/a'),
    ],
    [
      'the progress of curl',
      both.replace(
        '*   Trying',
        '  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current\n                                 Dload  Upload   Total   Spent    Left  Speed\n  0     0    0     0    0     0      0      0 --:--:-- --:--:-- --:--:--     0*   Trying\n*   Trying',
      ),
    ],
    [
      'the time it took',
      both.replace('curl', 'time curl').replace(/\n\$$/, '\n\nreal\t0m0.01s\nuser\t0m0.00s\nsys\t0m0.00s\n$'),
    ],
    [
      'other commands between',
      both.replace('$ curl', '$ cat /etc/os-release\nNAME="Debian"\n$ uname -r\n6.6.1\n$ curl'),
    ],
    ['no end', both.slice(0, -2)],
    ['lines before the first prompt', `LISTEN 0 1 127.0.0.1:9443\nhalf a line\n${both}`],
    ['another port and address', both.replaceAll('9443', '3000').replaceAll('192.0.2.20', '10.1.2.3')],
    ['another port in http', both.replaceAll('9443', '3000').replace('https:', 'http:')],
    [
      'an older curl without -v',
      both
        .replace('-vk', '-k')
        .replace(
          /\* {3}Trying[^$]*/,
          'curl: (7) Failed to connect to 192.0.2.20 port 9443 after 2 ms: Connection refused\n',
        ),
    ],
  ])('[Y1] is read: %s', (_, text) => {
    expect(rows(text)).toBe('own agrees');
  });
  it.each([
    ['the route', lookup, 'route agrees'],
    ['another route', lookup.replace('tun7', 'tun8'), 'route differs'],
    ['a route broken at the width of a terminal', lookup.replace('src 127', 'src\n127'), 'route agrees'],
    ['the prompt behind the output', `# manager\n$ ${ask}\n${answered}me@box:~$ ls`, 'far agrees'],
    [
      'inline code above a fence',
      `When I run \`ip route get 127.0.0.1\` I get\n\`\`\`\n${routed}\n\`\`\``,
      'route agrees',
    ],
    [
      'command and output in two fences',
      `\`\`\`\nip route get 127.0.0.1\n\`\`\`\ngives\n\`\`\`\n${routed}\n\`\`\``,
      'route agrees',
    ],
    ['the role by a heading', `## manager\n$ ${ask}\n${answered}\n`, 'far agrees'],
    ['the role by the prompt', `me@manager:~$ ${ask}\n${answered}\n`, 'far agrees'],
    [
      'two machines in one paste',
      `${host(both, 'me@box:~$')}\nme@manager:~$ ${ask}\n${answered}\n`,
      'own agrees, far agrees',
    ],
    [
      'another path of the same service',
      `# manager\n$ curl -vk https://192.0.2.20:9443/\n${answered.replaceAll('/api/health', '/')}`,
      'far inconclusive',
    ],
    [
      'another option that asks something else',
      `# manager\n$ curl -vkI https://192.0.2.20:9443/api/health\n${answered}`,
      '',
    ],
    ['a command in a container', `$ docker exec web ip route get 127.0.0.1\n${routed}`, ''],
    [
      'a command on Windows itself',
      `PS C:\\> curl.exe -vk https://192.0.2.20:9443/api/health\n${answered}`,
      '',
    ],
    [
      'a connection by the shell',
      "$ bash -c 'exec 3<>/dev/tcp/127.0.0.1/9443 && echo connected'\nconnected",
      'beside agrees',
    ],
    [
      'one that was refused',
      "$ bash -c 'exec 3<>/dev/tcp/127.0.0.1/9443 && echo connected'\nbash: connect: Connection refused",
      'beside differs',
    ],
    ['nothing', '', ''],
    ['prose only', 'It does not work.\nPlease help.', ''],
  ])('[Y1] is read: %s', (_, text, expected) => {
    expect(rows(text)).toBe(expected);
  });
});

describe('what a paste asks for', () => {
  it('[Y5] is the missing step: its command, for the machine it belongs to, with the address and port of the reader', () => {
    expect(asks(`# backend\n$ ${ask}\n${refused}`)).toEqual([
      { role: 'backend', command: 'ss -tln', message: expect.stringContaining('Not pasted: `listening`') },
    ]);
    const [own] = asks(
      `$ ss -tlnp | grep 3000\n$ bash -c 'exec 3<>/dev/tcp/127.0.0.1/3000 && echo connected'\n`,
    );
    expect(own?.command).toContain('https://192.0.2.20:3000/api/health; echo "exit status: $?"');
  });
  it('[Y6] is the exit status, where only that decides, and it is known by each way to show it', () => {
    const command = `$ bash -c 'exec 3<>/dev/tcp/127.0.0.1/9443 && echo connected'`;
    expect(asks(`${command}\n$ ls`)).toEqual([
      {
        ...{ role: 'backend', message: 'The exit status of `port` is not shown.' },
        command: `${command.slice(2)}; echo "exit status: $?"`,
      },
    ]);
    for (const [shown, verdict] of [
      ['; echo "exit status: $?"\nexit status: 0', 'agrees'],
      ['; echo $?\n1', 'differs'],
      ['\n$ echo $?\n0\n$', 'agrees'],
      ['\nexit code: 124', 'differs'],
    ])
      expect(rows(command + shown), shown).toBe(`beside ${verdict}`);
  });
  it('[Y7] is the machine, where a command is documented for two and nothing says which', () => {
    expect(rows(`$ ${ask}\n${answered}`)).toBe('own inconclusive, far inconclusive');
    expect(asks(`$ ${ask}\n${answered}`)[0]?.message).toContain('which: `# backend` or `# manager`');
  });
  it('[Y7] is never answered by two machines for one', () => {
    const two = host(both, 'me@box:~$').replace('me@box:~$ curl', 'me@other:~$ curl');
    expect(rows(two)).toContain('own inconclusive');
  });
  it('[Y8] is one of two ports that stand for one documented', () => {
    const other = both.replaceAll('9443', '3000') + both.replaceAll('9443', '4000');
    expect(asks(other)[0]?.message).toContain('The paste has 3000 and 4000 where the page has 9443.');
    expect(judgePaste(`${both}\n${both.replaceAll('9443', '4000')}`, checks).reading.replaced).toEqual([]);
  });
  it('[Y8] never lets a socket of the documented port pass for one of the pasted port', () => {
    const other = `$ ss -tln\n${listens}\n$ ${ask}\n${refused}`.replace(ask, ask.replace('9443', '3000'));
    expect(rows(other.replaceAll('port 9443', 'port 3000').replaceAll(':9443...', ':3000...'))).toBe(
      'own inconclusive',
    );
  });
});

describe('what the script for a machine printed', () => {
  const marks = (role: string, steps: string) =>
    `===== vantage collect 1: some-page ${role} =====\nkernel: 6.6\n${steps}===== end of vantage collect =====\n`;
  const commandOf = (name: string) => {
    const [check, id] = name.split('/');
    return checks.find((one) => one.id === check)?.steps.find((one) => one.id === id)?.command ?? 'x';
  };
  const step = (name: string, out: string, err: string, exit: number) =>
    `----- ${name} -----\n$ ${commandOf(name)}\n${each(out, (line) => `out: ${line}`)}\n${each(err, (line) => `err: ${line}`)}\nexit: ${exit}   seconds: 0.01\n`;
  const collected =
    step('own/listening', listens, '', 0) + step('own/connect', '{"http":"000","seconds":0.01}', refused, 7);
  it('[Y9] is judged as it is, beside what else was pasted', () => {
    expect(rows(`${marks('backend', collected)}\n${lookup}`)).toBe('own agrees, route agrees');
    expect(rows(each(marks('backend', collected), (line) => `> ${line}`))).toBe('own agrees');
  });
  it('[Y9] counts only for its own machine, and only to where it was cut', () => {
    expect(rows(marks('manager', collected))).toBe('');
    expect(rows(marks('backend', collected).replace(/exit: 7[\s\S]*$/, ''))).toBe('own inconclusive');
  });
});
