/** Series over time, and whether they fire an alert. */
export interface AlertCase {
  readonly alert: string;
  readonly title: string;
  /**
   * One sample per minute, in promtool's notation:
   * prometheus.io/docs/prometheus/latest/configuration/unit_testing_rules/#series
   */
  readonly series: { readonly [series: string]: string };
  /** When the alert is evaluated. */
  readonly at: string;
  /** The alert's labels besides the severity, and the value as its text shows it. Without `fires` it must not fire. */
  readonly fires?: { readonly labels: { readonly [name: string]: string }; readonly value?: string };
}

const RELEASE = { job: 'proxy-injector', namespace: 'injectors' };
const POD = { ...RELEASE, pod: 'injector-a', instance: '10.0.0.1:8080' };
const OTHER = { ...RELEASE, pod: 'injector-b', instance: '10.0.0.2:8080' };

function injectorSeries(name: string, labels: { readonly [name: string]: string } = {}, pod = POD): string {
  return series(`proxy_injector_${name}`, { ...pod, ...labels });
}

function series(name: string, labels: { readonly [name: string]: string }): string {
  const pairs = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
  return `${name}{${pairs.join(', ')}}`;
}

const bucket = (le: string) => injectorSeries('admission_duration_seconds_bucket', { le });
const error = (reason: string) => injectorSeries('admission_requests_total', { outcome: 'error', reason });
const decision = (outcome: string, reason: string) =>
  injectorSeries('admission_requests_total', { outcome, reason });

const WEBHOOK = 'namespaces.proxy-injector.injectors.svc';
const rejections = (name: string, errorType: string) =>
  series('apiserver_admission_webhook_rejection_count', { name, error_type: errorType, type: 'admit' });

const GUARD = 'proxy-injector-guard';
/** The API server has no type of error for a Pod that a policy refuses, but that of one which fails. */
const checks = (policy: string, binding: string, action: string, errorType = 'invalid_error') =>
  series('apiserver_validating_admission_policy_check_total', {
    policy,
    policy_binding: binding,
    enforcement_action: action,
    error_type: errorType,
  });

const guardChecks = (binding: string, action: string, errorType?: string) =>
  checks(GUARD, `${GUARD}-namespaces-${binding}`, action, errorType);

const mutations = (binding: string, errorType: string) =>
  series('apiserver_mutating_admission_policy_check_total', {
    policy: 'proxy-injector',
    policy_binding: binding,
    error_type: errorType,
  });

const AGENT = {
  job: 'proxy-injector-agent',
  namespace: 'injectors',
  pod: 'agent-a',
  instance: '10.0.0.3:8080',
};
const DAEMON_SET = { namespace: 'injectors', daemonset: 'proxy-injector-agent' };

function agentSeries(name: string, labels: { readonly [name: string]: string } = {}): string {
  return series(`proxy_injector_agent_${name}`, { ...AGENT, ...labels });
}

/** What kube-state-metrics has about a DaemonSet. */
const nodesWithAgent = (desired: string, ready: string, labels = DAEMON_SET) => ({
  [series('kube_daemonset_status_desired_number_scheduled', labels)]: desired,
  [series('kube_daemonset_status_number_ready', labels)]: ready,
});

const HOUR = 3600;
const DAY = 24 * HOUR;

