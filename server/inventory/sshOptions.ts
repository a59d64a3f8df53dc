/** Options of ssh as inventories write them: the way to the machine is read, what our own configuration sets anyway is noted, and what could redirect or weaken the connection is refused by name. Pure. */
import { shown } from './node.ts';
import { splitShellWords } from './shellWords.ts';
import { address, fileName, machineName, portNumber, type Refusal, userName, type Value } from './values.ts';

/** A jump host as it is written: a machine of the inventory, or a place of its own. */
export type Hop = {
  readonly host: string;
  /** `%r` is the user of the machine behind it. */
  readonly user?: string;
  readonly port?: number;
  readonly keyFile?: string;
};
export type Way = {
  readonly by: 'jump' | 'command';
  /** The first hop first; empty for `none`. */
  readonly hops: readonly Hop[];
};
export type SshArgs = {
  readonly ways: readonly Way[];
  readonly connectSeconds: number | undefined;
  /** Options without effect here, by name. */
  readonly superseded: readonly string[];
};

/** This server allows 15 s for connection and handshake together, so a longer timeout would have no effect. */
const CONNECT_LIMIT_SECONDS = 12;
/** A ProxyCommand within a ProxyCommand is a chain of jump hosts. */
const DEPTH_LIMIT = 4;

const SUPERSEDED = new Set(
  `stricthostkeychecking userknownhostsfile globalknownhostsfile updatehostkeys checkhostip verifyhostkeydns hashknownhosts
  hostkeyalias visualhostkey controlmaster controlpath controlpersist serveraliveinterval serveralivecountmax tcpkeepalive
  connectionattempts connecttimeout loglevel identitiesonly preferredauthentications compression batchmode requesttty escapechar
  passwordauthentication kbdinteractiveauthentication challengeresponseauthentication gssapiauthentication
  gssapidelegatecredentials hostbasedauthentication numberofpasswordprompts addkeystoagent exitonforwardfailure
  clearallforwardings`.split(/\s+/),
);
/** Without effect with this value only. */
const HARMLESS: Readonly<Record<string, string>> = {
  ...{ forwardagent: 'no', forwardx11: 'no', permitlocalcommand: 'no', pubkeyauthentication: 'yes' },
  ...{ identityagent: 'none', tunnel: 'no' },
};
const FLAGS_WITHOUT_EFFECT = 'CqTtnvxak';
const FLAGS: Readonly<Record<string, readonly [option: string, value?: string]>> = {
  ...{ A: ['ForwardAgent', 'yes'], X: ['ForwardX11', 'yes'], Y: ['ForwardX11Trusted', 'yes'] },
  ...{ F: ['Config'], J: ['ProxyJump'], L: ['LocalForward'], R: ['RemoteForward'], D: ['DynamicForward'] },
  ...{ S: ['ControlPath'], W: ['Forward'], i: ['IdentityFile'], l: ['User'], p: ['Port'], o: [''] },
};
const noForwarding = 'nothing in its place: nothing is forwarded';
const noProgram = 'nothing in its place: no program is started here';
const INSTEAD: Readonly<Record<string, string>> = {
  ...{ forwardagent: 'nothing in its place: no agent is forwarded', forwardx11: noForwarding },
  ...{ forwardx11trusted: noForwarding, localforward: noForwarding, remoteforward: noForwarding },
  ...{ dynamicforward: noForwarding, localcommand: noProgram, permitlocalcommand: noProgram },
  ...{ remotecommand: noProgram, knownhostscommand: noProgram },
  config: 'the jump host of that file as `-o ProxyJump=user@host`: no settings of ssh are read from files',
  identityfile: 'ansible_ssh_private_key_file',
  identityagent: 'nothing in its place: `--identity agent` asks the agent of this server',
  port: 'ansible_port',
  user: 'ansible_user',
  hostname: 'ansible_host',
};
const EXPECTED = 'a jump host, a time to connect, and options that Vantage sets itself';
const HOP_FORM = '`-o ProxyJump=name` with a host of this inventory, or `-o ProxyJump=user@address:port`';
const COMMAND_FORM = '`-o ProxyCommand="ssh -W %h:%p user@host"`, or `-o ProxyJump=user@host`';

/** The first counts; but ssh takes a ProxyCommand after `ProxyJump=none`. */
export const firstWay = <W extends Way>(ways: readonly W[]): W | undefined =>
  (ways[0]?.by === 'jump' && ways[0].hops.length === 0 && ways.find(({ by }) => by === 'command')) || ways[0];

/** The first option that is not accepted is refused by its name. */
export function sshArgs(text: string): Value<SshArgs> {
  const words = splitShellWords(text, 'all');
  if (words === undefined) return refuse(shown(text), 'quotes that end');
  const read = readWords(words, 0);
  if ('expected' in read) return read;
  return read.rest.length > 0 ? refuse(shown(read.rest[0] ?? ''), '') : { value: read };
}

const refuse = (found: string, write: string): Refusal => ({
  ...{
    expected: EXPECTED,
    found,
    write: write || 'nothing in its place: no other option of ssh is accepted',
  },
});

type Read = SshArgs & {
  readonly forward: string | undefined;
  readonly login: Omit<Hop, 'host'>;
  /** From the first word that is no option. */
  readonly rest: readonly string[];
};

