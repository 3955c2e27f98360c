import { text } from './literal.js';

/**
 * The text that a function of the core writes, as an expression. The values that the function gets stand for the
 * expressions.
 */
export function sentence(
  write: (...values: readonly string[]) => string,
  ...expressions: readonly string[]
): string {
  const marks = expressions.map((_, index) => `\u0000${index}\u0000`);
  const pieces = write(...marks).split('\u0000');
  // Every other piece is the index of an expression.
  const terms = pieces.map((piece, index) =>
    index % 2 === 0 ? text(piece) : `string(${expressions[Number(piece)]})`,
  );
  return terms.filter((term) => term !== '""').join(' + ');
}
