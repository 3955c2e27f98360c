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

  /** That this is answered at all means that the event loop turns; nothing that a restart cannot put right belongs here. */
  @Get('livez')
  @HealthCheck()
  livez(): Promise<HealthCheckResult> {
    return this.health.check([]);
  }

  @Get('readyz')
  @HealthCheck()
  readyz(): Promise<HealthCheckResult> {
    const checks = [...this.readiness.checks].map(([name, check]) => () => {
      const problem = check();
      const indicator = this.indicators.check(name);
      return problem === undefined ? indicator.up() : indicator.down(problem);
    });
    return this.health.check(checks);
  }
}
