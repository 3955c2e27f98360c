import { Controller, Get } from '@nestjs/common';
import {
  HealthCheck,
  type HealthCheckResult,
  HealthCheckService,
  HealthIndicatorService,
} from '@nestjs/terminus';
import { ReadinessService } from './readiness.service.js';

@Controller()
export class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly indicators: HealthIndicatorService,
    private readonly readiness: ReadinessService,
  ) {}

  /** A response shows that the event loop is alive. Do not add checks that a restart cannot fix. */
  @Get('livez')
  @HealthCheck()
  livez(): Promise<HealthCheckResult> {
    return this.health.check([]);
  }

  @Get('readyz')
  @HealthCheck()
  readyz(): Promise<HealthCheckResult> {
    const checks = [...this.readiness.checks].map(([name, check]) => () => {
      const reason = check();
      const indicator = this.indicators.check(name);
      return reason === undefined ? indicator.up() : indicator.down(reason);
    });
    return this.health.check(checks);
  }
}
