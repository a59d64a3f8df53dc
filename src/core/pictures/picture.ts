/** Any picture of a writeup. Its drawing, sentences and proofs are data. */
import * as z from 'zod/mini';
import type { Check } from '../check/check.ts';
import { attemptsSchema } from './attempts.ts';
import { pathSchema } from './path.ts';

export const pictureSchema = z.discriminatedUnion('kind', [pathSchema, attemptsSchema]);
export type Picture = z.infer<typeof pictureSchema>;
/** By the name of its file. */
export type Pictures = ReadonlyMap<string, Picture>;

/** What a picture may name: the writeup's checks, its other pictures, and its roles. */
export type Known = {
  readonly checks: ReadonlyMap<string, Check>;
  readonly pictures: Pictures;
  readonly roles: readonly string[];
};