export const ALERT_CASES: readonly AlertCase[] = [
  {
    alert: 'ProxyInjectorAbsent',
    title: 'replicas missing for 5 minutes',
    series: {},
    at: '5m',
    fires: { labels: {} },
  },
  {
    alert: 'ProxyInjectorAbsent',
    title: 'replicas missing for less than 5 minutes, such as during a restart',
    series: { [injectorSeries('build_info')]: '1x3 _x4 1x3' },
    at: '7m',
  },
  {
    alert: 'ProxyInjectorInstanceDown',
    title: 'a replica that stopped answering',
    series: { [series('up', POD)]: '1x3 0x10', [injectorSeries('build_info')]: '1x3 _x10' },
    at: '10m',
    fires: { labels: POD },
  },
  {
    alert: 'ProxyInjectorInstanceDown',
    title: 'a target of another job that does not answer',
    series: { [series('up', { ...POD, job: 'shop' })]: '0x10', [injectorSeries('build_info')]: '1x10' },
    at: '10m',
  },
  {
    alert: 'ProxyInjectorInternalErrors',
    title: 'one failed namespace lookup',
    series: { [error('namespace-lookup-failed')]: '0x5 1x10' },
    at: '8m',
    fires: { labels: { ...RELEASE, reason: 'namespace-lookup-failed' }, value: '1' },
  },
  {
    alert: 'ProxyInjectorInternalErrors',
    title: 'bad requests of clients',
    series: { [error('bad-request')]: '0+9x20', [error('internal-error')]: '0x20' },
    at: '15m',
  },
  {
    alert: 'ProxyInjectorOverloaded',
    title: 'requests that were refused',
    series: { [error('overloaded')]: '0x5 3x10' },
    at: '8m',
    fires: { labels: RELEASE, value: '3' },
  },
  {
    alert: 'ProxyInjectorOverloaded',
    title: 'requests that failed for other reasons',
    series: { [error('unknown-namespace')]: '0+9x20', [error('overloaded')]: '0x20' },
    at: '15m',
  },
  {
    alert: 'ProxyInjectorCallsFail',
    title: 'Pods that are denied because no replica answers',
    series: { [rejections(WEBHOOK, 'calling_webhook_error')]: '0x5 4x10' },
    at: '8m',
    fires: { labels: { name: WEBHOOK }, value: '4' },
  },
  {
    alert: 'ProxyInjectorCallsFail',
    title: 'Pods that are admitted because no replica answers',
    series: {
      [series('apiserver_admission_webhook_fail_open_count', { name: WEBHOOK, type: 'admit' })]: '0x5 2x10',
    },
    at: '8m',
    fires: { labels: { name: WEBHOOK }, value: '2' },
  },
  {
    alert: 'ProxyInjectorCallsFail',
    title: 'Pods that the injector denies, and failed calls of another webhook',
    series: {
      [rejections(WEBHOOK, 'no_error')]: '0x5 4x10',
      [rejections('validate.policies.example.com', 'calling_webhook_error')]: '0x5 4x10',
    },
    at: '8m',
  },
  {
    alert: 'ProxyInjectorGuardActs',
    title: 'Pods that are denied because the injector was never asked',
    series: {
      [guardChecks('deny', 'deny')]: '0x5 4x10',
      [series('apiserver_validating_admission_policy_check_total', {
        policy: 'images-guard',
        policy_binding: 'images-guard',
        enforcement_action: 'deny',
      })]: '0x5 9x10',
    },
    at: '8m',
    fires: { labels: { policy: GUARD, enforcement_action: 'deny' }, value: '4' },
  },
  {
    alert: 'ProxyInjectorGuardActs',
    title: 'Pods that are admitted with a warning, each counted once',
    series: { [guardChecks('warn', 'warn')]: '0x5 3x10', [guardChecks('warn', 'audit')]: '0x5 3x10' },
    at: '8m',
    fires: { labels: { policy: GUARD, enforcement_action: 'audit' }, value: '3' },
  },
  {
    alert: 'ProxyInjectorGuardActs',
    title: 'Pods of the past',
    series: { [guardChecks('deny', 'deny')]: '4x20' },
    at: '18m',
  },
  {
    alert: 'ProxyInjectorPolicyFails',
    title: 'an expression that costs too much',
    series: { [guardChecks('deny', 'deny', 'out_of_budget')]: '0x5 2x10' },
    at: '8m',
    fires: { labels: { policy: GUARD, error_type: 'out_of_budget' }, value: '2' },
  },
  {
    alert: 'ProxyInjectorPolicyFails',
    title: 'a mutation that fails',
    series: {
      [mutations('proxy-injector-pods', 'invalid_error')]: '0x5 3x10',
      [mutations('proxy-injector-pods', 'no_error')]: '0+5x20',
    },
    at: '8m',
    fires: { labels: { policy: 'proxy-injector', error_type: 'invalid_error' }, value: '3' },
  },
  {
    alert: 'ProxyInjectorPolicyFails',
    title: 'mutations that succeed, and those of others',
    series: {
      [mutations('proxy-injector-pods', 'no_error')]: '0+5x20',
      [mutations('images', 'invalid_error')]: '0x5 3x10',
    },
    at: '8m',
  },
  {
    alert: 'ProxyInjectorPolicyFails',
    title: 'Pods that the guard denies',
    series: { [guardChecks('deny', 'deny')]: '0x5 4x10' },
    at: '8m',
  },
  {
    alert: 'ProxyInjectorPolicyFails',
    title: 'owners who are not warned',
    series: {
      [checks('proxy-injector-owners', 'proxy-injector-owners', 'allow', 'out_of_budget')]: '0x5 3x10',
    },
    at: '8m',
  },
  {
    alert: 'ProxyInjectorPolicyWarningsFail',
    title: 'owners who are not warned',
    series: {
      [checks('proxy-injector-owners', 'proxy-injector-owners', 'allow', 'out_of_budget')]: '0x5 3x10',
    },
    at: '8m',
    fires: { labels: { policy: 'proxy-injector-owners', error_type: 'out_of_budget' }, value: '3' },
  },
  {
    alert: 'ProxyInjectorPolicyWarningsFail',
    title: 'creators of Pods who are not warned, by a static policy',
    series: {
      [checks(
        'proxy-injector-warnings.static.k8s.io',
        'proxy-injector-warnings-pods.static.k8s.io',
        'warn',
        'compile_error',
      )]: '0x5 3x10',
    },
    at: '8m',
    fires: {
      labels: { policy: 'proxy-injector-warnings.static.k8s.io', error_type: 'compile_error' },
      value: '3',
    },
  },
  {
    alert: 'ProxyInjectorPolicyWarningsFail',
    title: 'owners who are warned, and a guard that fails',
    series: {
      [checks('proxy-injector-owners', 'proxy-injector-owners', 'warn')]: '0x5 3x10',
      [guardChecks('deny', 'deny', 'out_of_budget')]: '0x5 3x10',
    },
    at: '8m',
  },
  {
    alert: 'ProxyInjectorBadRequests',
    title: 'bad requests above 5 %',
    series: { [error('not-found')]: '0+10x30', [decision('injected', 'injected')]: '0+90x30' },
    at: '25m',
    fires: { labels: RELEASE, value: '10%' },
  },
  {
    alert: 'ProxyInjectorBadRequests',
    title: 'bad requests below 5 %, internal errors, and too many requests',
    series: {
      [error('not-found')]: '0+1x30',
      [error('internal-error')]: '0+50x30',
      [error('overloaded')]: '0+50x30',
      [decision('injected', 'injected')]: '0+90x30',
    },
    at: '25m',
  },
  {
    alert: 'ProxyInjectorSlow',
    title: '1 % of the answers above half a second',
    series: { [bucket('0.5')]: '0+98x30', [bucket('1')]: '0+100x30', [bucket('+Inf')]: '0+100x30' },
    at: '20m',
    fires: { labels: RELEASE, value: '750ms' },
  },
  {
    alert: 'ProxyInjectorSlow',
    title: 'answers within half a second',
    series: { [bucket('0.25')]: '0+98x30', [bucket('0.5')]: '0+100x30', [bucket('+Inf')]: '0+100x30' },
    at: '20m',
  },
  {
    alert: 'ProxyInjectorInjectsNothing',
    title: 'Pods of which none is injected',
    series: {
      [decision('skipped', 'namespace-excluded')]: '0+1x90',
      [injectorSeries('injections_total', { mode: 'native' })]: '7x90',
    },
    at: '80m',
    fires: { labels: RELEASE, value: '60' },
  },
  {
    alert: 'ProxyInjectorInjectsNothing',
    title: 'Pods of which one is injected',
    series: {
      [decision('skipped', 'namespace-excluded')]: '0+1x90',
      [injectorSeries('injections_total', { mode: 'native' })]: '7x70 8x20',
    },
    at: '80m',
  },
  {
    alert: 'ProxyInjectorInjectsNothing',
    title: 'no Pods',
    series: {
      [decision('skipped', 'namespace-excluded')]: '3x90',
      [injectorSeries('injections_total', { mode: 'native' })]: '7x90',
    },
    at: '80m',
  },
  {
    alert: 'ProxyInjectorCertificateExpiresSoon',
    title: 'a certificate that expires in six days',
    series: { [injectorSeries('certificate_expiry_timestamp_seconds')]: `${6 * DAY + 15 * 60}x20` },
    at: '15m',
    fires: { labels: POD, value: '6d 0h 0m 0s' },
  },
  {
    alert: 'ProxyInjectorCertificateExpiresSoon',
    title: 'a certificate that expires in eight days',
    series: { [injectorSeries('certificate_expiry_timestamp_seconds')]: `${8 * DAY}x20` },
    at: '15m',
  },
  {
    alert: 'ProxyInjectorCertificateExpiresToday',
    title: 'a certificate that expired an hour ago',
    series: { [injectorSeries('certificate_expiry_timestamp_seconds')]: '0x90' },
    at: '60m',
    fires: { labels: POD, value: '-1h 0m 0s' },
  },
  {
    alert: 'ProxyInjectorCertificateExpiresToday',
    title: 'a certificate that expires in two days',
    series: { [injectorSeries('certificate_expiry_timestamp_seconds')]: `${2 * DAY}x20` },
    at: '15m',
  },
  {
    alert: 'ProxyInjectorCertificateReloadFailed',
    title: 'certificate files that cannot be used',
    series: { [injectorSeries('certificate_last_reload_successful')]: '1x3 0x10' },
    at: '10m',
    fires: { labels: POD },
  },
  {
    alert: 'ProxyInjectorCertificateReloadFailed',
    title: 'certificate files that were fixed after 3 minutes',
    series: { [injectorSeries('certificate_last_reload_successful')]: '1x3 0x3 1x10' },
    at: '10m',
  },
  {
    alert: 'ProxyInjectorConfigReloadFailed',
    title: 'an invalid configuration',
    series: { [injectorSeries('config_last_reload_successful')]: '1x3 0x10' },
    at: '10m',
    fires: { labels: POD },
  },
  {
    alert: 'ProxyInjectorConfigReloadFailed',
    title: 'a configuration that was fixed after 3 minutes',
    series: { [injectorSeries('config_last_reload_successful')]: '1x3 0x3 1x10' },
    at: '10m',
  },
  {
    alert: 'ProxyInjectorConfigDiffers',
    title: 'a replica that stays behind',
    series: {
      [injectorSeries('config_info', { hash: 'new' })]: '1x20',
      [injectorSeries('config_info', { hash: 'old' }, OTHER)]: '1x20',
    },
    at: '15m',
    fires: { labels: RELEASE, value: '2' },
  },
  {
    alert: 'ProxyInjectorConfigDiffers',
    title: 'a change that reaches one replica after the other',
    series: {
      [injectorSeries('config_info', { hash: 'old' })]: '1x3 _x20',
      [injectorSeries('config_info', { hash: 'new' })]: '_x3 1x20',
      [injectorSeries('config_info', { hash: 'old' }, OTHER)]: '1x5 _x20',
      [injectorSeries('config_info', { hash: 'new' }, OTHER)]: '_x5 1x20',
    },
    at: '20m',
  },
  {
    alert: 'ProxyInjectorNamespacesNotSynced',
    title: 'namespaces that cannot be listed',
    series: { [injectorSeries('namespaces_synced')]: '0x10' },
    at: '5m',
    fires: { labels: POD },
  },
  {
    alert: 'ProxyInjectorNamespacesNotSynced',
    title: 'namespaces that have been listed',
    series: { [injectorSeries('namespaces_synced')]: '0x1 1x10' },
    at: '10m',
  },
  {
    alert: 'ProxyInjectorNamespacesStale',
    title: 'a watch that has been dead for longer than it can last',
    series: { [injectorSeries('namespace_watch_last_event_timestamp_seconds')]: '60x30' },
    at: '20m',
    fires: { labels: POD, value: '19m 0s' },
  },
  {
    alert: 'ProxyInjectorNamespacesStale',
    title: 'a watch without bookmarks, of which one after the other ends after 10 minutes',
    series: { [injectorSeries('namespace_watch_last_event_timestamp_seconds')]: '60x11 720x11 1380x11' },
    at: '23m',
  },
  {
    alert: 'ProxyInjectorNamespacesStale',
    title: 'a replica without a cluster, or that has not listed the namespaces yet',
    series: { [injectorSeries('namespace_watch_last_event_timestamp_seconds')]: '0x90' },
    at: '60m',
  },
  {
    alert: 'ProxyInjectorAgentNotConnected',
    title: 'an agent on a node without NRI',
    series: { [agentSeries('connected')]: '0x10' },
    at: '8m',
    fires: { labels: AGENT },
  },
  {
    alert: 'ProxyInjectorAgentNotConnected',
    title: 'an agent that stopped answering',
    series: { [series('up', AGENT)]: '1x3 0x10', [agentSeries('build_info')]: '1x3 _x10' },
    at: '10m',
    fires: { labels: AGENT },
  },
  {
    alert: 'ProxyInjectorAgentNotConnected',
    title: 'an agent that connects again after the container runtime restarted',
    series: { [agentSeries('connected')]: '1x3 0x1 1x10' },
    at: '8m',
  },
  {
    alert: 'ProxyInjectorAgentMissing',
    title: 'a node without an agent',
    series: { ...nodesWithAgent('3x15', '2x15'), [agentSeries('build_info')]: '1x15' },
    at: '12m',
    fires: { labels: DAEMON_SET, value: '1' },
  },
  {
    alert: 'ProxyInjectorAgentMissing',
    title: 'agents on all nodes, or a DaemonSet of others',
    series: {
      ...nodesWithAgent('3x15', '3x15'),
      ...nodesWithAgent('3x15', '0x15', { namespace: 'logs', daemonset: 'log-agent' }),
      [agentSeries('build_info')]: '1x15',
    },
    at: '12m',
  },
  {
    alert: 'ProxyInjectorRedirectsFail',
    title: 'a redirect that failed',
    series: { [agentSeries('redirects_total', { result: 'failed' })]: '0x5 2x10' },
    at: '8m',
    fires: { labels: { namespace: AGENT.namespace, job: AGENT.job, pod: AGENT.pod }, value: '2' },
  },
  {
    alert: 'ProxyInjectorRedirectsFail',
    title: 'redirects that work, and Pods on the host network',
    series: {
      [agentSeries('redirects_total', { result: 'applied' })]: '0+9x20',
      [agentSeries('redirects_total', { result: 'skipped' })]: '0+9x20',
      [agentSeries('redirects_total', { result: 'failed' })]: '0x20',
    },
    at: '15m',
  },
  {
    alert: 'ProxyInjectorLogLinesDropped',
    title: 'an output that is not read',
    series: { [injectorSeries('log_lines_dropped_total')]: '0+10x30' },
    at: '20m',
    fires: { labels: POD, value: '150' },
  },
  {
    alert: 'ProxyInjectorLogLinesDropped',
    title: 'an output of an agent that is not read',
    series: { [agentSeries('log_lines_dropped_total')]: '0+10x30' },
    at: '20m',
    fires: { labels: AGENT, value: '150' },
  },
  {
    alert: 'ProxyInjectorLogLinesDropped',
    title: 'lines that were dropped earlier',
    series: { [injectorSeries('log_lines_dropped_total')]: '40x30' },
    at: '20m',
  },
];
