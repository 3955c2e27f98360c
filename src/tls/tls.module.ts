import { Module } from '@nestjs/common';
import { CertificateService } from './certificate.service.js';

@Module({ providers: [CertificateService], exports: [CertificateService] })
export class TlsModule {}
