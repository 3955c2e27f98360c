import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { RULES_VARIABLES } from '../../src/core/pod/container-names.js';
import type { Ruleset, RuleTool } from '../../src/core/redirect/ruleset.js';
import { asListed } from '../support/nft-listing.js';
import { GoldenRuleset } from '../unit/golden/ruleset.js';
import { injectedInit } from './init-container.js';
import { applyWith, BACKENDS, redirectIn } from './testbed/backends.js';
import { Network } from './testbed/network.js';
import type { InitContainer } from './testbed/runtime.js';

for (const backend of BACKENDS) {
  describe(`golden rulesets, applied with ${backend}`, () => {
    for (const golden of GoldenRuleset.all()) {
      it(golden.name, (t) => {
        const network = Network.create();
        t.after(() => network.remove());
        applyWith(backend, initWith(golden.rendered()), network);
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

/** The init container with these rules; in node mode, the agent runs the same program with them. */
function initWith(rules: Ruleset): InitContainer {
  const env = Object.entries(rules).map(([tool, value]) => ({
    name: RULES_VARIABLES[tool as RuleTool],
    value,
  }));
  return { ...injectedInit(), env };
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
