import { IMAGE, PULL_POLICY } from '../../core/values/image.js';
import { API_VERSION, FILE_FIELD, RESOURCE_FIELD } from '../container/container-shape.js';
import { type Expectation, integer, text, valueType } from '../schema/expectation.js';
import {
  ABSOLUTE_PATH,
  DATA_KEY,
  FILE_MODE,
  FILE_PATH,
  FLAG,
  LABEL_KEY,
  LABEL_NAME,
  LABEL_VALUE,
  OBJECT_NAME,
  orEmpty,
  PATH,
  pattern,
  QUANTITY,
  SIGNER,
  TEXT,
  word,
} from '../shape/scalars.js';
import { ANY_FIELD, type ObjectShape } from '../shape/shape.js';

const ITEMS = [{ 'key!': DATA_KEY, 'path!': FILE_PATH, mode: FILE_MODE }] as const;
const SECRET_REF = { 'name!': OBJECT_NAME } as const;

const DOWNWARD_ITEMS = [
  {
    'path!': FILE_PATH,
    fieldRef: { apiVersion: API_VERSION, 'fieldPath!': FILE_FIELD },
    resourceFieldRef: { 'containerName!': LABEL_NAME, 'resource!': RESOURCE_FIELD, divisor: QUANTITY },
    mode: FILE_MODE,
  },
] as const;

const SELECTOR = {
  matchLabels: { [ANY_FIELD]: LABEL_VALUE },
  matchExpressions: [
    {
      'key!': LABEL_KEY,
      'operator!': word('In', 'NotIn', 'Exists', 'DoesNotExist'),
      values: [LABEL_VALUE],
    },
  ],
} as const;

/** Its name starts with its signer, if it has one. */
const TRUST_BUNDLE: Expectation = {
  expected: 'the name of a ClusterTrustBundle, such as bundle or example.com:signer:bundle',
  check: (value) => {
    const [name, path, domain, ...more] = String(value).split(':').reverse();
    const isComplete = path === undefined || (more.length === 0 && SIGNER.check(`${domain}/${path}`));
    return text(value) && isComplete && OBJECT_NAME.check(name);
  },
  schema: { type: 'string' },
};

const PROJECTIONS = [
  {
    clusterTrustBundle: {
      name: TRUST_BUNDLE,
      signerName: SIGNER,
      labelSelector: SELECTOR,
      optional: FLAG,
      'path!': FILE_PATH,
    },
    configMap: { 'name!': OBJECT_NAME, items: ITEMS, optional: FLAG },
    downwardAPI: { items: DOWNWARD_ITEMS },
    podCertificate: {
      'signerName!': SIGNER,
      'keyType!': word('RSA3072', 'RSA4096', 'ECDSAP256', 'ECDSAP384', 'ECDSAP521', 'ED25519'),
      maxExpirationSeconds: integer(3600, 91 * 24 * 3600),
      credentialBundlePath: FILE_PATH,
      keyPath: FILE_PATH,
      certificateChainPath: FILE_PATH,
      userAnnotations: { [ANY_FIELD]: TEXT },
    },
    secret: { 'name!': OBJECT_NAME, items: ITEMS, optional: FLAG },
    serviceAccountToken: {
      audience: TEXT,
      expirationSeconds: integer(600, 2 ** 32),
      'path!': FILE_PATH,
    },
  },
] as const;

const DATA_SOURCE = { apiGroup: OBJECT_NAME, 'kind!': TEXT, 'name!': TEXT } as const;

const CLAIM_TEMPLATE = {
  metadata: { labels: { [ANY_FIELD]: LABEL_VALUE }, annotations: { [ANY_FIELD]: TEXT } },
  'spec!': {
    'accessModes!': [word('ReadWriteOnce', 'ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOncePod')],
    dataSource: DATA_SOURCE,
    dataSourceRef: { ...DATA_SOURCE, namespace: LABEL_NAME },
    'resources!': {
      limits: { [ANY_FIELD]: QUANTITY },
      'requests!': { 'storage!': QUANTITY, [ANY_FIELD]: QUANTITY },
    },
    selector: SELECTOR,
    storageClassName: orEmpty(OBJECT_NAME),
    volumeAttributesClassName: orEmpty(OBJECT_NAME),
    volumeMode: word('Filesystem', 'Block'),
    volumeName: TEXT,
  },
} as const;

const ISCSI_NAME = pattern(
  'a name that starts with iqn., eui., or naa.',
  /^(iqn\.\d{4}-\d{2}\.[A-Za-z0-9.-]+:[^,;*&$|\s]+|eui\.[A-Za-z0-9]{16}|naa\.[A-Za-z0-9]{32})$/,
);
const LUN = integer(0, 255);

/** The sources of a core/v1 Volume, without the drivers that Kubernetes has removed. */
const SOURCES = {
  configMap: { 'name!': OBJECT_NAME, items: ITEMS, defaultMode: FILE_MODE, optional: FLAG },
  csi: {
    'driver!': pattern(
      'the name of a CSI driver',
      /^(?=.{1,63}$)[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*$/,
    ),
    fsType: TEXT,
    nodePublishSecretRef: SECRET_REF,
    readOnly: FLAG,
    volumeAttributes: { [ANY_FIELD]: TEXT },
  },
  downwardAPI: { items: DOWNWARD_ITEMS, defaultMode: FILE_MODE },
  emptyDir: {
    medium: orEmpty(pattern('Memory, HugePages, or HugePages-<size>', /^(Memory|HugePages(-.+)?)$/)),
    sizeLimit: QUANTITY,
  },
  ephemeral: { 'volumeClaimTemplate!': CLAIM_TEMPLATE },
  fc: { fsType: TEXT, lun: LUN, readOnly: FLAG, targetWWNs: [TEXT], wwids: [TEXT] },
  hostPath: {
    'path!': PATH,
    type: orEmpty(
      word('DirectoryOrCreate', 'Directory', 'FileOrCreate', 'File', 'Socket', 'CharDevice', 'BlockDevice'),
    ),
  },
  image: { 'reference!': valueType(IMAGE), pullPolicy: valueType(PULL_POLICY) },
  iscsi: {
    chapAuthDiscovery: FLAG,
    chapAuthSession: FLAG,
    fsType: TEXT,
    initiatorName: ISCSI_NAME,
    'iqn!': ISCSI_NAME,
    iscsiInterface: TEXT,
    'lun!': LUN,
    portals: [TEXT],
    readOnly: FLAG,
    secretRef: SECRET_REF,
    'targetPortal!': TEXT,
  },
  nfs: { 'path!': ABSOLUTE_PATH, readOnly: FLAG, 'server!': TEXT },
  persistentVolumeClaim: { 'claimName!': OBJECT_NAME, readOnly: FLAG },
  projected: { sources: PROJECTIONS, defaultMode: FILE_MODE },
  secret: { 'secretName!': OBJECT_NAME, items: ITEMS, defaultMode: FILE_MODE, optional: FLAG },
} as const;

/** The names of the sources. */
export const VOLUME_SOURCES: readonly string[] = Object.keys(SOURCES);

/**
 * The fields of a core/v1 Volume that the configuration may set: k8s.io/api v0.37, core/v1/types.go, without those that
 * are off by default (alpha).
 */
export const VOLUME_SHAPE: ObjectShape = { 'name!': LABEL_NAME, ...SOURCES };
