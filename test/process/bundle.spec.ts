import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, it } from 'node:test';
import { ROOT } from '../../tools/checkout.js';
import { packagesIn } from '../support/bundle.js';

const DIST = join(ROOT, 'dist');

describe('the bundle', () => {
  it('maps stack traces to src', () => {
    const review = JSON.stringify(join(DIST, 'chunks', 'review.js'));
    const script = `try { require(${review}).encodeReview('uid') } catch (error) { console.log(error.stack) }`;
    const stack = execFileSync(process.execPath, ['--enable-source-maps', '-e', script], {
      encoding: 'utf8',
    });
    assert.match(stack, /src\/review\/review\.ts:\d+:\d+/);
  });

  it('has source maps for files of src, and none for files of packages', () => {
    const files = readdirSync(DIST, { recursive: true, encoding: 'utf8' }).filter((file) =>
      file.endsWith('.js'),
    );
    const packages = files.filter((file) => packagesIn(join(DIST, file)).length > 0);
    const mapped = files.filter((file) => existsSync(join(DIST, `${file}.map`)));
    assert.ok(packages.length > 0 && mapped.includes('main.js'));
    assert.deepEqual(
      packages.filter((file) => mapped.includes(file)),
      [],
    );
    for (const file of files) {
      const isNamed = readFileSync(join(DIST, file), 'utf8').includes('\n//# sourceMappingURL=');
      assert.equal(isNamed, mapped.includes(file), file);
    }
  });

  it('loads the packages of the agent only for the agent', () => {
    const files = readdirSync(DIST, { recursive: true, encoding: 'utf8' }).filter((file) =>
      file.endsWith('.js'),
    );
    const own = files.filter((file) => packagesIn(join(DIST, file)).includes('@bufbuild/protobuf'));
    const users = files.filter((file) =>
      own.some((name) => readFileSync(join(DIST, file), 'utf8').includes(`/${basename(name)}"`)),
    );
    assert.deepEqual([own.length, users], [1, ['chunks/agent.js']]);
  });
});
