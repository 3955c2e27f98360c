import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ManifestError } from '../../../src/manifests/tree/diagnostic.js';
import { fc } from '../../support/fast-check.js';
import { injectedText, uninjectedText } from './inject.js';
import { manifestCases } from './manifest-cases.js';
import { plain } from './plain.js';

/** What slips into a manifest while somebody edits it. */
const SNIPPETS = [
  ...[
    '',
    '\n',
    '\n\n',
    ' ',
    '  ',
    '\t',
    '\r\n',
    '# c\n',
    ': ',
    '- ',
    '? ',
    ',',
    '{',
    '}',
    '{}',
    '[]',
    '[',
    ']',
  ],
  ...[
    'null',
    '~',
    '&x ',
    '*x',
    '"',
    "'",
    '|\n',
    '>',
    '---\n',
    '...\n',
    '<<: *x\n',
    '!!map ',
    ' # []',
    '\uFEFF',
  ],
  ...['annotations: {}\n', 'metadata:\n', '      annotations:\n'],
];

/** A place in a text, how many characters go there, and what comes. */
const damages = fc.array(
  fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(6), fc.constantFrom(...SNIPPETS)),
  { minLength: 1, maxLength: 3 },
);
const CASES = manifestCases().filter(({ text }) => text.length < 4000);

describe('a manifest that somebody damaged', () => {
  it('is injected rightly or refused, and what was injected can be taken out', () => {
    let injected = 0;
    fc.assert(
      fc.property(
        fc.constantFrom(...CASES),
        damages,
        fc.constantFrom('container', 'native'),
        (manifest, all, mode) => {
          const text = all.reduce((damaged, [where, gone, come]) => {
            const offset = Math.floor(where * damaged.length);
            return damaged.slice(0, offset) + come + damaged.slice(offset + gone);
          }, manifest.text);
          try {
            const { file, expected, result, workloads } = injectedText(text, {
              proxy: { mode: mode as 'native' },
            });
            for (const [index, document] of file.documents.entries()) {
              const after = document.toString().replace(/^\uFEFF+/, '');
              if (document.workloads.length === 0) assert.equal(after, document.text);
              else assert.deepEqual(plain(after), expected[index]?.(plain(document.text)));
            }
            if (workloads > 0) injected += 1;
            uninjectedText(result);
          } catch (error) {
            if (!(error instanceof ManifestError)) throw error;
          }
        },
      ),
      { numRuns: 600 },
    );
    // More than one in four is: the chance that it is one in ten is below 1e-15.
    assert.ok(injected > 60, `only ${injected} were injected`);
  });
});
