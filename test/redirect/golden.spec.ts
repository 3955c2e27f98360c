import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
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
            ? nftLines(nft)
            : [...iptablesLines('ipv4', iptables), ...iptablesLines('ipv6', ip6tables)];
        assert.deepEqual(normalized(redirectIn(network)), normalized(expected));
      });
    }
  });
}

function normalized(rules: readonly string[]): string[] {
  return sorted(rules.map(trimmed).filter((line) => line !== ''));
}

/** Sorts by family, table and chain, and keeps the order within a chain: the kernel lists chains in any order. */
function sorted(rules: readonly string[]): string[] {
  const chainOf = (rule: string) => (/^ipv[46]/.test(rule) ? rule.split(' ').slice(0, 4).join(' ') : '');
  return rules.toSorted((a, b) => chainOf(a).localeCompare(chainOf(b)));
}

/** The text for nft as nft lists it: without the deletion, with other words for the same. */
function nftLines(text: string): string[] {
  return text
    .slice(text.indexOf('\ntable ') + 1)
    .replaceAll('meta l4proto tcp tcp flags & (fin | rst) == 0', 'tcp flags ! fin,rst')
    .replaceAll('meta l4proto tcp', 'meta l4proto 6')
    .replaceAll('meta l4proto udp', 'meta l4proto 17')
    .replaceAll('output priority -100', 'output priority dstnat')
    .replaceAll(/\/(32|128)(?=\D)/g, '')
    .split('\n');
}

function iptablesLines(family: string, text: string): string[] {
  let table = '';
  return text.split('\n').flatMap((line) => {
    if (line.startsWith('*')) table = line.slice(1);
    return /^[-:]/.test(line) ? [`${family} ${table} ${line.replace(/ \[.*/, '')}`] : [];
  });
}

/** A line without indentation, and with the elements of a set sorted and merged. */
function trimmed(line: string): string {
  return line.trim().replace(/{ (.*) }/, (_, elements: string) => {
    const parts = elements.split(', ');
    return `{ ${(/[.:]/.test(elements) ? parts.sort() : merged(parts)).join(', ')} }`;
  });
}

/** Ports and ranges, with those joined that overlap or meet. */
function merged(ports: readonly string[]): string[] {
  const ranges = ports
    .map((port) => port.split('-').map(Number))
    .map(([first = 0, last = first]) => ({ first, last }))
    .sort((a, b) => a.first - b.first);
  const joined: { first: number; last: number }[] = [];
  for (const range of ranges) {
    const before = joined.at(-1);
    if (before !== undefined && range.first <= before.last + 1)
      before.last = Math.max(before.last, range.last);
    else joined.push({ ...range });
  }
  return joined.map(({ first, last }) => (first === last ? String(first) : `${first}-${last}`));
}
