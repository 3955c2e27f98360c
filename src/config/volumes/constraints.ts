import { asList, asObject, isAbsent, isObject, type JsonObject } from '../../core/values/json.js';
import type { Path } from '../../core/values/path.js';
import { parseQuantity } from '../../core/values/quantity.js';
import { divisorConstraint } from '../container/resource-constraints.js';
import type { ConfigViolation } from '../schema/config-violation.js';
import {
  atMostOne,
  type Constraint,
  type Constraints,
  exactlyOne,
  onObject,
  required,
  unset,
} from '../shape/constraint.js';
import { isGiven } from '../shape/given.js';
import { LABEL_KEY } from '../shape/scalars.js';
import { VOLUME_SOURCES } from './volume-shape.js';

const DAY = 24 * 3600;

const ITEM = exactlyOne('fieldRef', 'resourceFieldRef');

const EXPRESSION: readonly Constraint[] = [
  required('values', 'for In and NotIn', ({ operator }) => operator === 'In' || operator === 'NotIn'),
  unset('values', 'only for In and NotIn', ({ operator }) => operator !== 'In' && operator !== 'NotIn'),
];

const LABEL_KEYS = onObject((labels) =>
  Object.keys(labels)
    .filter((key) => !LABEL_KEY.check(key))
    .map((given) => ({ path: [], expected: 'valid keys', given })),
);

/** Keys that the signer evaluates. They need a prefix. */
const ANNOTATION_KEYS = onObject((annotations) =>
  Object.keys(annotations)
    .filter((key) => !(key.includes('/') && LABEL_KEY.check(key)))
    .map((given) => ({ path: [], expected: 'valid keys with a prefix, such as example.com/team', given })),
);

/** The fields of a podCertificate that name files. */
const CERTIFICATE_FILES = ['credentialBundlePath', 'keyPath', 'certificateChainPath'];

/**
 * Constraints between the fields of a volume, which the API server validates in addition to their types. Source:
 * k8s.io/kubernetes v1.37, pkg/apis/core/validation/validation.go. The suite `chart` compares them with it.
 */
export const VOLUME_CONSTRAINTS: Constraints = {
  // Without a source, the volume is an emptyDir.
  '': [atMostOne(...VOLUME_SOURCES)],
  'downwardAPI.items.*': [ITEM],
  'downwardAPI.items.*.resourceFieldRef': [divisorConstraint],
  'ephemeral.volumeClaimTemplate.metadata.labels': [LABEL_KEYS],
  'ephemeral.volumeClaimTemplate.metadata.annotations': [LABEL_KEYS],
  'ephemeral.volumeClaimTemplate.spec': [onObject(accessModes), onObject(storage), onObject(dataSources)],
  'ephemeral.volumeClaimTemplate.spec.selector.matchLabels': [LABEL_KEYS],
  'ephemeral.volumeClaimTemplate.spec.selector.matchExpressions.*': EXPRESSION,
  fc: [
    exactlyOne('targetWWNs', 'wwids'),
    required('lun', 'with targetWWNs', ({ targetWWNs }) => isGiven(targetWWNs)),
  ],
  iscsi: [
    required(
      'secretRef',
      'for CHAP',
      ({ chapAuthDiscovery, chapAuthSession }) => chapAuthDiscovery === true || chapAuthSession === true,
    ),
  ],
  projected: [onObject(duplicatePaths)],
  'projected.sources.*': [
    exactlyOne(
      'clusterTrustBundle',
      'configMap',
      'downwardAPI',
      'podCertificate',
      'secret',
      'serviceAccountToken',
    ),
  ],
  'projected.sources.*.clusterTrustBundle': [
    exactlyOne('name', 'signerName'),
    unset('labelSelector', 'only with signerName', ({ signerName }) => isAbsent(signerName)),
  ],
  'projected.sources.*.clusterTrustBundle.labelSelector.matchLabels': [LABEL_KEYS],
  'projected.sources.*.clusterTrustBundle.labelSelector.matchExpressions.*': EXPRESSION,
  'projected.sources.*.downwardAPI.items.*': [ITEM],
  'projected.sources.*.downwardAPI.items.*.resourceFieldRef': [divisorConstraint],
  'projected.sources.*.podCertificate.userAnnotations': [ANNOTATION_KEYS],
  'projected.sources.*.podCertificate': [onObject(certificateFiles), onObject(certificateLifetime)],
};

