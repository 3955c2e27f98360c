import { type DynamicModule, Global, Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import type { Logger } from 'pino';
import { EventsService } from './events/events.service.js';
import { HealthController } from './health/health.controller.js';
import { ReadinessService } from './health/readiness.service.js';
import { LOGGER } from './log/logger.js';
import { MetricsController } from './metrics/metrics.controller.js';
import { MetricsService } from './metrics/metrics.service.js';
import { TRACES, type Traces } from './traces/traces.js';

/** Metrics, probes, the log, traces, and Events. */
@Global()
@Module({})
export class ObservabilityModule {
  static forRoot(logger: Logger, metrics: MetricsService, traces: Traces | undefined): DynamicModule {
    const providers = [
      ReadinessService,
      EventsService,
      { provide: LOGGER, useValue: logger },
      { provide: MetricsService, useValue: metrics },
      { provide: TRACES, useValue: traces },
    ];
    return {
      module: ObservabilityModule,
      imports: [TerminusModule.forRoot({ logger: false })],
      controllers: [HealthController, MetricsController],
      providers,
      exports: providers,
    };
  }
}
