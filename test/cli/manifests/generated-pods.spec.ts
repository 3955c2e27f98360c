import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { parse } from 'yaml';
import { fc } from '../../support/fast-check.js';
import { additions, pods, withoutOwnAnnotations } from '../../unit/properties/pods.js';
import {
  appendedText,
  type Injected,
  initContainersOfInjected,
  injectedText,
  movedText,
  replacedText,
  uninjectedText,
} from './inject.js';
import { PLACES } from './manifest-cases.js';
import { plain } from './plain.js';
import { isSubsequence, STYLES, type Style, wrappings } from './styles.js';

/** The styles in which kubectl and YAML libraries rewrite a manifest. */
const REWRITTEN = STYLES.filter(({ name }) =>
  /^(?:JSON on lines|flow collections|blocks with dashes.*)$/.test(name),
);

/**
 * Checks a property of `numRuns` injected Pods in any kind of workload, written in one style. Fresh Pods have no
 * annotations of the injector, which are not restored.
 */
function forInjected(
  style: Style,
  check: (injected: Injected & { text: string }) => void,
  { numRuns = 40, isFresh = true } = {},
): void {
  fc.assert(
    fc.property(
      pods,
      wrappings,
      additions,
      fc.constantFrom(...Object.values(PLACES)),
      fc.constantFrom('proxied', 'direct'),
      (pod, wrap, added, proxy, probes) => {
        fc.pre(!JSON.stringify(pod).includes('"<<"'));
        fc.pre(!isFresh || withoutOwnAnnotations(pod) === pod);
        const text = style.write(wrap(pod));
        const injected = injectedText(text, { pod: added, proxy, redirect: { probes: probes as 'direct' } });
        fc.pre(injected.workloads > 0);
        check({ ...injected, text });
      },
    ),
    { numRuns },
  );
}

for (const style of STYLES) {
  describe(`any Pod, style: ${style.name}`, () => {
    it('has the content of the patched Pod after the injection', () => {
      const check = ({ text, result, whole }: Injected & { text: string }) => {
        for (const version of ['1.1', '1.2'] as const) {
          assert.deepEqual(parse(result, { version }), whole(parse(text, { version })));
        }
      };
      forInjected(style, check, { isFresh: false });
    });

    it('is restored byte for byte by uninject', () => {
      forInjected(style, ({ text, result }) => assert.equal(uninjectedText(result), text));
    });

    it('has the init container last again if one was appended, and is restored byte for byte', () => {
      const wait = { name: 'wait', command: ['sh', '-c', 'exit'], env: [{ name: 'A', value: '' }] };
      forInjected(
        style,
        ({ result, workloads }) => {
          const appended = appendedText(result, wait);
          const moved = movedText(appended);
          const lists = initContainersOfInjected(moved);
          assert.equal(lists.length, workloads);
          for (const names of lists) {
            assert.equal(names.at(-1), names.includes('proxy-sidecar') ? 'wait' : 'init-iptables');
          }
          assert.equal(uninjectedText(moved), uninjectedText(appended));
          assert.equal(movedText(moved), moved);
        },
        { numRuns: 20 },
      );
    });

    it('is the same after a replacement as if injected only once', () => {
      const other = {
        pod: { annotations: { other: 'x' } },
        proxy: { mode: 'native', logLevel: 'debug' },
      } as const;
      forInjected(
        style,
        ({ text, result }) => assert.equal(replacedText(result, other), injectedText(text, other).result),
        { numRuns: 20 },
      );
    });

    it('has its original content after uninject, even if another tool rewrote it in between', () => {
      forInjected(
        style,
        ({ text, result }) => {
          const before = parse(text, { version: '1.1' });
          for (const { write } of REWRITTEN) {
            const rewritten = write(parse(result, { version: '1.1' }));
            if (!isDeepStrictEqual(plain(rewritten), plain(result))) continue;
            assert.deepEqual(parse(uninjectedText(rewritten), { version: '1.1' }), before);
          }
        },
        { numRuns: 20 },
      );
    });

    if (style.name === 'flow collections' || style.name.startsWith('JSON')) return;
    it('keeps every character', () => {
      forInjected(style, ({ text, result }) => assert.ok(isSubsequence(text, result)));
    });
  });
}
