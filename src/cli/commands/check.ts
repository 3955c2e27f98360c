import { CHECKS, CHECKS_BEFORE } from '../check/checks.js';
import { formatResult, summary } from '../check/format-result.js';
import { Installation } from '../check/installation.js';
import { type Result, runChecks } from '../check/run-checks.js';
import { type Cluster, withCluster } from '../cluster/cluster.js';
import type { ConnectionOptions } from '../cluster/connection/connection-options.js';
import { isUnreadable } from '../cluster/status/present.js';
import { ExitCode } from '../exit-code.js';
import { type Io, painter } from '../io.js';

/** The options of `check`. */
export interface CheckOptions extends ConnectionOptions {
  readonly namespace?: string;
  readonly pre?: true;
  readonly output: 'text' | 'json';
}

/** Checks the injector in a cluster. */
export function check(io: Io, options: CheckOptions): Promise<ExitCode> {
  const isText = options.output === 'text';
  return withCluster(io, options, async (cluster) => {
    const installation = new Installation(cluster, cluster.connection.namespace);
    const results: Result[] = [];
    await requireAnswer(cluster);
    for await (const result of runChecks(options.pre ? CHECKS_BEFORE : CHECKS, installation)) {
      results.push(result);
      if (isText) io.stdout.write(formatResult(result, painter(io.stdout)));
    }
    io.stdout.write(isText ? `\n${summary(results)}` : `${JSON.stringify(results, null, 2)}\n`);
    return results.some(({ status }) => status === 'failed') ? ExitCode.failed : ExitCode.success;
  });
}

/** Throws a `ClusterError` if no check could tell anything: without an answer, and without valid credentials. */
async function requireAnswer(cluster: Cluster): Promise<void> {
  await cluster.raw('/version').catch((error) => {
    if (!isUnreadable(error)) throw error;
  });
}
