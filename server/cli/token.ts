/** `vantage token new`: makes a token for a person or a program. */
import { resolve } from 'node:path';
import { addTokenEntry, asYaml, tokenEntry } from '../identity/addEntry.ts';
import { expectedName, nameForm } from '../identity/authSchema.ts';
import { rightNames } from '../../src/core/protocol/rights.ts';
import { visible } from '../../src/core/text/visibleText.ts';
import { newToken } from '../identity/token.ts';
import { CliError, exitStatus } from './command/exitStatus.ts';
import { text, wordOf } from './command/options.ts';
import { anyOperands, defineVerb, groupVerbs } from './command/verb.ts';

const newVerb = defineVerb({
  name: 'token new',
  about: 'makes a token',
  operands: { form: 'NAME', ...anyOperands },
  options: {
    rights: text('RIGHT[,RIGHT…]', rightNames.join(', ')),
    'auth-file': text('FILE', 'the file of `npm start -- --auth token --auth-file FILE`; made if missing'),
  },
  notes: `Prints the token once, on standard output: only its hash is kept. With --auth-file it is added to the file, and a running
server accepts it within a second; without it, the lines to paste are printed on standard error.
Each right includes view; run:* are by what a check does; admin keeps and saves, and ends what others started.
Delete a person's lines in the file to end their sessions within a second.`,
  run({ values, operands }, { out, print }) {
    const [name = '', ...more] = operands;
    if (more.length > 0 || !nameForm.test(name))
      throw new CliError(
        `Expected one name, in quotes if it has several words: ${expectedName}; found "${visible(operands.join(' '))}".`,
      );
    if (values.rights === undefined)
      throw new CliError('--rights: say what the token may do, like view,run:read.');
    const rights = values.rights.split(',').map((one) => wordOf('--rights', one.trim(), rightNames));
    const token = newToken();
    const entry = tokenEntry(name, rights, token);
    const file = values['auth-file'] === undefined ? undefined : resolve(values['auth-file']);
    if (file !== undefined) addTokenEntry(file, entry);
    print(
      file === undefined
        ? `Add to the file of --auth-file:\n\n${asYaml(entry)}`
        : `${visible(name)} was added to ${file}.`,
    );
    out(`${token}\n`);
    return exitStatus.agrees;
  },
});

export const tokenVerb = groupVerbs('token', 'makes a token with which a person or a program signs in', [
  newVerb,
]);
