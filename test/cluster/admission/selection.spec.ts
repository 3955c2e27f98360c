import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { SELECTIONS, type Selection } from '../../chart/selection.js';
import type { Answer } from '../local-cluster/api-server.js';
import { RELEASE, WEBHOOKS } from '../release.js';
import { sharedCluster, skipUnlessLocal } from '../shared-cluster.js';
import { VALUES } from '../values.js';
import { auditEvent, webhooksCalled } from './audit-log.js';
import { dryRunPath, heldPod, injectedInto, podsPath } from './pods.js';

/** The namespaces whose Pods never reach the webhook, even with the label. */
const EXCLUDED = ['kube-system', 'kube-public', 'kube-node-lease', RELEASE];
/** The release's namespace in the table. */
const TABLE_RELEASE = 'proxy-system';

const cluster = sharedCluster();

describe('which Pods reach the webhook', { skip: skipUnlessLocal(cluster, 'it labels kube-system') }, () => {
  /** The test's namespaces by the value of their label. */
  const namespaces = new Map<string | undefined, string>();

  before(async () => {
    await Promise.all(
      ['enabled', 'disabled', 'true', undefined].map(async (value) => {
        const metadata = value === undefined ? {} : { labels: { 'proxy-injection': value } };
        namespaces.set(value, await cluster.namespace('selection', metadata));
      }),
    );
    // The Pod to change, which must not be injected.
    const pod = heldPod('changed', { labels: { 'proxy-injection': 'disabled' } });
    await cluster.apply([pod], namespaces.get('enabled'));
    await cluster.kubectl('label', 'namespace', ...EXCLUDED, 'proxy-injection=enabled');
  });
  after(async () => {
    await cluster.kubectl('label', 'namespace', ...EXCLUDED, 'proxy-injection-');
    await cluster.deleteNamespaces(...namespaces.values());
  });

  /** The namespace of a row in this cluster. */
  function namespaceOf({ request }: Selection): string {
    const { name, labels } = request.namespace.metadata;
    if (name === TABLE_RELEASE) return RELEASE;
    return EXCLUDED.includes(name) ? name : (namespaces.get(labels['proxy-injection']) ?? '');
  }

  for (const row of SELECTIONS) {
    it(`namespace ${row.namespace}, Pod ${row.pod}: ${row.reaches}`, () => reaches(row, row.reaches));
  }

  describe('in the mode optOut', () => {
    before(() => cluster.install({ ...VALUES, webhook: { selection: 'optOut' } }));
    after(() => cluster.install(VALUES));

    for (const row of SELECTIONS) {
      const { reaches: webhook } = row.optOut ?? row;
      it(`namespace ${row.namespace}, Pod ${row.pod}: ${webhook}`, () => reaches(row, webhook));
    }
  });

  async function reaches(row: Selection, webhook: Selection['reaches']): Promise<void> {
    const { operation, pod } = row.request;
    const { status, object, warnings, auditId } = await (operation === 'CREATE' ? create : change)(row);
    if (status === 403 && webhook !== 'neither') {
      // The webhook was called, and denied the invalid label of the Pod.
      assert.match(object.message, new RegExp(`"${WEBHOOKS[webhook]}" denied the request`));
      return;
    }
    assert.ok(status === 200 || status === 201, object.message);
    const hasAnswered = injectedInto(object).length > injectedInto(pod).length || warnings.length > 0;
    assert.equal(hasAnswered, webhook !== 'neither');
    if (cluster.local === undefined) return; // the audit log is not readable
    const webhooks = webhook === 'neither' ? [] : [WEBHOOKS[webhook]];
    assert.deepEqual(webhooksCalled(await auditEvent(cluster, auditId)), webhooks);
  }

  function create(row: Selection): Promise<Answer> {
    const { metadata, spec } = row.request.pod;
    const withImages = (list: object[] = []) => list.map((container) => ({ image: 'app:1', ...container }));
    const isMirror = metadata?.annotations?.['kubernetes.io/config.mirror'] !== undefined;
    const pod = heldPod('selected', metadata, {
      ...spec,
      containers: withImages(spec.containers),
      initContainers: withImages(spec.initContainers),
      ...(isMirror && { nodeName: 'node-1', schedulingGates: [] }),
    });
    return cluster.api.post(dryRunPath(namespaceOf(row)), pod);
  }

  /** Changes the existing Pod. */
  function change(row: Selection): Promise<Answer> {
    const { subresource } = row.request;
    const path = `${podsPath(namespaceOf(row))}/changed`;
    const debug = { name: 'debug', image: 'app:1' };
    return subresource
      ? cluster.api.patch(`${path}/${subresource}?dryRun=All`, { spec: { ephemeralContainers: [debug] } })
      : cluster.api.patch(`${path}?dryRun=All`, { metadata: { labels: { 'proxy-injection': null } } });
  }
});
