import type { JsonObject } from '../../../src/core/values/json.js';
import type { Row } from './rejected-containers.js';

const A_VARIABLE = { fieldRef: { fieldPath: 'metadata.name' } };

/** Volumes, without their name `v`. */
export const VOLUMES: readonly Row[] = [
  ['two sources', { emptyDir: {}, hostPath: { path: '/a' } }, ''],
  ['a misspelled source', { emptydir: {} }, '.emptydir'],
  ['an uppercase name', { name: 'V' }, '.name'],
  ['a long name', { name: 'v'.repeat(64) }, '.name'],
  ['a negative size', { emptyDir: { sizeLimit: '-1' } }, '.emptyDir.sizeLimit'],
  ['a size that is no quantity', { emptyDir: { sizeLimit: '1 GB' } }, '.emptyDir.sizeLimit'],
  ['a ConfigMap without a name', { configMap: {} }, '.configMap.name'],
  ['a ConfigMap named as a Secret is', { configMap: { secretName: 'a' } }, '.configMap.name'],
  ['a Secret named as a ConfigMap is', { secret: { name: 'a' } }, '.secret.secretName'],
  ['a mode above 0777', { secret: { secretName: 'a', defaultMode: 512 } }, '.secret.defaultMode'],
  ['a mode that is text', { secret: { secretName: 'a', defaultMode: '0400' } }, '.secret.defaultMode'],
  ['an item without a path', { configMap: { name: 'a', items: [{ key: 'b' }] } }, '.configMap.items[0].path'],
  [
    'an item outside of the volume',
    { configMap: { name: 'a', items: [{ key: 'b', path: '../b' }] } },
    '.configMap.items[0].path',
  ],
  [
    'an item with a reserved name',
    { secret: { secretName: 'a', items: [{ key: 'b', path: '..b' }] } },
    '.secret.items[0].path',
  ],
  ['a host path without a path', { hostPath: {} }, '.hostPath.path'],
  ['a host path with ..', { hostPath: { path: '/a/../b' } }, '.hostPath.path'],
  ['an unknown type of host path', { hostPath: { path: '/a', type: 'Folder' } }, '.hostPath.type'],
  ['a claim without a name', { persistentVolumeClaim: {} }, '.persistentVolumeClaim.claimName'],
  ['a CSI driver without a name', { csi: { readOnly: true } }, '.csi.driver'],
  ['a CSI driver with a long name', { csi: { driver: 'a'.repeat(64) } }, '.csi.driver'],
  [
    'a CSI attribute that is a number',
    { csi: { driver: 'a.b', volumeAttributes: { a: 1 } } },
    '.csi.volumeAttributes.a',
  ],
  [
    'a CSI secret without a name',
    { csi: { driver: 'a.b', nodePublishSecretRef: {} } },
    '.csi.nodePublishSecretRef.name',
  ],
  ['NFS without a server', { nfs: { path: '/' } }, '.nfs.server'],
  ['NFS with a relative path', { nfs: { server: 'a', path: 'b' } }, '.nfs.path'],
  ['an image without a reference', { image: { pullPolicy: 'Always' } }, '.image.reference'],
  ['an unknown pull policy', { image: { reference: 'a', pullPolicy: 'Sometimes' } }, '.image.pullPolicy'],
  ['Fibre Channel without a target', { fc: { lun: 1 } }, '.fc'],
  ['Fibre Channel with two kinds of targets', { fc: { targetWWNs: ['a'], wwids: ['b'], lun: 1 } }, '.fc'],
  ['Fibre Channel without a LUN', { fc: { targetWWNs: ['a'] } }, '.fc.lun'],
  ['iSCSI without a portal', { iscsi: { iqn: 'iqn.2001-04.com.example:s', lun: 0 } }, '.iscsi.targetPortal'],
  ['iSCSI with another name', { iscsi: { targetPortal: 'a', iqn: 'a', lun: 0 } }, '.iscsi.iqn'],
  [
    'iSCSI with CHAP and no secret',
    { iscsi: { targetPortal: 'a', iqn: 'iqn.2001-04.com.example:s', lun: 0, chapAuthSession: true } },
    '.iscsi.secretRef',
  ],
  ['a downward file of nothing', { downwardAPI: { items: [{ path: 'a' }] } }, '.downwardAPI.items[0]'],
  [
    'a downward file of two fields',
    {
      downwardAPI: {
        items: [
          { path: 'a', ...A_VARIABLE, resourceFieldRef: { containerName: 'given', resource: 'limits.cpu' } },
        ],
      },
    },
    '.downwardAPI.items[0]',
  ],
  [
    'a downward file of a field that only variables have',
    { downwardAPI: { items: [{ path: 'a', fieldRef: { fieldPath: 'status.podIP' } }] } },
    '.downwardAPI.items[0].fieldRef.fieldPath',
  ],
  [
    'a downward file of no container',
    { downwardAPI: { items: [{ path: 'a', resourceFieldRef: { resource: 'limits.cpu' } }] } },
    '.downwardAPI.items[0].resourceFieldRef.containerName',
  ],
  ...projections(),
  ...claimTemplates(),
];

