import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { describe, it } from 'node:test';
import { CertificateService } from '../../src/tls/certificate.service.js';

/** Whether the packages are loaded that make a certificate. */
function areLoaded(): boolean {
  const { cache } = createRequire(import.meta.url);
  return Object.keys(cache).some((path) => path.includes('/node_modules/@peculiar/'));
}

describe(CertificateService.name, () => {
  it('loads what makes a certificate only where one is made', async () => {
    assert.equal(areLoaded(), false);
    await import('../../src/tls/self-signed.js');
    assert.equal(areLoaded(), true);
  });
});
