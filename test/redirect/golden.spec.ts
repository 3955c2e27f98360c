import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { GoldenRuleset } from '../unit/golden/ruleset.js';
import { injectedInit, withCapabilities } from './init-container.js';
import { type Backend, natTable } from './testbed/nat-table.js';
import { Network } from './testbed/network.js';
import { runContainer } from './testbed/runtime.js';

for (const kernel of ['nft', 'legacy'] satisfies Backend[]) {
  describe(`golden rulesets, applied with ${kernel}`, () => {
    for (const golden of GoldenRuleset.all()) {
      it(golden.name, (t) => {
        const network = Network.create();
        t.after(() => network.remove());
        const init = injectedInit({ config: readFileSync(golden.config, 'utf8') });
        runContainer(withCapabilities(init, 'NET_ADMIN', 'NET_RAW'), { network: network.podPath, kernel });
        const { ipv4, ipv6 } = golden.kept();
        const table = natTable(network, kernel);
        assert.deepEqual([table.ipv4, table.ipv6].map(sorted), [ipv4, ipv6].map(rulesOf).map(sorted));
      });
    }
  });
}

/** Sorts by chain and keeps the order within a chain: the kernel lists one chain after the other. */
function sorted(rules: readonly string[]): string[] {
  const chainOf = (rule: string) => rule.split(' ')[1] ?? '';
  return rules.toSorted((a, b) => chainOf(a).localeCompare(chainOf(b)));
}

function rulesOf(text = ''): string[] {
  return text
    .split('\n')
    .filter((line) => /^[-:]/.test(line))
    .map((line) => line.replace(/ \[.*/, ''));
}
