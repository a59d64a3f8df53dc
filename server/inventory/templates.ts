/** Jinja templates that are no more than literals, inventory variables and `default`, as texts. Everything else is a fault: nothing is looked up and nothing runs. Pure. */
import { kindOf, type Node, shown } from './node.ts';

/** What a template may ask for; undefined for what is not there. */
export type Scope = {
  readonly host: string;
  readonly get: (host: string, name: string) => Node | undefined;
  /** Undefined where their order is not known. */
  readonly groupHosts: (name: string) => readonly string[] | undefined;
};
/** A fault reads after "found". */
export type Computed = { readonly text: string } | { readonly fault: string };

class Fault extends Error {}
const tooLong = (): Fault => new Fault(`a template of more than ${TEXT_LIMIT} characters`);

const STEP_LIMIT = 200;
const TOKEN_LIMIT = 60;
const TEXT_LIMIT = 4096;

export const isTemplate = (text: string): boolean => /\{\{|\{%|\{#/.test(text);

/** The text with every `{{ … }}` replaced; also of the variables in it, to a limit. */
export function computeTemplate(text: string, scope: Scope): Computed {
  let steps = 0;
  const within: string[] = [];

  const render = (template: string, host: string): string => {
    if (template.length > TEXT_LIMIT) throw tooLong();
    const pieces = template.split(/(\{\{.*?\}\})/s);
    const rendered = pieces.map((piece, i) => {
      if (i % 2 === 1) return textOf(evaluate(piece.slice(2, -2).trim(), host), host);
      if (isTemplate(piece)) throw new Fault(`more than variables in a template: ${shown(template)}`);
      return piece;
    });
    const whole = rendered.join('');
    if (whole.length > TEXT_LIMIT) throw tooLong();
    return whole;
  };
  const textOf = (value: Found, host: string): string => {
    if (value === undefined) throw new Fault(`a template with a variable that is not there: ${shown(text)}`);
    if (value.kind === 'text') return isTemplate(value.text) ? render(value.text, host) : value.text;
    throw new Fault(`${kindOf(value)} in a template`);
  };

  const evaluate = (expression: string, own: string): Found => {
    steps += 1;
    if (steps > STEP_LIMIT) throw new Fault(`a template of more than ${STEP_LIMIT} steps`);
    const tokens = tokensOf(expression);
    if (tokens.length > TOKEN_LIMIT) throw new Fault(`a template of more than ${TOKEN_LIMIT} words`);
    const unknown = (): Fault => new Fault(`a Jinja template ${shown(`{{ ${expression} }}`)}`);
    const take = (form: RegExp): string | undefined =>
      form.test(tokens[0] ?? '') ? tokens.shift() : undefined;
    const need = (form: RegExp): string => {
      const token = take(form);
      if (token === undefined) throw unknown();
      return token;
    };

    const primary = (): Found => {
      const word = need(/^(['"]|\w)/);
      if (/^['"\d]/.test(word)) return literal(word.replace(/^(['"])(.*)\1$/s, '$2'));
      if (word === 'inventory_hostname') return literal(own);
      if (word === 'inventory_hostname_short') return literal(own.split('.')[0] ?? '');
      if (word === 'groups') return groupAt(step(), unknown);
      if (word !== 'hostvars') return variable(own, word);
      const other = step();
      return variable(other, step());
    };
    const groupAt = (name: string, otherwise: () => Fault): Found => {
      const hosts = scope.groupHosts(name);
      if (hosts === undefined) throw otherwise();
      return { at: nowhere, kind: 'list', items: () => hosts.map(literal) };
    };
    /** `.name`, `['name']`, `[0]` or `[variable]`: the name. */
    const step = (): string => {
      if (take(/^\.$/) !== undefined) return need(/^\w+$/);
      need(/^\[$/);
      const name = textOf(path(), own);
      need(/^\]$/);
      return name;
    };
    const path = (): Found => {
      let value = primary();
      while (/^[.[]$/.test(tokens[0] ?? '')) {
        const name = step();
        if (value?.kind === 'list') value = value.items()[/^\d{1,4}$/.test(name) ? Number(name) : -1];
        else
          value =
            value?.kind === 'mapping' ? value.entries().find(({ key }) => key === name)?.value : undefined;
      }
      return value;
    };
    const filtered = (): Found => {
      let value = path();
      while (take(/^\|$/) !== undefined) {
        const name = need(/^\w+$/);
        const args: Found[] = [];
        if (take(/^\($/) !== undefined)
          while (take(/^\)$/) === undefined) {
            if (args.length > 0) need(/^,$/);
            args.push(
              /^(true|True|false|False)$/.test(tokens[0] ?? '') ? literal(tokens.shift() ?? '') : path(),
            );
          }
        if (/^(default|d)$/.test(name)) {
          const [instead, also] = args;
          const isEmpty =
            also?.kind === 'text' &&
            /^true$/i.test(also.text) &&
            value !== undefined &&
            textOf(value, own) === '';
          if (value === undefined || isEmpty) value = args.length === 0 ? literal('') : instead;
        } else if (name === 'first' && value?.kind === 'list') value = value.items()[0];
        else if (name === 'int' && /^\d+$/.test(textOf(value, own).trim()))
          value = literal(String(Number(textOf(value, own))));
        else if (name === 'trim') value = literal(textOf(value, own).trim());
        else if (name !== 'string') throw unknown();
      }
      return value;
    };
    const variable = (host: string, name: string): Found => {
      const node = scope.get(host, name);
      if (node?.kind !== 'text' || !isTemplate(node.text)) return node;
      const key = `${name} of ${host}`;
      if (within.includes(key)) throw new Fault(`a circle through ${key}`);
      within.push(key);
      const text = render(node.text, host);
      within.pop();
      return literal(text);
    };
    const value = filtered();
    if (tokens.length > 0) throw unknown();
    return value;
  };

  try {
    return { text: render(text, scope.host) };
  } catch (error) {
    if (error instanceof Fault) return { fault: error.message };
    throw error;
  }
}

type Found = Node | undefined;
const nowhere = { file: '', line: 0 };
const literal = (text: string): Node => ({ at: nowhere, kind: 'text', text });

/** Texts, names, numbers, and single characters; what is left over fails where it is used. */
const tokensOf = (expression: string): string[] =>
  expression.match(/'[^'\\]*'|"[^"\\]*"|[A-Za-z_]\w*|\d+|\S/g) ?? [];