/** `depth` above 0 is the command line of an ssh in a ProxyCommand. */
function readWords(given: readonly string[], depth: number): Read | Refusal {
  const words = [...given];
  const superseded: string[] = [];
  const ways: Way[] = [];
  let connectSeconds: number | undefined;
  let forward: string | undefined;
  let login: Omit<Hop, 'host'> = {};

  const readOption = (name: string, value: string): Refusal | undefined => {
    const key = name.toLowerCase();
    const found = `${name} ${shown(value)}`;
    if (key === 'proxyjump' || key === 'proxycommand') {
      const way = key === 'proxyjump' ? jumps(value) : command(value, depth);
      if ('expected' in way) return way;
      ways.push(way);
      superseded.push(...way.superseded);
    } else if (key === 'connecttimeout' && depth === 0) {
      if (!/^[1-9]\d{0,3}$/.test(value))
        return refuse(found, 'whole seconds, for example `-o ConnectTimeout=10`');
      connectSeconds ??= Math.min(Number(value), CONNECT_LIMIT_SECONDS);
    } else if (SUPERSEDED.has(key) || HARMLESS[key] === value.toLowerCase()) superseded.push(name);
    else if (key === 'forward' && depth > 0) forward = value;
    else {
      const more = depth > 0 ? loginOf(key, value) : undefined;
      if (more === undefined) return refuse(found, INSTEAD[key] ?? '');
      login = { ...more, ...login };
    }
    return undefined;
  };

  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    if (!/^-./.test(word)) {
      words.unshift(word);
      break;
    }
    for (let letters = word.slice(1); letters !== '';) {
      const letter = letters.charAt(0);
      letters = letters.slice(1);
      if (FLAGS_WITHOUT_EFFECT.includes(letter)) {
        superseded.push(`-${letter}`);
        continue;
      }
      const [option, fixed] = FLAGS[letter] ?? [];
      if (option === undefined) return refuse(shown(word), '');
      const argument = fixed ?? (letters === '' ? (words.shift() ?? '') : letters);
      if (fixed === undefined) letters = '';
      const [, name = option, value = argument] =
        option === '' ? (/^\s*([A-Za-z0-9]+)(?:\s*=\s*|\s+)(.*)$/s.exec(argument) ?? []) : [];
      if (name === '') return refuse(shown(`-${letter} ${argument}`), '');
      const refusal = readOption(name, value);
      if (refusal !== undefined) return refusal;
    }
  }
  return { ways, connectSeconds, superseded, forward, login, rest: words };
}

function loginOf(key: string, text: string): Omit<Hop, 'host'> | undefined {
  if (key === 'user') return userOf(text);
  const port = portNumber(text);
  if (key === 'port' && 'value' in port) return { port: port.value };
  const file = fileName(text);
  return key === 'identityfile' && 'value' in file && !text.includes('%') ? { keyFile: text } : undefined;
}

const userOf = (text: string): { readonly user: string } | undefined =>
  text === '%r' || 'value' in userName(text) ? { user: text } : undefined;

type ReadWay = Way & { readonly superseded: readonly string[] };

function jumps(text: string): ReadWay | Refusal {
  if (text.toLowerCase() === 'none') return { by: 'jump', hops: [], superseded: [] };
  const hops = text.split(',').map(hopOf);
  const valid = hops.filter((hop) => hop !== undefined);
  return valid.length === hops.length
    ? { by: 'jump', hops: valid, superseded: [] }
    : refuse(`ProxyJump ${shown(text)}`, HOP_FORM);
}

/** `[user@]host[:port]`, as ssh's -J takes it. */
function hopOf(text: string): Hop | undefined {
  const [, user, bracketed, plain = '', digits] =
    /^(?:ssh:\/\/)?(?:([^@]+)@)?(?:\[([0-9a-fA-F:]+)\]|([^:@[\]]+))(?::(\d+))?$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  const login = user === undefined ? {} : userOf(user);
  const port = digits === undefined ? undefined : portNumber(digits);
  if (login === undefined || (port !== undefined && 'expected' in port)) return undefined;
  if ('expected' in machineName(host) && 'expected' in address(host)) return undefined;
  return { host, ...login, ...(port === undefined ? {} : { port: port.value }) };
}

/** `ssh [options] -W %h:%p [user@]host`: the same as a jump host, so no program has to be started. */
function command(text: string, depth: number): ReadWay | Refusal {
  if (text.toLowerCase() === 'none') return { by: 'command', hops: [], superseded: [] };
  const refused = refuse(`ProxyCommand ${shown(text)}`, COMMAND_FORM);
  // A shell would run more than one program, or put other words in.
  const words = /[$`;&|<>(){}!*?#\n]/.test(text) ? undefined : splitShellWords(text, 'all');
  const [program = '', ...args] = words ?? [];
  if (depth >= DEPTH_LIMIT || !/^(\/(usr\/)?bin\/)?ssh$/.test(program)) return refused;
  const read = readWords(args, depth + 1);
  if ('expected' in read) return { ...read, found: `${read.found} in ProxyCommand` };
  const [place = '', ...more] = read.rest;
  // Options may follow the host, too.
  const after = readWords(more, depth + 1);
  if ('expected' in after) return { ...after, found: `${after.found} in ProxyCommand` };
  const hop = hopOf(place);
  const forward = read.forward ?? after.forward;
  if (hop === undefined || after.rest.length > 0 || !/^(%h|\[%h\]):%p$/.test(forward ?? '')) return refused;
  return {
    by: 'command',
    hops: [
      ...(firstWay([...read.ways, ...after.ways])?.hops ?? []),
      { ...after.login, ...read.login, ...hop },
    ],
    superseded: [...read.superseded, ...after.superseded],
  };
}
