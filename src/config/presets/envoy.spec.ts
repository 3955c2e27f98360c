import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import type { JsonObject } from '../../core/values/json.js';
import { effectiveText } from '../effective.js';
import { loadConfiguration, validateSources } from '../load.js';
import type { Configuration } from '../schema/configuration.js';
import { snapshotOf } from '../snapshot.js';
import { FILE_VARIABLE } from '../sources/environment.js';
import { readSources } from '../sources/sources.js';

const file = join(mkdtempSync(join(tmpdir(), 'preset-')), 'config.yaml');

function loaded(yaml: string, env: NodeJS.ProcessEnv = {}): Configuration {
  writeFileSync(file, yaml);
  return loadConfiguration({ [FILE_VARIABLE]: file, ...env }).configuration;
}

// biome-ignore lint/suspicious/noExplicitAny: Envoy's own configuration
function bootstrap({ proxy }: Configuration): any {
  const args = proxy.container.args as string[];
  return parse(args[args.indexOf('--config-yaml') + 1] ?? '');
}

/** Every address in a bootstrap, such as `0.0.0.0:5054`. */
function addresses(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const { socket_address: socket } = value as { socket_address?: JsonObject };
  return socket
    ? [`${socket.address}:${socket.port_value}`]
    : Object.values(value).flatMap((inner) => addresses(inner));
}

