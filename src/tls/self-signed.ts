import { generateKeyPairSync, type KeyObject, randomBytes, sign, X509Certificate } from 'node:crypto';
import { hostname } from 'node:os';
import { AsnConvert, OctetString } from '@peculiar/asn1-schema';
import {
  AlgorithmIdentifier,
  AttributeTypeAndValue,
  AttributeValue,
  BasicConstraints,
  Certificate,
  ExtendedKeyUsage,
  Extension,
  Extensions,
  GeneralName,
  id_ce_basicConstraints,
  id_ce_extKeyUsage,
  id_ce_keyUsage,
  id_ce_subjectAltName,
  id_kp_serverAuth,
  KeyUsage,
  KeyUsageFlags,
  Name,
  RelativeDistinguishedName,
  SubjectAlternativeName,
  SubjectPublicKeyInfo,
  TBSCertificate,
  Validity,
  Version,
} from '@peculiar/asn1-x509';
import { type CertificatePair, checkPair } from './certificate.js';

const DAY_MS = 24 * 60 * 60 * 1000;

/** Object identifiers: RFC 5758, 3.2; RFC 5480, 2.1.1 and, as DER, 2.1.1.1; RFC 5280, appendix A.1. */
const ECDSA_WITH_SHA256 = '1.2.840.10045.4.3.2';
const EC_PUBLIC_KEY = '1.2.840.10045.2.1';
const PRIME256V1 = bytes(Buffer.from('06082a8648ce3d030107', 'hex'));
const COMMON_NAME = '2.5.4.3';

/**
 * Generates a pair in memory, for a laptop without a cluster: ECDSA P-256, valid for a year, for localhost, its
 * addresses, and this machine's name.
 */
export function selfSignedPair(): CertificatePair {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const toBeSigned = unsigned(publicKey);
  const der = AsnConvert.serialize(
    new Certificate({
      tbsCertificate: toBeSigned,
      signatureAlgorithm: toBeSigned.signature,
      signatureValue: bytes(sign('sha256', Buffer.from(AsnConvert.serialize(toBeSigned)), privateKey)),
    }),
  );
  const cert = new X509Certificate(Buffer.from(der)).toString();
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  return checkPair(cert, key, { certPath: 'the self-signed certificate', keyPath: 'its key' });
}

function unsigned(publicKey: KeyObject): TBSCertificate {
  const now = Date.now();
  const name = commonName('proxy-injector');
  return new TBSCertificate({
    version: Version.v3,
    serialNumber: serialNumber(),
    signature: new AlgorithmIdentifier({ algorithm: ECDSA_WITH_SHA256 }),
    issuer: name,
    subject: name,
    validity: new Validity({ notBefore: new Date(now - DAY_MS), notAfter: new Date(now + 365 * DAY_MS) }),
    subjectPublicKeyInfo: new SubjectPublicKeyInfo({
      algorithm: new AlgorithmIdentifier({ algorithm: EC_PUBLIC_KEY, parameters: PRIME256V1 }),
      subjectPublicKey: point(publicKey),
    }),
    extensions: new Extensions([
      extension(id_ce_basicConstraints, new BasicConstraints({ cA: false }), { critical: true }),
      extension(id_ce_keyUsage, new KeyUsage(KeyUsageFlags.digitalSignature), { critical: true }),
      extension(id_ce_extKeyUsage, new ExtendedKeyUsage([id_kp_serverAuth])),
      extension(id_ce_subjectAltName, new SubjectAlternativeName(subjects())),
    ]),
  });
}

function commonName(text: string): Name {
  const value = new AttributeValue({ utf8String: text });
  return new Name([new RelativeDistinguishedName([new AttributeTypeAndValue({ type: COMMON_NAME, value })])]);
}

function extension(extnID: string, value: object, { critical = false } = {}): Extension {
  return new Extension({ extnID, critical, extnValue: new OctetString(AsnConvert.serialize(value)) });
}

/** A dNSName must be ASCII (RFC 5280, 4.2.1.6); a host name can be anything. */
function subjects(): GeneralName[] {
  const names = new Set(['localhost', hostname().toLowerCase()]);
  return [
    ...[...names].filter((name) => /^[\w.-]+$/.test(name)).map((dNSName) => new GeneralName({ dNSName })),
    new GeneralName({ iPAddress: '127.0.0.1' }),
    new GeneralName({ iPAddress: '::1' }),
  ];
}

/** A positive 16-byte integer without leading zeros; the limit is 20 bytes (RFC 5280, 4.1.2.2). */
function serialNumber(): ArrayBuffer {
  const number = randomBytes(16);
  number[0] = ((number[0] as number) & 0x7f) | 0x40;
  return bytes(number);
}

/** An elliptic-curve public key as an uncompressed point (SEC 1, 2.3.3). */
function point(publicKey: KeyObject): ArrayBuffer {
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  return bytes(Buffer.concat([Buffer.from([4]), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]));
}

/** Copies a Buffer, which may be a view of a larger ArrayBuffer. */
function bytes(buffer: Buffer): ArrayBuffer {
  return new Uint8Array(buffer).buffer;
}
