/** The most that one watch event may take. etcd refuses objects over 1.5 MiB by default, so nothing real comes near. */
export const MAX_LINE_BYTES = 8 * 1024 * 1024;

const NEWLINE = 0x0a;

/**
 * The values of a stream of JSON texts, one a line, wherever its chunks are cut. Lines are split as bytes, so a character of
 * several bytes may be cut too. Throws on a line that is too long or is not JSON, after the values before it.
 */
export async function* jsonLines(
  chunks: AsyncIterable<Buffer>,
  maxLineBytes = MAX_LINE_BYTES,
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
    throw new Error(`a line that is not JSON: ${text.slice(0, 80)}`);
  }
  yield value;
}

function checkSize(size: number, max: number): void {
  if (size > max) throw new Error(`a line longer than ${max} bytes`);
}
