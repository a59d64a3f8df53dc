/** The fields of a JSON Schema as the page of fields lists them. Pure. */

export type JsonSchema = {
  readonly [Key in 'title' | 'description' | '$ref']?: string;
} & {
  readonly [Key in 'minimum' | 'maximum' | 'minLength' | 'maxLength']?: number;
} & {
  readonly [Key in 'oneOf' | 'anyOf' | 'allOf']?: readonly JsonSchema[];
} & {
  readonly [Key in 'const' | 'default']?: unknown;
} & {
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly definitions?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly items?: JsonSchema | readonly JsonSchema[];
  readonly additionalProperties?: JsonSchema | boolean;
};

export type Field = {
  readonly name: string;
  /** Its anchor: `check.steps.command`. */
  readonly id: string;
  readonly type: string;
  /** The definition that says more. */
  readonly of: string | undefined;
  readonly needed: string;
  /** With what each value means, when they differ. */
  readonly values: readonly { readonly value: string; readonly meaning: string }[];
  readonly description: string;
  readonly fields: readonly Field[];
};

const isList = (items: JsonSchema['items']): items is readonly JsonSchema[] => Array.isArray(items);

/** Inside lists and names: what has the fields. */
function inside(schema: JsonSchema): JsonSchema {
  if (schema.items !== undefined && !isList(schema.items)) return inside(schema.items);
  return typeof schema.additionalProperties === 'object' ? inside(schema.additionalProperties) : schema;
}

/** The forms that a value may have, each with its fields. */
function formsOf(schema: JsonSchema): readonly JsonSchema[] {
  const here = inside(schema);
  return (here.oneOf ?? here.anyOf ?? [here]).filter(({ properties }) => properties !== undefined);
}

const refOf = (schema: JsonSchema): string | undefined => inside(schema).$ref?.split('/').at(-1);

export function fieldsOf(schema: JsonSchema, id: string): readonly Field[] {
  const forms = formsOf(schema);
  const names = [...new Set(forms.flatMap(({ properties }) => Object.keys(properties ?? {})))];
  const kinds = names.find((name) =>
    forms.every(({ properties }) => properties?.[name]?.const !== undefined),
  );
  return names.map((name) => {
    const having = forms.filter(({ properties }) => properties?.[name] !== undefined);
    const found = having.flatMap(({ properties }) => properties?.[name] ?? []);
    const [first = {}] = found;
    const isRequired = having.every(({ required = [] }) => required.includes(name));
    const only =
      having.length === forms.length
        ? ''
        : kinds === undefined
          ? 'in one form'
          : `with ${kinds}: ${having.map(({ properties }) => String(properties?.[kinds]?.const)).join(', ')}`;
    const meanings = found.map(({ const: value, description = '' }) => ({
      value: String(value),
      meaning: description,
    }));
    const isKind = name === kinds && new Set(meanings.map(({ meaning }) => meaning)).size > 1;
    return {
      name,
      id: `${id}.${name}`,
      type: name === kinds ? meanings.map(({ value }) => value).join(', ') : typeOf(first),
      of: refOf(first),
      needed: [isRequired ? 'required' : '', only].filter(Boolean).join(' '),
      values: isKind ? meanings : [],
      description: isKind ? '' : (first.description ?? ''),
      fields: fieldsOf(first, `${id}.${name}`),
    };
  });
}

/** The value in the words of an author. */
function typeOf(schema: JsonSchema): string {
  const { type, items, additionalProperties, minimum = -Infinity, maximum = Infinity } = schema;
  const initial = schema.default;
  const otherwise =
    typeof initial === 'object' || initial === undefined ? '' : `, otherwise ${String(initial)}`;
  if (schema.$ref !== undefined) return refOf(schema) ?? '';
  const choices = schema.enum ?? (schema.const === undefined ? undefined : [schema.const]);
  if (choices !== undefined) return `${choices.join(', ')}${otherwise}`;
  if (isList(items)) return `[${items.map(typeOf).join(', ')}]`;
  if (items !== undefined) return `list of ${typeOf(items)}`;
  if (typeof additionalProperties === 'object') return `by name: ${typeOf(additionalProperties)}`;
  const forms = schema.oneOf ?? schema.anyOf;
  if (forms !== undefined) return [...new Set(forms.map(typeOf))].join(' or ');
  const [least, most] = [
    Math.max(minimum, Number.MIN_SAFE_INTEGER),
    Math.min(maximum, Number.MAX_SAFE_INTEGER),
  ];
  const between =
    most < Number.MAX_SAFE_INTEGER
      ? ` from ${least} to ${most}`
      : least > Number.MIN_SAFE_INTEGER
        ? ` from ${least}`
        : '';
  const kinds = [type ?? 'anything'].flat().map((kind) => words[kind] ?? kind);
  return `${kinds.join(' or ')}${between}${otherwise}`;
}
const words: Readonly<Record<string, string>> = {
  ...{ string: 'text', integer: 'whole number', boolean: 'true or false', object: 'fields' },
};