describe('the preset envoy', () => {
  const plain = loaded('proxy: {preset: envoy}');

  it('can be set by the environment', () => {
    assert.deepEqual(loaded('{}', { INJECTOR_PROXY_PRESET: 'envoy' }), plain);
  });

  it('is a complete configuration that needs no file in the namespace of the Pod', () => {
    const { proxy, redirect, pod } = plain;
    assert.equal(redirect.inboundUdp, 'disabled');
    assert.deepEqual(pod.volumes, []);
    assert.deepEqual(pod.annotations, {
      'prometheus.io/scrape': 'true',
      'prometheus.io/port': '5055',
      'prometheus.io/path': '/stats/prometheus',
    });
    assert.deepEqual(Object.keys(proxy.container).sort(), [
      'args',
      'lifecycle',
      'ports',
      'readinessProbe',
      'resources',
      'securityContext',
      'startupProbe',
    ]);
  });

  it('has a bootstrap without references that Kubernetes would expand', () => {
    const args = loaded('proxy: {preset: envoy, accessLog: enabled}').proxy.container.args as string[];
    assert.deepEqual(
      args.filter((arg) => arg.includes('$')),
      ['$(PROXY_LOG_LEVEL)'],
    );
    assert.equal(plain.proxy.logLevel, 'warning');
  });

  it('listens where redirected connections arrive, on one port for the metrics, and on loopback', () => {
    assert.deepEqual(addresses(bootstrap(plain)), [
      '127.0.0.1:5056',
      '0.0.0.0:5054',
      ':::5054',
      '127.0.0.1:5054',
      '::1:5054',
      '0.0.0.0:5055',
      ':::5055',
      '127.0.0.1:5056',
    ]);
  });

  it('follows the port of the proxy, whose neighbors it uses', () => {
    const configuration = loaded('proxy: {preset: envoy, tcpPort: 5055}');
    assert.deepEqual(
      new Set(addresses(bootstrap(configuration))),
      new Set([
        '127.0.0.1:5057',
        '0.0.0.0:5055',
        ':::5055',
        '127.0.0.1:5055',
        '::1:5055',
        '0.0.0.0:5056',
        ':::5056',
      ]),
    );
    assert.equal(configuration.pod.annotations['prometheus.io/port'], '5056');
    const { filter_chain_match: match } =
      bootstrap(configuration).static_resources.listeners[0].filter_chains[0];
    assert.equal(match.destination_port, 5055);
  });

  it('follows the metrics port in proxy.container.ports', () => {
    const ports = '[{name: envoy-metrics, containerPort: 15020}]';
    const { proxy, pod } = loaded(`proxy: {preset: envoy, container: {ports: ${ports}}}`);
    assert.deepEqual((proxy.container.readinessProbe as { httpGet: unknown }).httpGet, {
      path: '/ready',
      port: 15020,
    });
    assert.equal(pod.annotations['prometheus.io/port'], '15020');
  });

  it('has no IPv6 address if IPv6 is not redirected: Envoy rejects them on nodes without IPv6', () => {
    const text = JSON.stringify(bootstrap(loaded('proxy: {preset: envoy}\nredirect: {ipv6: disabled}')));
    assert.doesNotMatch(text, /"::/);
    assert.match(JSON.stringify(bootstrap(plain)), /"::1"/);
  });

  it('logs connections if proxy.accessLog is enabled', () => {
    const logs = (configuration: Configuration) =>
      JSON.stringify(bootstrap(configuration)).match(/StdoutAccessLog/g)?.length ?? 0;
    assert.equal(logs(plain), 0);
    assert.equal(logs(loaded('proxy: {preset: envoy, accessLog: enabled}')), 2);
  });

  it('holds the app: in container mode by a hook, which needs a shell, in native mode by the probe alone', () => {
    const native = loaded('proxy: {preset: envoy, mode: native}').proxy;
    assert.deepEqual(
      [plain.proxy, native].map(({ holdApplication }) => holdApplication),
      ['enabled', 'enabled'],
    );
    assert.match(plain.proxy.image, /^envoyproxy\/envoy:v\d+\.\d+\.\d+$/);
    assert.match(native.image, /^envoyproxy\/envoy:distroless-v\d+\.\d+\.\d+$/);
    assert.deepEqual(Object.keys(plain.proxy.container.lifecycle as object), ['postStart']);
    assert.equal(native.container.lifecycle, undefined);
  });

  it('keeps serving for 10 seconds before it stops', () => assert.equal(plain.proxy.drainSeconds, '10'));
});

describe('settings next to a preset', () => {
  it('override it', () => {
    const { proxy, redirect } = loaded(
      'proxy: {preset: envoy, image: envoy:1, logLevel: info}\nredirect: {inboundUdp: enabled}',
      { INJECTOR_PROXY_IMAGE: 'envoy:2' },
    );
    assert.deepEqual([proxy.image, proxy.logLevel, redirect.inboundUdp], ['envoy:2', 'info', 'enabled']);
  });

  it('replace the fields of the container one by one, and each as a whole', () => {
    const { container } = loaded(
      'proxy: {preset: envoy, container: {resources: {}, readinessProbe: {tcpSocket: {port: 5054}}, args: null}}',
    ).proxy;
    const preset = loaded('proxy: {preset: envoy}').proxy.container;
    assert.deepEqual(container, {
      ...preset,
      resources: {},
      readinessProbe: { tcpSocket: { port: 5054 } },
    });
  });

  it('are added to the annotations of the Pod, and replace those of the same key', () => {
    const { annotations } = loaded(
      'proxy: {preset: envoy}\npod: {annotations: {team: web, prometheus.io/scrape: "false"}}',
    ).pod;
    assert.deepEqual(annotations, {
      'prometheus.io/scrape': 'false',
      'prometheus.io/port': '5055',
      'prometheus.io/path': '/stats/prometheus',
      team: 'web',
    });
  });

  it('change the hash of the configuration', () => {
    const hashes = ['{}', 'proxy: {preset: envoy}', 'proxy: {preset: envoy, accessLog: enabled}'].map(
      (yaml) => {
        writeFileSync(file, yaml);
        return snapshotOf(loadConfiguration({ [FILE_VARIABLE]: file }), undefined).injector.identity
          .configHash;
      },
    );
    assert.equal(new Set(hashes).size, 3);
  });
});

describe('violations with a preset', () => {
  const CASES: readonly (readonly [sentence: string, yaml: string, message: RegExp])[] = [
    [
      'an unknown preset',
      'proxy: {preset: nginx}',
      /1:17 proxy\.preset: expected the name of a preset \(envoy\), got "nginx"/,
    ],
    [
      'an access log without a preset',
      'proxy: {accessLog: enabled}',
      /1:20 proxy\.accessLog: expected disabled \(only a preset has an access log: set proxy\.preset\), got "enabled"/,
    ],
    [
      'a merged container that contradicts itself',
      'proxy: {preset: envoy, container: {securityContext: {privileged: true}}}',
      /1:66 proxy\.container\.securityContext\.privileged: expected false/,
    ],
    [
      'a variable that the preset sets',
      'proxy: {preset: envoy, container: {env: [{name: PROXY_LOG_LEVEL, value: info}]}}',
      /1:49 proxy\.container\.env\[0\]\.name: expected another name \(proxy\.logLevel sets this variable\)/,
    ],
    [
      'a lifecycle without the hook that holds the app',
      'proxy: {preset: envoy, container: {lifecycle: {}}}',
      /preset envoy proxy\.holdApplication: expected disabled, or mode native, or proxy\.container\.lifecycle\./,
    ],
    [
      'a section that is none',
      'proxy: {preset: envoy}\npod: 3',
      /2:6 pod: expected a map of settings, got 3/,
    ],
    [
      'a port that is none',
      'proxy: {preset: envoy, tcpPort: http}',
      /1:33 proxy\.tcpPort: expected a whole number/,
    ],
  ];
  for (const [sentence, yaml, message] of CASES) {
    it(`are found: ${sentence}`, () => assert.throws(() => loaded(yaml), { message }));
  }
});

describe('the origin of settings with a preset', () => {
  const effective = (yaml: string): string[] => {
    writeFileSync(file, yaml);
    const sources = readSources({ [FILE_VARIABLE]: file });
    return effectiveText(validateSources(sources).configuration, sources).split('\n');
  };

  it('is the preset, the file, or both', () => {
    const lines = effective(
      'proxy:\n  preset: envoy\n  tcpPort: 6000\n  container: {resources: {}}\nredirect:\n  ipv6: enabled\n',
    );
    const expected = [
      `  preset: envoy # ${file}:2:11`,
      '  image: envoyproxy/envoy:v1.40.0 # preset envoy',
      '  holdApplication: enabled # preset envoy',
      '  drainSeconds: "10" # preset envoy',
      `  tcpPort: 6000 # ${file}:3:12`,
      '  logLevel: warning # preset envoy',
      '  mode: container # default',
      `    # ${file}:4:14 and preset envoy`,
      '  inboundUdp: disabled # preset envoy',
      '    # preset envoy',
    ];
    assert.deepEqual(
      expected.filter((line) => !lines.includes(line)),
      [],
    );
  });

  it('is a configuration that loads to the same values', () => {
    const text = effective('proxy: {preset: envoy, accessLog: enabled}').join('\n');
    const before = loadConfiguration({ [FILE_VARIABLE]: file }).configuration;
    assert.deepEqual(loaded(text), before);
  });
});
