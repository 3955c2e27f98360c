import { certificatesIn, isTrusted } from '../certificate-chain.js';
import { type Check, type Finding, type Problem, problems } from '../check.js';
import type { Installation } from '../installation.js';
import type { Management } from '../replica.js';

/** As the alert ProxyInjectorNamespacesStale has it. */
const STALE_SECONDS = 900;
const DAY_MS = 86_400_000;
/** cert-manager renews after two thirds of the lifetime, 90 days by default. */
const SOON_DAYS = 7;

/** All replicas have the same configuration. */
export const replicaConfiguration: Check = {
  id: 'replica-configuration',
  title: 'All replicas have the same configuration',
  run: (installation) =>
    overReplicas(installation, (replicas) => {
      const hashes = [...new Set(replicas.map(({ configHash }) => configHash))];
      const rejected = replicas.filter(({ configIsCurrent }) => !configIsCurrent);
      return {
        detail: hashes.join(', '),
        ...problems(
          hashes.length > 1 && {
            severity: 'failed',
            message: `the replicas have ${hashes.length} configurations: ${replicas
              .map(({ name, configHash }) => `${name} ${configHash}`)
              .join(', ')}`,
            hint: "The kubelet takes a minute or two to update mounted files. If this persists, see the replicas' logs.",
          },
          ...rejected.map(
            ({ name }): Problem => ({
              severity: 'failed',
              message: `${name} rejected the changed configuration file and keeps the last valid configuration`,
              hint: 'proxy-injector config pull | proxy-injector config check /dev/stdin',
            }),
          ),
        ),
      };
    }),
};

/** Namespaces are current. */
export const namespaceWatch: Check = {
  id: 'namespace-watch',
  title: 'All replicas see changes to namespaces',
  run: (installation) =>
    overReplicas(installation, (replicas) => {
      const now = Date.now() / 1000;
      const stale = replicas.filter(
        ({ namespacesSynced, lastWatchEvent }) => !namespacesSynced || now - lastWatchEvent > STALE_SECONDS,
      );
      return problems(
        ...stale.map(
          ({ name, namespacesSynced, lastWatchEvent }): Problem => ({
            severity: 'failed',
            message: namespacesSynced
              ? `${name} has seen no update of namespaces for ${Math.round((now - lastWatchEvent) / 60)} minutes`
              : `${name} has never listed the namespaces`,
            hint: 'See its log. It needs the permissions of its ClusterRole and a connection to the API server.',
          }),
        ),
      );
    }),
};

/** The API server accepts the certificate. */
export const certificate: Check = {
  id: 'certificate',
  title: "The API server trusts every replica's certificate",
  async run(installation) {
    const { webhooks } = await installation.webhookConfiguration();
    const { name, namespace } = await installation.service();
    const host = `${name}.${namespace}.svc`;
    const bundles = [...new Set(webhooks.map(({ clientConfig }) => clientConfig.caBundle ?? ''))];
    if (bundles.includes('')) {
      return problems({
        severity: 'failed',
        message: 'the webhook configuration has no caBundle',
        hint: "Check that cert-manager's cainjector runs, and that the webhook configuration has its annotation.",
      });
    }
    const trusted = bundles.map((bundle) => certificatesIn(Buffer.from(bundle, 'base64').toString()));
    return overReplicas(installation, (replicas) => {
      const found = replicas.map((replica) => ({ replica, chain: certificatesIn(replica.certificate) }));
      const ends = found.flatMap(({ chain }) => chain.slice(0, 1).map(({ validTo }) => Date.parse(validTo)));
      return {
        ...(ends.length > 0 && {
          detail: `valid until ${new Date(Math.min(...ends)).toISOString().slice(0, 10)}`,
        }),
        problems: found.flatMap(({ replica, chain }) =>
          certificateProblems(chain, trusted, host, replica).map((problem) => ({
            ...problem,
            message: `${replica.name}: ${problem.message}`,
          })),
        ),
      };
    });
  },
};

function certificateProblems(
  chain: ReturnType<typeof certificatesIn>,
  trusted: readonly ReturnType<typeof certificatesIn>[],
  host: string,
  { certificateIsCurrent }: Management,
): Problem[] {
  const [leaf] = chain;
  if (leaf === undefined) return [{ severity: 'unknown', message: 'its certificate cannot be parsed' }];
  const [from, to] = [Date.parse(leaf.validFrom), Date.parse(leaf.validTo)];
  const days = (to - Date.now()) / DAY_MS;
  const renew = "Look at cert-manager's Certificate, or renew your own certificate.";
  return problems(
    days < 0 && {
      severity: 'failed',
      message: `its certificate expired at ${new Date(to).toISOString()}`,
      hint: renew,
    },
    days >= 0 &&
      days < SOON_DAYS && {
        severity: 'warning',
        message: `its certificate expires in ${Math.floor(days)} days`,
        hint: renew,
      },
    from > Date.now() && {
      severity: 'failed',
      message: `its certificate is not valid before ${new Date(from).toISOString()}`,
      hint: 'Compare the clocks of the nodes.',
    },
    leaf.checkHost(host) === undefined && {
      severity: 'failed',
      message: `its certificate is for ${leaf.subjectAltName ?? 'no name'}, not for ${host}`,
      hint: renew,
    },
    !trusted.every((roots) => isTrusted(chain, roots)) && {
      severity: 'failed',
      message: 'its certificate is not from a CA of the caBundle in the webhook configuration',
      hint: "Check that cert-manager's cainjector runs, or update tls.caBundle.",
    },
    !certificateIsCurrent && {
      severity: 'warning',
      message: 'it cannot use its changed certificate files and serves the last valid pair',
      hint: 'Its log names the problem.',
    },
  ).problems as Problem[];
}

/** What `read` finds in the replicas that can be read, and why the others cannot. */
async function overReplicas(
  installation: Installation,
  read: (replicas: readonly (Management & { readonly name: string })[]) => Finding,
): Promise<Finding> {
  const readable: (Management & { readonly name: string })[] = [];
  const unknown: Problem[] = [];
  const replicas = await installation.replicas();
  for (const { name, management } of replicas) {
    if (!(management instanceof Error)) readable.push({ name, ...management });
    else {
      const hint = 'You need permission to get pods/proxy, and a NetworkPolicy must let the API server in.';
      unknown.push({ severity: 'unknown', message: `cannot read ${name}: ${management.message}`, hint });
    }
  }
  if (replicas.length === 0) {
    return problems({
      severity: 'unknown',
      message: 'no replica is running',
      hint: 'See the check "replicas".',
    });
  }
  if (readable.length === 0) return { problems: unknown.slice(0, 1) };
  const found = read(readable);
  return { ...found, problems: [...found.problems, ...unknown] };
}
