/** Splits a line into words as Python's `shlex` does for Ansible: quotes, backslashes, and comments. Pure. */

/** The words, before a comment unless `all` are wanted; undefined when a quote does not end. */
export function splitShellWords(line: string, which?: 'all'): readonly string[] | undefined {
  const words: string[] = [];
  const piece = /\s+|(#)|'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)|([^\s'"\\#]+)/gsy;
  let word: string | undefined;
  while (piece.lastIndex < line.length) {
    const found = piece.exec(line);
    if (found === null) return undefined;
    const [whole, comment, single, double, escaped, plain] = found;
    if (comment !== undefined && which === undefined) break;
    const text = comment ?? single ?? double?.replace(/\\(["\\])/g, '$1') ?? escaped ?? plain;
    if (text !== undefined) word = (word ?? '') + text;
    else if (whole !== '' && word !== undefined) {
      words.push(word);
      word = undefined;
    }
  }
  return word === undefined ? words : [...words, word];
}
