import { type DynamicModule, Module } from '@nestjs/common';
import type { Logger } from 'pino';
import { AdmissionModule } from './admission/admission.module.js';
import { ConfigModule } from './config/config.module.js';
import type { ConfigService } from './config/config.service.js';
import type { MetricsService } from './observability/metrics/metrics.service.js';
import { ObservabilityModule } from './observability/observability.module.js';
import type { Traces } from './observability/traces/traces.js';
import { ShutdownModule } from './shutdown/shutdown.module.js';

@Module({})
export class AppModule {
  static forRoot(
    config: ConfigService,
    logger: Logger,
    metrics: MetricsService,
    traces: Traces | undefined,
  ): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigModule.forRoot(config),
        ObservabilityModule.forRoot(logger, metrics, traces),
        ShutdownModule,
        AdmissionModule,
      ],
    };
  }
}
