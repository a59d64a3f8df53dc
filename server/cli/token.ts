/** `vantage token new`: makes a token for somebody. What it opens is decided by the file of the server: see `server/access/`. */
import { resolve } from 'node:path';
import { addTokenEntry, asYaml, tokenEntry } from '../identity/addEntry.ts';
import { AuthFileError } from '../identity/authFile.ts';
import { expectedName, nameForm } from '../identity/authSchema.ts';
import { rightNames } from '../../src/core/protocol/rights.ts';
import { visible } from '../../src/core/text/visibleText.ts';
import { newToken } from '../identity/token.ts';
import { exits } from './command/exitStatus.ts';
import { readOptions, wordOf } from './command/options.ts';
import { CliError, type CliContext, type Verb } from './command/verb.ts';

const usage = `usage: vantage token new NAME --rights RIGHT[,RIGHT…] [--auth-file FILE]

  Prints the token on standard output, this once: only its hash is kept. Without --auth-file the lines to put into the
  file are said on standard error; with it they are added there, and a running server lets the token in within a second.

  --rights LIST      ${rightNames.join(', ')}
                     each right brings view; run:* are by what a check does; admin keeps, freezes and ends what others began
  --auth-file FILE   the file of \`npm start -- --auth token --auth-file FILE\`; made if it is not there

  Take a person's lines out of the file to end what they have open, within a second.
`;

export const tokenVerb: Verb = {
  name: 'token',
  about: 'makes a token with which somebody, or a program, signs in',
  ...{ usage, cancels: false },
  run: (args, shell) => Promise.resolve(make(args, shell)),
};

function make(args: readonly string[], { out, print }: CliContext): number {
  const { values, positionals } = readOptions(args, usage, {
    rights: { type: 'string' },
    'auth-file': { type: 'string' },
  });
  const [what = '', name, ...more] = positionals;
  if (what !== 'new') throw new CliError(`Expected new, found "${what}".`, usage);
  if (name === undefined || more.length > 0 || !nameForm.test(name))
    throw new CliError(
      `Expected one name, in quotes where it is several words: ${expectedName}; found "${visible([name ?? '', ...more].join(' '))}".`,
      usage,
    );
  if (values.rights === undefined)
    throw new CliError('--rights: say what the token may do, like view,run:read.', usage);
  const rights = values.rights.split(',').map((one) => wordOf('--rights', one.trim(), rightNames, usage));
  const token = newToken();
  const entry = tokenEntry(name, rights, token);
  const file = values['auth-file'] === undefined ? undefined : resolve(values['auth-file']);
  if (file === undefined) print(`Add to the file of --auth-file:\n\n${asYaml(entry)}`);
  else {
    try {
      addTokenEntry(file, entry);
    } catch (error) {
      throw error instanceof AuthFileError ? new CliError(error.message) : error;
    }
    print(`${visible(name)} was added to ${file}.`);
  }
  out(`${token}\n`);
  return exits.agrees;
}
