import { MAX_RESPONSE_BYTES } from './limits.js';

const NEWLINE = 0x0a;

/**
 * Parses a stream of JSON values, one per line. Chunks may end anywhere, even within a multi-byte character, because
 * lines are split as bytes. Yields the values before a line that is too long or not JSON, then throws.
 */
export async function* jsonLines(
  chunks: AsyncIterable<Buffer>,
  maxLineBytes = MAX_RESPONSE_BYTES,
): AsyncGenerator<unknown, void, undefined> {
  let pending: Buffer[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      checkSize(size + end - start, maxLineBytes);
      yield* parsed(Buffer.concat([...pending, chunk.subarray(start, end)]));
      pending = [];
      size = 0;
      start = end + 1;
    }
    pending.push(chunk.subarray(start));
    size += chunk.length - start;
    checkSize(size, maxLineBytes);
  }
  yield* parsed(Buffer.concat(pending));
}

function* parsed(line: Buffer): Generator<unknown, void, undefined> {
  const text = line.toString().trim();
  if (text === '') return;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Error(`expected a line of JSON, got ${text.slice(0, 80)}`);
  }
  yield value;
}

function checkSize(size: number, max: number): void {
  if (size > max) throw new Error(`expected a line of at most ${max} bytes, got more`);
}
