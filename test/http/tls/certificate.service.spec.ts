import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { pino } from 'pino';
import { ConfigService } from '../../../src/config/config.service.js';
import { ReadinessService } from '../../../src/observability/health/readiness.service.js';
import { MetricsService } from '../../../src/observability/metrics/metrics.service.js';
import { CertificateService } from '../../../src/tls/certificate.service.js';

describe('the code that generates a certificate', { concurrency: 1 }, () => {
  const directory = mkdtempSync(join(tmpdir(), 'proxy-injector-'));
  const [cert, key] = [join(directory, 'tls.crt'), join(directory, 'tls.key')];
  after(() => rmSync(directory, { recursive: true }));

  async function start(): Promise<void> {
    const sut = new CertificateService(
      new ConfigService({ INJECTOR_TLS_CERT: cert, INJECTOR_TLS_KEY: key }),
      new MetricsService(),
      new ReadinessService(),
      pino({ level: 'silent' }),
    );
    await sut.onModuleInit();
    sut.onApplicationShutdown();
  }

  it('is not loaded if there are files, whatever their content', async () => {
    for (const file of [cert, key]) writeFileSync(file, '');
    await assert.rejects(start, new RegExp(cert));
    assert.equal(isLoaded(), false);
  });

  it('is loaded if there are no files', async () => {
    for (const file of [cert, key]) rmSync(file);
    await start();
    assert.equal(isLoaded(), true);
  });
});

function isLoaded(): boolean {
  const { cache } = createRequire(import.meta.url);
  return Object.keys(cache).some((path) => path.includes('/node_modules/@peculiar/'));
}