function accessModes({ accessModes: given }: JsonObject): ConfigViolation[] {
  const modes = asList(given);
  if (!modes.includes('ReadWriteOncePod') || modes.every((mode) => mode === 'ReadWriteOncePod')) return [];
  return [{ path: ['accessModes'], expected: 'ReadWriteOncePod alone, or other modes', given }];
}

function storage({ resources }: JsonObject): ConfigViolation[] {
  const { storage: given } = asObject(asObject(resources).requests);
  const amount = isAbsent(given) ? undefined : parseQuantity(String(given));
  if (amount === undefined || amount > 0n) return [];
  return [{ path: ['resources', 'requests', 'storage'], expected: 'an amount above 0', given }];
}

function dataSources(spec: JsonObject): ConfigViolation[] {
  const { dataSource, dataSourceRef } = spec;
  const wrongKinds = ['dataSource', 'dataSourceRef'].flatMap((field) => {
    const { apiGroup, kind: given } = asObject(spec[field]);
    if (!isGiven(given) || isGiven(apiGroup) || given === 'PersistentVolumeClaim') return [];
    return [{ path: [field, 'kind'], expected: 'PersistentVolumeClaim (without an apiGroup)', given }];
  });
  if (!isObject(dataSource) || !isObject(dataSourceRef)) return wrongKinds;
  const isSame = ['apiGroup', 'kind', 'name'].every((field) => dataSource[field] === dataSourceRef[field]);
  if (isSame && !isGiven(dataSourceRef.namespace)) return wrongKinds;
  return [
    ...wrongKinds,
    { path: ['dataSource'], expected: 'no value (next to dataSourceRef)', given: dataSource },
  ];
}

function certificateFiles(certificate: JsonObject): ConfigViolation[] {
  if (CERTIFICATE_FILES.some((field) => isGiven(certificate[field]))) return [];
  return [{ path: [], expected: `at least one of ${CERTIFICATE_FILES.join(', ')}`, given: undefined }];
}

/** Signers of Kubernetes itself issue for a day at most. */
function certificateLifetime({ signerName, maxExpirationSeconds: given }: JsonObject): ConfigViolation[] {
  if (!/^([^/]+\.)?kubernetes\.io\//.test(String(signerName)) || !(Number(given) > DAY)) return [];
  return [{ path: ['maxExpirationSeconds'], expected: `at most ${DAY} (for this signer)`, given }];
}

/** The files of all sources are in one folder. */
function duplicatePaths({ sources }: JsonObject): ConfigViolation[] {
  const files = asList(sources).flatMap((source, index) =>
    filesOf(asObject(source)).map(({ path, given }) => ({ path: ['sources', index, ...path], given })),
  );
  const seen = new Set<unknown>();
  return files
    .filter(({ given }) => seen.has(given) || !seen.add(given))
    .map(({ path, given }) => ({ path, expected: 'a path of its own', given }));
}

function filesOf(source: JsonObject): { path: Path; given: unknown }[] {
  return Object.entries(source).flatMap(([kind, projection]) => {
    const { items, path } = asObject(projection);
    const inItems = asList(items).map((item, index) => ({
      path: [kind, 'items', index, 'path'],
      given: asObject(item).path,
    }));
    const inFields = CERTIFICATE_FILES.map((field) => ({
      path: [kind, field],
      given: asObject(projection)[field],
    }));
    return [...inItems, { path: [kind, 'path'], given: path }, ...inFields].filter(({ given }) =>
      isGiven(given),
    );
  });
}
