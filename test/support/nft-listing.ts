/**
 * The rules of a text for nft as `nft list` of the image proxy-init prints them: with other words for the same, without
 * indentation and counters, and with the elements of sets sorted and merged.
 */
export function asListed(text: string): string[] {
  return text
    .replaceAll('meta l4proto tcp tcp flags & (fin | rst) == 0', 'tcp flags ! fin,rst')
    .replaceAll('meta l4proto tcp', 'meta l4proto 6')
    .replaceAll('meta l4proto udp', 'meta l4proto 17')
    .replaceAll('output priority -100', 'output priority dstnat')
    .replaceAll(/\/(32|128)(?=\D)/g, '')
    .replaceAll(/counter packets \d+ bytes \d+/g, 'counter')
    .split('\n')
    .map((line) =>
      line.trim().replace(/{ (.*) }/, (_, elements: string) => `{ ${elementsOf(elements).join(', ')} }`),
    );
}

function elementsOf(text: string): string[] {
  const elements = text.split(', ');
  return /[.:]/.test(text) ? elements.sort() : merged(elements);
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
