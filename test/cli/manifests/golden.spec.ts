import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { readManifests } from '../../../src/manifests/manifest-file.js';
import { injectedText, replacedText, uninjectedText } from './inject.js';
import { GOLDEN, goldenPath, hasGolden, manifestCases, PLACES, type Place } from './manifest-cases.js';
import { plain } from './plain.js';
import { isSubsequence } from './styles.js';

const CASES = manifestCases();

/** Manifests in which the injection replaces a value. */
const NOT_ONLY_INSERTED = [
  'compact.json',
  'direct-probes.json',
  'direct-probes.yaml',
  'nulls.yaml',
  'pod-resources.yaml',
  'stale-annotations.yaml',
  'shared-template.yaml',
];
/** Manifests that had annotations of the injector before, which uninject does not restore. */
const NOT_RESTORED = ['stale-annotations.yaml'];

for (const place of Object.keys(PLACES) as Place[]) {
  describe(`manifests injected with the proxy in place ${place}`, () => {
    for (const manifest of CASES) {
      const { name, text } = manifest;
      const settings = { ...manifest.settings, proxy: { ...manifest.settings.proxy, ...PLACES[place] } };
      const inject = () => injectedText(text, settings);

      it(`${name} has the content of the patched manifest`, () => {
        const { file, expected } = inject();
        assert.deepEqual(file.diagnostics.map(String), []);
        for (const [index, document] of file.documents.entries()) {
          assert.deepEqual(plain(document.editedText), expected[index]?.(plain(document.text)));
        }
      });

      it(`${name} keeps its original text`, () => {
        const { file, result } = inject();
        if (!NOT_ONLY_INSERTED.includes(name)) assert.ok(isSubsequence(text, result));
        for (const document of file.documents) {
          if (document.workloads.length === 0) assert.equal(document.editedText, document.text);
        }
      });

      it(`${name} is restored byte for byte by uninject`, () => {
        const { result } = inject();
        if (NOT_RESTORED.includes(name)) assert.notEqual(uninjectedText(result), text);
        else assert.equal(uninjectedText(result), text);
      });

      it(`${name} is the same after a replacement as after uninject and inject`, () => {
        const otherPlace = PLACES[place === 'native' ? 'container' : 'native'];
        const other = { ...settings, proxy: { ...manifest.settings.proxy, ...otherPlace } };
        const { result } = injectedText(text, other);
        assert.equal(replacedText(result, settings), injectedText(uninjectedText(result), settings).result);
      });

      it(`${name} is not injected a second time`, () => {
        const { result } = inject();
        const again = injectedText(result, settings);
        assert.equal(again.workloads, 0);
        assert.equal(again.result, result);
      });

      if (!hasGolden(manifest, place)) continue;
      it(`$namematches golden/$mode`, () => {
        const path = goldenPath(name, place);
        assert.ok(existsSync(path), 'expected a golden file: npm run update creates it');
        assert.equal(inject().result, readFileSync(path, 'utf8'));
      });
    }

    it('have no stale golden files', () => {
      assert.deepEqual(
        readdirSync(join(GOLDEN, place)),
        CASES.filter((manifest) => hasGolden(manifest, place)).map(({ name }) => name),
      );
    });
  });
}

describe('manifests without edits', () => {
  for (const { name, text } of CASES) {
    it(`$nameis written unchanged`, () => {
      assert.equal(readManifests(name, text).toString(), text);
    });
  }
});
