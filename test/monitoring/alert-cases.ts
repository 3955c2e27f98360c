/** Series over time and what an alert makes of them. */
export interface AlertCase {
  readonly alert: string;
  readonly title: string;
  /** A sample a minute, in promtool's notation (prometheus.io/docs/prometheus/latest/configuration/unit_testing_rules/#series). */
  readonly series: { readonly [series: string]: string };
  /** When it is looked at. */
  readonly at: string;
  /** The labels that it fires with besides its severity, and how its text shows the value; without it the alert is silent. */
  readonly fires?: { readonly labels: { readonly [name: string]: string }; readonly value?: string };
}

const RELEASE = { job: 'proxy-injector', namespace: 'injectors' };
const POD = { ...RELEASE, pod: 'injector-a', instance: '10.0.0.1:8080' };
const OTHER = { ...RELEASE, pod: 'injector-b', instance: '10.0.0.2:8080' };

function ours(name: string, labels: { readonly [name: string]: string } = {}, pod = POD): string {
  return series(`proxy_injector_${name}`, { ...pod, ...labels });
}

function series(name: string, labels: { readonly [name: string]: string }): string {
  const pairs = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
  return `${name}{${pairs.join(', ')}}`;
}

const bucket = (le: string) => ours('admission_duration_seconds_bucket', { le });
const error = (reason: string) => ours('admission_requests_total', { outcome: 'error', reason });
const decision = (outcome: string, reason: string) => ours('admission_requests_total', { outcome, reason });

const WEBHOOK = 'namespaces.proxy-injector.injectors.svc';
const rejections = (name: string, errorType: string) =>
  series('apiserver_admission_webhook_rejection_count', { name, error_type: errorType, type: 'admit' });

const HOUR = 3600;
const DAY = 24 * HOUR;

