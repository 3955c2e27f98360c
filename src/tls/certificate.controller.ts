import { Controller, Get, Header } from '@nestjs/common';
import { CertificateService } from './certificate.service.js';

/** What the webhook serves is public, so that `proxy-injector check` can compare it with the webhook configuration. */
@Controller()
export class CertificateController {
  constructor(private readonly certificates: CertificateService) {}

  /** The active certificate and its chain, as PEM. */
  @Get('certificate')
  @Header('content-type', 'application/pem-certificate-chain')
  certificate(): string {
    return this.certificates.chain;
  }
}
