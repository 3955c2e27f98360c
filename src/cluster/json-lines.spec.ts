import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { jsonLines } from './json-lines.js';

const VALUES = [{ a: 'ü 🧀 \n' }, [1, 2], 'x', { b: null }];
const BYTES = Buffer.from(VALUES.map((value) => `${JSON.stringify(value)}\n`).join(''));

describe(jsonLines.name, () => {
  test('yields the same values wherever the bytes are cut in two', async () => {
    for (let cut = 0; cut <= BYTES.length; cut++) {
      assert.deepEqual(await read([BYTES.subarray(0, cut), BYTES.subarray(cut)]), VALUES, `cut at ${cut}`);
    }
  });

  test('yields the same values byte by byte', async () => {
    assert.deepEqual(await read([...BYTES].map((byte) => Buffer.from([byte]))), VALUES);
  });

  test('yields a value as soon as its line is complete', async () => {
    async function* chunks() {
      yield Buffer.from('1\n2');
      assert.fail('read more than needed');
    }
    const { value } = await jsonLines(chunks()).next();
    assert.equal(value, 1);
  });

  test('skips empty lines and carriage returns, and accepts a last line without a newline', async () => {
    assert.deepEqual(await read([Buffer.from('\n1\r\n \r\n2')]), [1, 2]);
    assert.deepEqual(await read([]), []);
  });

  test('keeps __proto__ as an ordinary key', async () => {
    const [value] = await read([Buffer.from('{"__proto__":{"x":1}}\n')]);
    assert.deepEqual(Object.keys(value as object), ['__proto__']);
    assert.equal((value as { x?: number }).x, undefined);
  });

  test('yields the values before a line that is not JSON, then throws', async () => {
    const lines = jsonLines(from([Buffer.from('1\n{"a":\n2\n')]));
    assert.equal((await lines.next()).value, 1);
    await assert.rejects(lines.next(), { message: 'expected a line of JSON, got {"a":' });
  });

  test('throws on a line that is cut off by the end of the stream', async () => {
    await assert.rejects(read([Buffer.from('{"a"')]), { message: 'expected a line of JSON, got {"a"' });
  });

  test('buffers no more than the limit for a line', async () => {
    const line = Buffer.from('"12345678"');
    const end = Buffer.from('\n');
    assert.deepEqual(await read([line, end, line, end], 10), ['12345678', '12345678']);
    await assert.rejects(read([line, Buffer.from('x')], 10), {
      message: 'expected a line of at most 10 bytes, got more',
    });
    await assert.rejects(read([Buffer.from('"123456789"\n')], 10), {
      message: 'expected a line of at most 10 bytes, got more',
    });
  });
});

async function read(chunks: Buffer[], maxLineBytes?: number): Promise<unknown[]> {
  const values: unknown[] = [];
  for await (const value of jsonLines(from(chunks), maxLineBytes)) values.push(value);
  return values;
}

async function* from(chunks: Buffer[]): AsyncGenerator<Buffer> {
  yield* chunks;
}
