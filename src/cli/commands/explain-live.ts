import { Kinds } from '../../manifests/kinds.js';
import { type Cluster, withCluster } from '../cluster/cluster.js';
import { eventsOf } from '../cluster/live/events.js';
import { readGuard } from '../cluster/live/guard.js';
import { getLiveObjects, type LiveObject } from '../cluster/live/live-objects.js';
import { RESOURCES } from '../cluster/resources.js';
import { notesOn } from '../cluster/status/attention.js';
import { collectStatus } from '../cluster/status/collect-status.js';
import { readPolicySelection } from '../cluster/status/policy-selection.js';
import { isUnreadable, readPresent } from '../cluster/status/present.js';
import type { NamedObject } from '../cluster/workload-reference.js';
import type { WorkloadExplanation } from '../explain/workload-explanation.js';
import type { ContextOptions } from '../input/input-options.js';
import { type CliConfiguration, openConfiguration } from '../input/open-configuration.js';
import { type Context, contextOf } from '../input/open-context.js';
import type { Io } from '../io.js';
import { Progress } from '../output/progress.js';
import { writeWarning } from '../output/report.js';

/** What belongs to the explanation of an object of a cluster, besides the decision. */
export type LiveFacts = Pick<WorkloadExplanation, 'events' | 'pods'>;

/** Calls `explain` with each object of a cluster, and with its Events and the state of its Pods. */
export async function explainLive(
  io: Io,
  names: readonly NamedObject[],
  options: ContextOptions,
  explain: (context: Context, live: LiveFacts) => Promise<unknown>,
): Promise<void> {
  await withCluster(io, options, async (cluster) => {
    const configuration = await configurationOf(io, options);
    const { objects, context, notes } = await getLiveObjects(
      cluster,
      names,
      new Kinds(configuration.configuration.manifests.kinds),
    );
    for (const note of notes) writeWarning(io.stderr, note);
    const ofCluster = {
      guard: await readable(io, () => readGuard(cluster)),
      policies: await readable(io, () => readPolicySelection(cluster)),
    };
    for (const live of objects) {
      const opened = {
        files: [live.manifests, ...context].map((manifests) => ({
          input: { name: manifests.name, path: undefined, text: '' },
          manifests,
        })),
        errors: [],
      };
      const facts = await factsAbout(io, cluster, live, configuration);
      await explain(await contextOf(configuration, opened, options, ofCluster), facts);
    }
  });
}

/** The configuration that the user names, or else the cluster's, or if that cannot be read, the default. */
async function configurationOf(io: Io, options: ContextOptions): Promise<CliConfiguration> {
  if (options.config !== undefined) return openConfiguration(io, options);
  try {
    return await openConfiguration(io, { ...options, fromCluster: true });
  } catch (error) {
    if (options.fromCluster || !isUnreadable(error)) throw error;
    writeWarning(io.stderr, `${error.message}; using the defaults instead of the injector's configuration`);
    return openConfiguration(io, options);
  }
}

async function factsAbout(
  io: Io,
  cluster: Cluster,
  { named, object }: LiveObject,
  { injector }: CliConfiguration,
): Promise<LiveFacts> {
  const events = await readable(io, () => eventsOf(cluster, object, named.resource.kind));
  if (named.resource === RESOURCES.pods) return { ...(events && { events }) };
  const pods = await readable(io, async () => {
    const { namespace } = cluster.connection;
    const compared = { injector, version: undefined, knowsHash: true };
    const { present } = await readPresent(cluster, compared, namespace);
    const scope = { namespace, workload: named };
    const { workloads } = await collectStatus(cluster, present, scope, new Progress(io, true));
    return workloads.flatMap((workload) => notesOn(workload, true).map(({ text }) => text));
  });
  return { ...(events && { events }), ...(pods && { pods }) };
}

/** What can be read, or undefined with a warning. */
async function readable<T>(io: Io, read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (!isUnreadable(error)) throw error;
    writeWarning(io.stderr, error.message);
    return undefined;
  }
}

/** An explanation with the objects themselves as origins: the lines are of texts that the user has not seen. */
export function withoutLines(explanation: WorkloadExplanation, { opened }: Context): WorkloadExplanation {
  const names = new Set(opened.files.map(({ manifests }) => manifests.name));
  const text = JSON.stringify(explanation, (key, value) => {
    const [, name] = (key === 'origin' && /^(.*):\d+:\d+$/.exec(String(value))) || [];
    return name !== undefined && names.has(name) ? name : value;
  });
  return JSON.parse(text);
}
