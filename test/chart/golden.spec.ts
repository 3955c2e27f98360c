import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { HELMS, type KubernetesObject, lintProblems, rejection, render } from './chart.js';
import { goldenObjects, goldenReleases, readGolden } from './golden-release.js';
import { apiServerProblems, podSecurityProblems } from './kube-check.js';

for (const { name, release } of goldenReleases()) {
  describe(`release ${name}`, () => {
    const objects = render(release);

    it('renders the objects of its golden file (npm run update rewrites it)', () => {
      assert.deepEqual(goldenObjects(release), readGolden(name));
    });

    it('renders the same under Helm 3', () => {
      assert.deepEqual(render(release, 'helm3'), objects);
    });

    for (const helm of HELMS) {
      it(`passes ${helm} lint --strict`, () => {
        assert.equal(lintProblems(release.values ?? {}, helm), undefined);
      });
    }

    it('renders objects that the API server accepts', () => {
      const problems = apiServerProblems(objects);
      const rejected = objects.map(({ kind, metadata }, index) => ({
        kind,
        name: metadata.name,
        problems: problems[index],
      }));
      assert.deepEqual(
        rejected.filter((each) => each.problems !== null),
        [],
      );
    });

    it('renders Pods that meet the Pod Security level restricted, except for hostNetwork', () => {
      const forbidden = podSecurityProblems('restricted', podsOf(objects)).map((each) => each ?? []);
      const allowed = release.values?.hostNetwork ? /^host namespaces|^hostPort/ : /^never$/;
      assert.deepEqual(
        forbidden.flat().filter((text) => !allowed.test(text)),
        [],
      );
    });

    it('puts the recommended labels on every object', () => {
      for (const { kind, metadata } of objects) {
        assert.equal(metadata.labels['app.kubernetes.io/instance'], release.name ?? 'proxy-injector', kind);
        assert.equal(
          metadata.labels['app.kubernetes.io/name'],
          release.values?.nameOverride ?? 'proxy-injector',
          kind,
        );
      }
    });

    it('sets caBundle only if cert-manager does not inject it', () => {
      const webhooks = objects
        .filter(({ kind }) => kind === 'MutatingWebhookConfiguration')
        .flatMap((configuration) => configuration.webhooks);
      const expected = release.values?.tls?.caBundle;
      for (const { clientConfig } of webhooks) assert.equal(clientConfig.caBundle, expected);
    });
  });
}

describe('the chart', () => {
  it('rejects a cluster that is too old for match conditions', () => {
    assert.match(rejection({ kubernetes: '1.27.16' }) ?? '', /requires kubeVersion: >=1\.28\.0-0/);
  });
});

function podsOf(objects: readonly KubernetesObject[]): KubernetesObject[] {
  return objects.flatMap((object) => {
    if (object.kind === 'Pod') return [object];
    return ['Deployment', 'Job'].includes(object.kind) ? [object.spec.template] : [];
  });
}
