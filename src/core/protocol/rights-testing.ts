/** What the protocol has, as its schemas say it: the tests of rights are made from these, so that a new message cannot be forgotten. */
import { checkSchema } from '../check/check.ts';
import { type Up, upSchema } from './up.ts';
import type { Effect } from './rights.ts';

export const messageTypes: readonly Up['type'][] = upSchema.def.options.flatMap(
  (option): readonly Up['type'][] => option.shape.type.def.values,
);

export const effectSchemaOptions: readonly Effect[] = Object.values(checkSchema.shape.effect.def.entries);
