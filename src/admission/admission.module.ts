import { Module } from '@nestjs/common';
import { NamespacesModule } from '../namespaces/namespaces.module.js';
import { ShutdownModule } from '../shutdown/shutdown.module.js';
import { TlsModule } from '../tls/tls.module.js';
import { AdmissionController } from './admission.controller.js';
import { PatchService } from './patch.service.js';
import { ValidationService } from './validation.service.js';
import { WebhookServer } from './webhook.server.js';

@Module({
  imports: [NamespacesModule, ShutdownModule, TlsModule],
  providers: [AdmissionController, PatchService, ValidationService, WebhookServer],
})
export class AdmissionModule {}
