import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { ExpressAdapter } from '@nestjs/platform-express/adapters/express-adapter.js'; // the index also loads multer
import type { Logger } from 'pino';
import { AppModule } from './app.module.js';
import type { ConfigService } from './config/config.service.js';
import { ConnectionLimit, MAX_MANAGEMENT_CONNECTIONS } from './connections/connection-limit.js';
import { NestLogger } from './observability/log/nest-logger.js';
import type { MetricsService } from './observability/metrics/metrics.service.js';
import type { Traces } from './observability/traces/traces.js';

/** Starts the application with both listeners open. Rejects, with nothing left open, if it cannot start. */
export async function startApplication(
  config: ConfigService,
  logger: Logger,
  metrics: MetricsService,
  traces?: Traces,
): Promise<NestExpressApplication> {
  const application = await NestFactory.create<NestExpressApplication>(
    AppModule.forRoot(config, logger, metrics, traces),
    new ExpressAdapter(),
    {
      logger: new NestLogger(logger),
      abortOnError: false,
      forceCloseConnections: true,
      bodyParser: false, // no management endpoint reads a body
    },
  );
  application.disable('x-powered-by');
  const { port, host } = config.current.configuration.management;
  const connections = new ConnectionLimit(MAX_MANAGEMENT_CONNECTIONS);
  application.getHttpServer().on('connection', (socket) => connections.add(socket));
  try {
    await application.listen(port, host);
  } catch (error) {
    await application.close();
    throw error;
  }
  logger.info(
    { url: await application.getUrl() },
    'Management listening: /livez, /readyz, /metrics, /certificate (HTTP)',
  );
  return application;
}
