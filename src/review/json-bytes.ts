/** Bytes of JSON as UTF-8. */
export const QUOTE = 0x22;
export const COMMA = 0x2c;
export const OPEN_LIST = 0x5b;
export const CLOSE_LIST = 0x5d;
export const OPEN_OBJECT = 0x7b;
export const CLOSE_OBJECT = 0x7d;

const BACKSLASH = 0x5c;

/** The index of the quote that closes a string whose content starts at `from`; at least the length if there is none. */
export function endOfString(json: Buffer, from: number): number {
  let index = from;
  while (index < json.length && json[index] !== QUOTE) index += json[index] === BACKSLASH ? 2 : 1;
  return index;
}
