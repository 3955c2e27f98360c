import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Reason } from '../../../src/core/decision/reasons.js';
import { REASON, STATUS } from '../../../src/core/pod/annotations.js';
import type { StringMap } from '../../../src/core/values/shape.js';
import { REVIEWS } from '../../support/reviews.js';
import { patched } from '../../unit/golden/golden-case.js';
import { Service } from './service.js';

/** The reason in the answer to each recorded review; the namespace `legacy` is disabled. */
const EXPECTED: { readonly [file: string]: Reason } = {
  'deployment-create': 'not-applicable',
  'mirror-pod': 'mirror-pod',
  'pod-2000-env': 'injected',
  'pod-30-env': 'injected',
  'pod-by-cronjob': 'injected',
  'pod-by-daemonset': 'injected',
  'pod-by-job': 'injected',
  'pod-by-kubectl': 'injected',
  'pod-by-replicaset': 'injected',
  'pod-by-replicationcontroller': 'injected',
  'pod-by-statefulset': 'injected',
  'pod-delete': 'not-applicable',
  'pod-dry-run': 'injected',
  'pod-ephemeral-container': 'not-applicable',
  'pod-generate-name': 'injected',
  'pod-host-network': 'host-network',
  'pod-in-disabled-namespace': 'namespace-disabled',
  'pod-odd-keys-before-validation': 'injected',
  'pod-opted-out': 'pod-disabled',
  'pod-port-conflict': 'port-conflict',
  'pod-rich': 'injected',
  'pod-update-label': 'not-applicable',
  'pod-with-own-sidecar': 'sidecar-present',
};

const INELIGIBLE: readonly Reason[] = [
  'host-network',
  'namespace-disabled',
  'pod-disabled',
  'sidecar-present',
];
interface PatchedPod {
  readonly metadata: { readonly annotations: StringMap };
  readonly spec: { readonly containers: readonly { readonly name: string }[] };
}

const LEGACY = 'namespaces: {legacy: {annotations: {proxy-injection: disabled}}}';

for (const policy of ['deny', 'admit'] as const) {
  describe(`recorded AdmissionReviews, ineligiblePods: ${policy}`, () => {
    let service: Service;
    before(async () => {
      service = await Service.start(`${LEGACY}\nineligiblePods: ${policy}`);
    });
    after(() => service.stop());

    for (const [file, reason] of Object.entries(EXPECTED)) {
      it(`${file}: ${reason}`, async () => {
        const text = readFileSync(join(REVIEWS, `${file}.json`), 'utf8');
        const { request } = JSON.parse(text);
        const response = await service.review(text);
        const denied = reason === 'port-conflict' || (policy === 'deny' && INELIGIBLE.includes(reason));
        assert.equal(response.uid, request.uid);
        assert.equal(response.allowed, !denied);
        assert.equal(response.auditAnnotations.reason, reason);
        assert.equal(response.status?.code, denied ? 403 : undefined);
        const isInjected = reason === 'injected';
        const isRecorded = policy === 'admit' && INELIGIBLE.includes(reason);
        assert.equal(response.patchType, isInjected || isRecorded ? 'JSONPatch' : undefined);
        assert.equal(response.patch !== undefined, isInjected || isRecorded);
        if (!response.patch) return;
        const pod = patched(request.object, response.patch) as PatchedPod;
        const names = pod.spec.containers.map(({ name }) => name);
        if (isInjected) assert.equal(names.at(-1), 'proxy-sidecar');
        const { [STATUS]: status, [REASON]: recorded } = pod.metadata.annotations;
        assert.deepEqual([status, recorded], isInjected ? ['injected', undefined] : ['skipped', reason]);
      });
    }

    it('cover every recorded file', () => {
      const files = readdirSync(REVIEWS).map((file) => file.replace(/\.json$/, ''));
      assert.deepEqual(files.sort(), Object.keys(EXPECTED).sort());
    });
  });
}
