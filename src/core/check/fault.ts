/** A fault in content: where it is in the file's data, and the sentence for its author. */
export type Fault = { readonly path: readonly (string | number)[]; readonly message: string };
