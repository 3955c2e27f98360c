import type { Logger } from 'pino';
import { openLog } from '../observability/log/logger.js';
import { Agent, type AgentOptions } from './agent.js';
import { AgentMetrics } from './agent-metrics.js';
import { portOf, startManagementServer } from './management-server.js';
import { type RedirectPaths, Redirects } from './redirects/redirects.js';

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/** Everything that the command `agent` configures. */
export interface RunOptions extends AgentOptions, RedirectPaths {
  /** Of /livez, /readyz, and /metrics; 0 takes a free one. */
  readonly port: number;
  readonly logLevel: string;
}

/** Runs the agent until SIGTERM or SIGINT. Rejects if the port is taken. A second signal ends the process at once. */
export async function runAgent(options: RunOptions): Promise<void> {
  const metrics = new AgentMetrics();
  const log = await openLog({ level: options.logLevel, format: 'auto' }, (lines) =>
    metrics.logLinesDropped.inc(lines),
  );
  const { logger } = log;
  const agent = new Agent(options, new Redirects(options, logger, metrics), logger, metrics);
  const server = await startManagementServer(options.port, {
    registry: metrics.registry,
    notReady: () => agent.notReady,
  });
  logger.info({ port: portOf(server) }, 'Listening');
  agent.start();
  await signal(logger);
  await agent.stop();
  server.close();
  server.closeAllConnections();
  logger.info('Stopped');
  await log.close();
}

/** Resolves at the first signal; a second one finds no listener and has its usual effect. */
function signal(logger: Logger): Promise<void> {
  return new Promise((resolve) => {
    for (const name of SIGNALS) {
      process.once(name, () => {
        for (const other of SIGNALS) process.removeAllListeners(other);
        logger.info({ signal: name }, 'Stopping');
        resolve();
      });
    }
  });
}
