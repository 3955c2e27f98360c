import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type KubernetesObject, type Release, render } from './chart.js';

const LONG = 'a-release-whose-name-is-as-long-as-helm-lets-it-be5';

/** What identifies each object of a release in its cluster. */
function identities(release: Release): string[] {
  return render(release).map(({ kind, metadata }: KubernetesObject) =>
    [kind, metadata.namespace ?? '', metadata.name].join('/'),
  );
}

describe('two releases in a cluster share no object', () => {
  const RELEASES: readonly (readonly [title: string, first: Release, second: Release])[] = [
    ['of the same name in two namespaces', { namespace: 'one' }, { namespace: 'two' }],
    ['one of them in a namespace of its name', { namespace: 'proxy-injector' }, { namespace: 'two' }],
    ['with names that differ only beyond 50 characters', { name: `${LONG}1` }, { name: `${LONG}2` }],
    [
      'with names that end in a dash when cut',
      { name: `a${'-'.repeat(45)}b` },
      { name: `a${'-'.repeat(46)}b` },
    ],
  ];
  for (const [title, first, second] of RELEASES) {
    it(title, () => {
      const others = new Set(identities(second));
      assert.deepEqual(
        identities(first).filter((identity) => others.has(identity)),
        [],
      );
    });
  }
});

describe('the names of the objects', () => {
  it('are the full name and suffixes, also without a namespace if the full name is that of the namespace', () => {
    const names = identities({ namespace: 'proxy-injector' });
    assert.ok(names.includes('MutatingWebhookConfiguration//proxy-injector'));
    assert.ok(identities({}).includes('MutatingWebhookConfiguration//proxy-injector.proxy-system'));
  });

  it('keep a full name of 50 characters', () => {
    const name = `${'a'.repeat(35)}-proxy-injector`;
    assert.equal(name.length, 50);
    assert.ok(identities({ name }).includes(`Deployment/proxy-system/${name}`));
  });
});
