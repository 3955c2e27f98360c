import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { asListed } from '../support/nft-listing.js';
import { GoldenRuleset } from '../unit/golden/ruleset.js';
import { injectedInit } from './init-container.js';
import { applyWith, BACKENDS, redirectIn } from './testbed/backends.js';
import { Network } from './testbed/network.js';

for (const backend of BACKENDS) {
  describe(`golden rulesets, applied with ${backend}`, () => {
    for (const golden of GoldenRuleset.all()) {
      it(golden.name, (t) => {
        const network = Network.create();
        t.after(() => network.remove());
        const init = injectedInit({ config: readFileSync(golden.config, 'utf8') });
        applyWith(backend, init, network);
        const { nft = '', iptables = '', ip6tables = '' } = golden.kept();
        const expected =
          backend === 'nft'
            ? tableOf(nft).split('\n')
            : [...iptablesLines('ipv4', iptables), ...iptablesLines('ipv6', ip6tables)];
        assert.deepEqual(normalized(redirectIn(network)), normalized(expected));
      });
    }
  });
}

function normalized(rules: readonly string[]): string[] {
  return sorted(asListed(rules.join('\n')).filter((line) => line !== ''));
}

/** Sorts by family, table and chain, and keeps the order within a chain: the kernel lists chains in any order. */
function sorted(rules: readonly string[]): string[] {
  const chainOf = (rule: string) => (/^ipv[46]/.test(rule) ? rule.split(' ').slice(0, 4).join(' ') : '');
  return rules.toSorted((a, b) => chainOf(a).localeCompare(chainOf(b)));
}

/** The table alone: without the commands that delete an earlier one. */
function tableOf(text: string): string {
  return text.slice(text.indexOf('\ntable ') + 1);
}

function iptablesLines(family: string, text: string): string[] {
  let table = '';
  return text.split('\n').flatMap((line) => {
    if (line.startsWith('*')) table = line.slice(1);
    return /^[-:]/.test(line) ? [`${family} ${table} ${line.replace(/ \[.*/, '')}`] : [];
  });
}
