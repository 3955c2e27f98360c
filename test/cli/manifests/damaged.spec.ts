import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ManifestError } from '../../../src/manifests/tree/diagnostic.js';
import { fc } from '../../support/fast-check.js';
import { injectedText, uninjectedText } from './inject.js';
import { manifestCases } from './manifest-cases.js';
import { plain } from './plain.js';

/** What slips into a manifest during editing. */
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

/** Where to damage a text, as a fraction of its length; how many characters to remove; and what to insert. */
const damages = fc.array(
  fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(6), fc.constantFrom(...SNIPPETS)),
  { minLength: 1, maxLength: 3 },
);
const CASES = manifestCases().filter(({ text }) => text.length < 4000);

describe('a damaged manifest', () => {
  it('is injected correctly or rejected, and can be uninjected', () => {
    let injected = 0;
    fc.assert(
      fc.property(
        fc.constantFrom(...CASES),
        damages,
        fc.constantFrom('container', 'native'),
        (manifest, all, mode) => {
          const text = all.reduce((damaged, [where, removed, inserted]) => {
            const offset = Math.floor(where * damaged.length);
            return damaged.slice(0, offset) + inserted + damaged.slice(offset + removed);
          }, manifest.text);
          try {
            const { file, expected, result, workloads } = injectedText(text, {
              proxy: { mode: mode as 'native' },
            });
            for (const [index, document] of file.documents.entries()) {
              const after = document.editedText;
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
    // More than one in four is injected; the chance of only one in ten is below 1e-15.
    assert.ok(injected > 60, `only ${injected} were injected`);
  });
});
