import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { find, HELMS, type KubernetesObject, lintProblems, refusal, render } from './chart.js';
import { asKept, goldenReleases, kept } from './golden-release.js';
import { apiServerProblems, podSecurityProblems } from './kube-check.js';

for (const { name, release } of goldenReleases()) {
  describe(`the release ${name}`, () => {
    const objects = render(release);

    it('renders the objects that are kept (npm run update writes them)', () => {
      assert.deepEqual(asKept(release), kept(name));
    });

    it('is the same under Helm 3', () => {
      assert.deepEqual(render(release, 'helm3'), objects);
    });

    for (const helm of HELMS) {
      it(`passes the strict lint of ${helm}`, () => {
        assert.equal(lintProblems(release.values ?? {}, helm), undefined);
      });
    }

    it('consists of objects that the API server takes', () => {
      const problems = apiServerProblems(objects);
      const wrong = objects.map(({ kind, metadata }, index) => ({
        kind,
        name: metadata.name,
        problems: problems[index],
      }));
      assert.deepEqual(
        wrong.filter((each) => each.problems !== null),
        [],
      );
    });

    it('has Pods that pass the Pod Security level restricted, but for the network of the node', () => {
      const forbidden = podSecurityProblems('restricted', podsOf(objects)).map((each) => each ?? []);
      const allowed = release.values?.hostNetwork ? /^host namespaces|^hostPort/ : /^never$/;
      assert.deepEqual(
        forbidden.flat().filter((text) => !allowed.test(text)),
        [],
      );
    });

    it('names everything after the release, with the labels that all charts have', () => {
      for (const { kind, metadata } of objects) {
        assert.equal(metadata.labels['app.kubernetes.io/instance'], release.name ?? 'proxy-injector', kind);
        assert.equal(
          metadata.labels['app.kubernetes.io/name'],
          release.values?.nameOverride ?? 'proxy-injector',
          kind,
        );
      }
    });

    it('renders a CA only where cert-manager does not inject one', () => {
      const { webhooks } = find(objects, 'MutatingWebhookConfiguration');
      const expected = release.values?.tls?.caBundle;
      for (const { clientConfig } of webhooks) assert.equal(clientConfig.caBundle, expected);
    });
  });
}

describe('the chart', () => {
  it('refuses a cluster that is too old for match conditions', () => {
    assert.match(refusal({ kubernetes: '1.27.16' }) ?? '', /requires kubeVersion: >=1\.28\.0-0/);
  });
});

function podsOf(objects: readonly KubernetesObject[]): KubernetesObject[] {
  return objects.flatMap((object) => {
    if (object.kind === 'Pod') return [object];
    return object.kind === 'Deployment' ? [object.spec.template] : [];
  });
}