function projections(): Row[] {
  const token = { serviceAccountToken: { path: 'a' } };
  const bundle = (fields: JsonObject) => [{ clusterTrustBundle: { path: 'a', ...fields } }];
  const certificate = (fields: JsonObject) => [
    { podCertificate: { signerName: 'a.b/c', keyType: 'ED25519', keyPath: 'a', ...fields } },
  ];
  const rows: [string, JsonObject[], string][] = [
    ['two sources in one', [{ ...token, secret: { name: 'a' } }], '[0]'],
    [
      'a token for a minute',
      [{ serviceAccountToken: { path: 'a', expirationSeconds: 60 } }],
      '[0].serviceAccountToken.expirationSeconds',
    ],
    ['a token without a path', [{ serviceAccountToken: {} }], '[0].serviceAccountToken.path'],
    ['a Secret without a name', [{ secret: {} }], '[0].secret.name'],
    [
      'two files of the same name',
      [
        { secret: { name: 'a', items: [{ key: 'a', path: 'b' }] } },
        { configMap: { name: 'a', items: [{ key: 'a', path: 'b' }] } },
      ],
      '[1].configMap.items[0].path',
    ],
    ['a trust bundle without a name', bundle({}), '[0].clusterTrustBundle'],
    [
      'a trust bundle with a name and a signer',
      bundle({ name: 'a', signerName: 'a.b/c' }),
      '[0].clusterTrustBundle',
    ],
    [
      'a trust bundle with a name and labels',
      bundle({ name: 'a', labelSelector: {} }),
      '[0].clusterTrustBundle.labelSelector',
    ],
    ['a trust bundle of no signer', bundle({ signerName: 'a' }), '[0].clusterTrustBundle.signerName'],
    [
      'a selector without values',
      bundle({ signerName: 'a.b/c', labelSelector: { matchExpressions: [{ key: 'a', operator: 'In' }] } }),
      '[0].clusterTrustBundle.labelSelector.matchExpressions[0].values',
    ],
    ['a certificate without a file', certificate({ keyPath: '' }), '[0].podCertificate'],
    ['a certificate with an unknown key type', certificate({ keyType: 'RSA' }), '[0].podCertificate.keyType'],
    [
      'a certificate for a minute',
      certificate({ maxExpirationSeconds: 60 }),
      '[0].podCertificate.maxExpirationSeconds',
    ],
    [
      'a certificate of Kubernetes for a month',
      certificate({ signerName: 'kubernetes.io/a', maxExpirationSeconds: 2_592_000 }),
      '[0].podCertificate.maxExpirationSeconds',
    ],
    [
      'a certificate with an annotation without a prefix',
      certificate({ userAnnotations: { a: 'b' } }),
      '[0].podCertificate.userAnnotations',
    ],
  ];
  return rows.map(([title, sources, path]) => [
    title,
    { projected: { sources } },
    `.projected.sources${path}`,
  ]);
}

function claimTemplates(): Row[] {
  const valid = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } };
  const source = { kind: 'VolumeSnapshot', name: 'a', apiGroup: 'snapshot.storage.k8s.io' };
  const specs: [string, JsonObject, string][] = [
    ['a claim without access modes', { accessModes: [] }, '.accessModes'],
    ['a claim with an unknown access mode', { accessModes: ['ReadWrite'] }, '.accessModes[0]'],
    [
      'a claim for one Pod and for many',
      { accessModes: ['ReadWriteOncePod', 'ReadWriteMany'] },
      '.accessModes',
    ],
    ['a claim without storage', { resources: { requests: {} } }, '.resources.requests.storage'],
    ['a claim for nothing', { resources: { requests: { storage: 0 } } }, '.resources.requests.storage'],
    ['a claim with an unknown volume mode', { volumeMode: 'Disk' }, '.volumeMode'],
    ['a claim with an invalid class', { storageClassName: 'A' }, '.storageClassName'],
    [
      'a claim from a kind without a group',
      { dataSource: { kind: 'VolumeSnapshot', name: 'a' } },
      '.dataSource.kind',
    ],
    [
      'a claim from two sources',
      { dataSource: source, dataSourceRef: { ...source, name: 'b' } },
      '.dataSource',
    ],
    [
      'a claim with an invalid selector',
      { selector: { matchLabels: { '-': 'a' } } },
      '.selector.matchLabels',
    ],
  ];
  const path = '.ephemeral.volumeClaimTemplate';
  return [
    ['a claim without a template', { ephemeral: {} }, path],
    [
      'a claim with a name',
      { ephemeral: { volumeClaimTemplate: { metadata: { name: 'a' }, spec: valid } } },
      `${path}.metadata.name`,
    ],
    ...specs.map(
      ([title, spec, inner]): Row => [
        title,
        { ephemeral: { volumeClaimTemplate: { spec: { ...valid, ...spec } } } },
        `${path}.spec${inner}`,
      ],
    ),
  ];
}
