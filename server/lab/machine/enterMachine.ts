/** The command line that runs something inside a machine of the lab. Starting it is left to the callers. */

const environment = (user: string): string[] => [
  `HOME=${user === 'root' ? '/root' : `/home/${user}`}`,
  `USER=${user}`,
  `LOGNAME=${user}`,
  'SHELL=/bin/sh',
  'LANG=C.UTF-8',
  'PATH=/usr/sbin:/usr/bin',
];

/**
 * `holder` is the process that started the machine: it shares all namespaces but the pid namespace, which it gave to its
 * child. `user` is root or the login user. `outside` is for callers that are not in the lab's user namespace.
 */
export function enterMachine(
  holder: number,
  user: string,
  argv: readonly string[],
  outside: 'outside' | 'inside',
): string[] {
  const ns = (name: string): string => `/proc/${holder}/ns/${name}`;
  const become = user === 'root' ? [] : ['setpriv', '--reuid=1000', '--regid=1000', '--clear-groups'];
  return [
    'nsenter',
    ...(outside === 'outside' ? [`--user=${ns('user')}`] : []),
    `--net=${ns('net')}`,
    `--uts=${ns('uts')}`,
    `--ipc=${ns('ipc')}`,
    `--pid=${ns('pid_for_children')}`,
    `--mount=${ns('mnt')}`,
    '--',
    'env',
    '-i',
    '-C',
    '/',
    ...environment(user),
    ...become,
    ...argv,
  ];
}