export const ALERT_CASES: readonly AlertCase[] = [
  {
    alert: 'ProxyInjectorAbsent',
    title: 'no instance for 5 minutes',
    series: {},
    at: '5m',
    fires: { labels: {} },
  },
  {
    alert: 'ProxyInjectorAbsent',
    title: 'no instance for less than that, as while the only one restarts',
    series: { [ours('build_info')]: '1x3 _x4 1x3' },
    at: '7m',
  },
  {
    alert: 'ProxyInjectorInstanceDown',
    title: 'an instance that does not answer any more',
    series: { [series('up', POD)]: '1x3 0x10', [ours('build_info')]: '1x3 _x10' },
    at: '10m',
    fires: { labels: POD },
  },
  {
    alert: 'ProxyInjectorInstanceDown',
    title: 'a target of somebody else that does not answer',
    series: { [series('up', { ...POD, job: 'shop' })]: '0x10', [ours('build_info')]: '1x10' },
    at: '10m',
  },
  {
    alert: 'ProxyInjectorInternalErrors',
    title: 'one namespace that could not be looked up',
    series: { [error('namespace-lookup-failed')]: '0x5 1x10' },
    at: '8m',
    fires: { labels: { ...RELEASE, reason: 'namespace-lookup-failed' }, value: '1' },
  },
  {
    alert: 'ProxyInjectorInternalErrors',
    title: 'requests that a client got wrong',
    series: { [error('bad-request')]: '0+9x20', [error('internal-error')]: '0x20' },
    at: '15m',
  },
  {
    alert: 'ProxyInjectorCallsFail',
    title: 'Pods that are refused because nobody answers',
    series: { [rejections(WEBHOOK, 'calling_webhook_error')]: '0x5 4x10' },
    at: '8m',
    fires: { labels: { name: WEBHOOK }, value: '4' },
  },
  {
    alert: 'ProxyInjectorCallsFail',
    title: 'Pods that are let in because nobody answers',
    series: {
      [series('apiserver_admission_webhook_fail_open_count', { name: WEBHOOK, type: 'admit' })]: '0x5 2x10',
    },
    at: '8m',
    fires: { labels: { name: WEBHOOK }, value: '2' },
  },
  {
    alert: 'ProxyInjectorCallsFail',
    title: "Pods that it refuses itself, and another's webhook",
    series: {
      [rejections(WEBHOOK, 'no_error')]: '0x5 4x10',
      [rejections('validate.policies.example.com', 'calling_webhook_error')]: '0x5 4x10',
    },
    at: '8m',
  },
  {
    alert: 'ProxyInjectorBadRequests',
    title: 'a twentieth of the requests and more',
    series: { [error('not-found')]: '0+10x30', [decision('injected', 'injected')]: '0+90x30' },
    at: '25m',
    fires: { labels: RELEASE, value: '10%' },
  },
  {
    alert: 'ProxyInjectorBadRequests',
    title: 'a few of many, and faults of our own',
    series: {
      [error('not-found')]: '0+1x30',
      [error('internal-error')]: '0+50x30',
      [decision('injected', 'injected')]: '0+90x30',
    },
    at: '25m',
  },
  {
    alert: 'ProxyInjectorSlow',
    title: 'a hundredth of the answers takes over half a second',
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
    title: 'Pods, of which none gets a proxy',
    series: {
      [decision('skipped', 'namespace-excluded')]: '0+1x90',
      [ours('injections_total', { mode: 'native' })]: '7x90',
    },
    at: '80m',
    fires: { labels: RELEASE, value: '60' },
  },
  {
    alert: 'ProxyInjectorInjectsNothing',
    title: 'Pods, of which one gets a proxy',
    series: {
      [decision('skipped', 'namespace-excluded')]: '0+1x90',
      [ours('injections_total', { mode: 'native' })]: '7x70 8x20',
    },
    at: '80m',
  },
  {
    alert: 'ProxyInjectorInjectsNothing',
    title: 'no Pods at all',
    series: {
      [decision('skipped', 'namespace-excluded')]: '3x90',
      [ours('injections_total', { mode: 'native' })]: '7x90',
    },
    at: '80m',
  },
  {
    alert: 'ProxyInjectorCertificateExpiresSoon',
    title: 'six days before the end',
    series: { [ours('certificate_expiry_timestamp_seconds')]: `${6 * DAY + 15 * 60}x20` },
    at: '15m',
    fires: { labels: POD, value: '6d 0h 0m 0s' },
  },
  {
    alert: 'ProxyInjectorCertificateExpiresSoon',
    title: 'eight days before the end',
    series: { [ours('certificate_expiry_timestamp_seconds')]: `${8 * DAY}x20` },
    at: '15m',
  },
  {
    alert: 'ProxyInjectorCertificateExpiresToday',
    title: 'an hour after the end',
    series: { [ours('certificate_expiry_timestamp_seconds')]: '0x90' },
    at: '60m',
    fires: { labels: POD, value: '-1h 0m 0s' },
  },
  {
    alert: 'ProxyInjectorCertificateExpiresToday',
    title: 'two days before the end',
    series: { [ours('certificate_expiry_timestamp_seconds')]: `${2 * DAY}x20` },
    at: '15m',
  },
  {
    alert: 'ProxyInjectorCertificateReloadFailed',
    title: 'files that cannot be used',
    series: { [ours('certificate_last_reload_successful')]: '1x3 0x10' },
    at: '10m',
    fires: { labels: POD },
  },
  {
    alert: 'ProxyInjectorCertificateReloadFailed',
    title: 'files that could be used a little later',
    series: { [ours('certificate_last_reload_successful')]: '1x3 0x3 1x10' },
    at: '10m',
  },
  {
    alert: 'ProxyInjectorConfigReloadFailed',
    title: 'a configuration that is invalid',
    series: { [ours('config_last_reload_successful')]: '1x3 0x10' },
    at: '10m',
    fires: { labels: POD },
  },
  {
    alert: 'ProxyInjectorConfigReloadFailed',
    title: 'a configuration that was corrected',
    series: { [ours('config_last_reload_successful')]: '1x3 0x3 1x10' },
    at: '10m',
  },
  {
    alert: 'ProxyInjectorConfigDiffers',
    title: 'an instance that stays behind',
    series: {
      [ours('config_info', { hash: 'new' })]: '1x20',
      [ours('config_info', { hash: 'old' }, OTHER)]: '1x20',
    },
    at: '15m',
    fires: { labels: RELEASE, value: '2' },
  },
  {
    alert: 'ProxyInjectorConfigDiffers',
    title: 'a change that reaches one instance after the other',
    series: {
      [ours('config_info', { hash: 'old' })]: '1x3 _x20',
      [ours('config_info', { hash: 'new' })]: '_x3 1x20',
      [ours('config_info', { hash: 'old' }, OTHER)]: '1x5 _x20',
      [ours('config_info', { hash: 'new' }, OTHER)]: '_x5 1x20',
    },
    at: '20m',
  },
  {
    alert: 'ProxyInjectorNamespacesNotSynced',
    title: 'namespaces that cannot be listed',
    series: { [ours('namespaces_synced')]: '0x10' },
    at: '5m',
    fires: { labels: POD },
  },
  {
    alert: 'ProxyInjectorNamespacesNotSynced',
    title: 'namespaces that have been listed',
    series: { [ours('namespaces_synced')]: '0x1 1x10' },
    at: '10m',
  },
  {
    alert: 'ProxyInjectorLogLinesDropped',
    title: 'an output that nobody reads',
    series: { [ours('log_lines_dropped_total')]: '0+10x30' },
    at: '20m',
    fires: { labels: POD, value: '150' },
  },
  {
    alert: 'ProxyInjectorLogLinesDropped',
    title: 'lines that were dropped once',
    series: { [ours('log_lines_dropped_total')]: '40x30' },
    at: '20m',
  },
];
