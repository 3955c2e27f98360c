import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { PRODUCT_VERSION } from '../core/version.js';
import { ConfigurationError } from './configuration-error.js';
import { loadConfiguration } from './load.js';
import { Configuration } from './schema/configuration.js';
import { settingsOf } from './schema/setting.js';
import { variableOf } from './sources/environment.js';

const directory = mkdtempSync(join(tmpdir(), 'configuration-'));
const file = join(directory, 'config.yaml');
after(() => rmSync(directory, { recursive: true }));

function load(text: string, env: NodeJS.ProcessEnv = {}): Configuration {
  writeFileSync(file, text);
  return loadConfiguration({ INJECTOR_CONFIG: file, ...env }).configuration;
}

/** The violations of the error, with the path of the file shortened. */
function violations(text: string, env?: NodeJS.ProcessEnv): string[] {
  try {
    load(text, env);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return error.message
      .split('\n')
      .slice(1)
      .map((line) => line.trim().replaceAll(file, 'config.yaml'));
  }
  return [];
}

function lines(count: number, line: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => `${line(index)}\n`).join('');
}

/** Invalid YAML and its one violation. */
const INVALID: readonly [string, string][] = [
  [
    'nonsense: 1',
    'config.yaml:1:11 nonsense: expected one of the keys version, ineligiblePods, selection, excludedNamespaces, allowedOverrides, foreignProxies, annotateOutcome, events, proxy, init, redirect, pod, namespaces, webhook, management, tls, kubernetes, shutdown, log, manifests, got "nonsense"',
  ],
  [
    'constructor: 1',
    'config.yaml:1:14 constructor: expected one of the keys version, ineligiblePods, selection, excludedNamespaces, allowedOverrides, foreignProxies, annotateOutcome, events, proxy, init, redirect, pod, namespaces, webhook, management, tls, kubernetes, shutdown, log, manifests, got "constructor"',
  ],
  ['log: {lvl: debug}', 'config.yaml:1:12 log.lvl: expected one of the keys level, format, got "lvl"'],
  ['- a', 'config.yaml: expected a map of settings, got ["a"]'],
  ...['', '# a comment\n', '---\n', 'null', '\ufeff'].map((text): [string, string] => [
    text,
    'config.yaml: expected a map of settings, such as {} for the defaults, got nothing',
  ]),
  ['? {a: 1}\n: 2', 'config.yaml:1:3: expected valid YAML: a key that is not text'],
  ['1: a\n"1": b', 'config.yaml:2:1: expected valid YAML: Map keys must be unique'],
  ['log:\n  level: info\n  level: warn', 'config.yaml:3:3: expected valid YAML: Map keys must be unique'],
  [
    'pod: {volumes: [{name: a, secret: {secretName: b, defaultMode: 0400}}]}',
    'config.yaml:1:64: expected valid YAML: 0400 is ambiguous: write 0o400 (octal) or 400',
  ],
  ['log: {}\n---\nlog: {}', 'config.yaml:2:1: expected valid YAML: more than one document'],
  [
    'a: `\nb: `\nc: [',
    'config.yaml:1:4: expected valid YAML: Plain value cannot start with reserved character `',
  ],
  ['a: 1\na: 2', 'config.yaml:2:1: expected valid YAML: Map keys must be unique'],
  [
    'a: [1',
    'config.yaml:1:6: expected valid YAML: Flow sequence in block collection must be sufficiently indented and end with a ]',
  ],
  [
    'proxy: *x',
    'config.yaml: expected valid YAML: Unresolved alias (the anchor must be set before the alias): x',
  ],
  ['proxy: text', 'config.yaml:1:8 proxy: expected a map of settings, got "text"'],
  ['ineligiblePods: refuse', 'config.yaml:1:17 ineligiblePods: expected deny or admit, got "refuse"'],
  [
    'excludedNamespaces: kube-system',
    'config.yaml:1:21 excludedNamespaces: expected a list of namespace names, got "kube-system"',
  ],
  [
    'allowedOverrides: [mode, modus]',
    'config.yaml:1:19 allowedOverrides: expected a list with any of image, image-pull-policy, mode, cpu-request, cpu-limit, memory-request, memory-limit, init-cpu-request, init-cpu-limit, init-memory-request, init-memory-limit, redirect-by, skip-inbound-ports, probes, outbound, skip-outbound-ports, skip-outbound-cidrs, skip-interfaces, log-level, hold-application, drain-seconds, got ["mode","modus"]',
  ],
  [
    'redirect: {by: node}',
    'config.yaml:1:16 redirect.by: expected pod, or proxy.mode native (the node redirects init containers, too, so the proxy must start before them), got "node"',
  ],
  ['redirect: {by: agent}', 'config.yaml:1:16 redirect.by: expected pod or node, got "agent"'],
  [
    'init: {container: {env: [{name: PROXY_INIT_FAMILIES, value: ipv4}]}}',
    'config.yaml:1:33 init.container.env[0].name: expected another name (the injector sets this variable), got "PROXY_INIT_FAMILIES"',
  ],
  [
    'proxy: {holdApplication: enabled}',
    'config.yaml:1:26 proxy.holdApplication: expected disabled, or mode native, or proxy.container.lifecycle.postStart.exec with a command that waits until the proxy listens, got "enabled"',
  ],
  [
    'proxy: {holdApplication: enabled, container: {lifecycle: {postStart: {sleep: {seconds: 5}}}}}',
    'config.yaml:1:26 proxy.holdApplication: expected disabled, or mode native, or proxy.container.lifecycle.postStart.exec with a command that waits until the proxy listens, got "enabled"',
  ],
  [
    'proxy: {drainSeconds: 12.5}',
    'config.yaml:1:23 proxy.drainSeconds: expected a whole number of seconds from 0 to 86400, or auto, got "12.5"',
  ],
  [
    'manifests: {kinds: a}',
    'config.yaml:1:20 manifests.kinds: expected a list of objects with a group, a kind, and templates, such as [spec.template], got "a"',
  ],
  [
    'manifests: {kinds: [{group: Example, kind: A, templates: []}]}',
    'config.yaml:1:29 manifests.kinds[0].group: expected an API group, such as example.com, or "" for the core group, got "Example"',
  ],
  [
    'manifests: {kinds: [{kind: A, templates: []}]}',
    'config.yaml:1:21 manifests.kinds[0].group: expected an API group, such as example.com, or "" for the core group, got nothing',
  ],
  [
    'manifests: {kinds: [{group: a.b, kind: a/b, templates: []}]}',
    'config.yaml:1:40 manifests.kinds[0].kind: expected a kind, such as WebApp, got "a/b"',
  ],
  [
    'manifests: {kinds: [{group: a.b, kind: A}]}',
    'config.yaml:1:21 manifests.kinds[0].templates: expected a list of paths, such as [spec.template], or [] to leave the kind alone, got nothing',
  ],
  [
    'manifests: {kinds: [{group: a.b, kind: A, templates: [spec.]}]}',
    'config.yaml:1:55 manifests.kinds[0].templates[0]: expected a path such as spec.template or spec.pools[*].template, got "spec."',
  ],
  [
    'manifests: {kinds: [{group: a.b, kind: A, template: spec.template}]}',
    'config.yaml:1:53 manifests.kinds[0].template: expected one of the fields group, kind, templates, got "template"',
  ],
  [
    'foreignProxies: {name: Istio}',
    'config.yaml:1:17 foreignProxies: expected a list of objects with a name, and with containers or metadata, got an object',
  ],
  [
    'foreignProxies: [istio-proxy]',
    'config.yaml:1:18 foreignProxies[0]: expected an object, got "istio-proxy"',
  ],
  [
    'foreignProxies: [{containers: [envoy]}]',
    'config.yaml:1:18 foreignProxies[0].name: expected a value, got nothing',
  ],
  [
    'foreignProxies: [{name: A, images: [envoy]}]',
    'config.yaml:1:36 foreignProxies[0].images: expected one of the fields name, containers, metadata, got "images"',
  ],
  [
    'foreignProxies: [{name: A, containers: envoy}]',
    'config.yaml:1:40 foreignProxies[0].containers: expected a list, got "envoy"',
  ],
  [
    'foreignProxies: [{name: A, metadata: []}]',
    'config.yaml:1:18 foreignProxies[0]: expected containers or metadata, got "neither"',
  ],
  [
    'foreignProxies: [{name: A, containers: [envoy, "*"]}]',
    'config.yaml:1:48 foreignProxies[0].containers[1]: expected a container name, optionally with a * at its end, got "*"',
  ],
  [
    'foreignProxies: [{name: A, metadata: ["=true"]}]',
    'config.yaml:1:39 foreignProxies[0].metadata[0]: expected the key of an annotation or label, optionally with =value, got "=true"',
  ],
  [
    'proxy: {image: "A B"}',
    'config.yaml:1:16 proxy.image: expected an image reference, such as registry.example.com/proxy:1.2, got "A B"',
  ],
  ['proxy: {tcpPort: 0}', 'config.yaml:1:18 proxy.tcpPort: expected a whole number from 1 to 65535, got 0'],
  [
    'proxy: {tcpPort: "80"}',
    'config.yaml:1:18 proxy.tcpPort: expected a whole number from 1 to 65535, got "80"',
  ],
  [
    'proxy: {udpPort: 65536}',
    'config.yaml:1:18 proxy.udpPort: expected a whole number from 1 to 65535, got 65536',
  ],
  [
    'proxy: {uid: 1.5}',
    'config.yaml:1:14 proxy.uid: expected a whole number from 1 to 2147483647, or namespace, got 1.5',
  ],
  [
    'proxy: {uid: Namespace}',
    'config.yaml:1:14 proxy.uid: expected a whole number from 1 to 2147483647, or namespace, got "Namespace"',
  ],
  [
    'proxy: {gid: "7"}',
    'config.yaml:1:14 proxy.gid: expected a whole number from 1 to 2147483647, or namespace, got "7"',
  ],
  [
    'proxy: {container: []}',
    'config.yaml:1:20 proxy.container: expected fields of a Kubernetes container, got []',
  ],
  [
    'proxy: {container: {name: x}}',
    'config.yaml:1:27 proxy.container.name: expected no value (the name is fixed), got "x"',
  ],
  [
    'proxy: {container: {restartPolicy: Always}}',
    'config.yaml:1:36 proxy.container.restartPolicy: expected no value (the injector sets it), got "Always"',
  ],
  [
    'proxy: {container: {env: {A: b}}}',
    'config.yaml:1:26 proxy.container.env: expected a list, got an object',
  ],
  [
    'proxy: {container: {env: [{name: A, value: 12345}]}}',
    'config.yaml:1:44 proxy.container.env[0].value: expected a string (quote it), got a number',
  ],
  [
    'proxy: {container: {env: [{value: x}]}}',
    'config.yaml:1:27 proxy.container.env[0].name: expected a value, got nothing',
  ],
  [
    'proxy: {container: {ports: [{containerPort: http}]}}',
    'config.yaml:1:45 proxy.container.ports[0].containerPort: expected a whole number from 1 to 65535, got "http"',
  ],
  [
    'proxy: {container: {resources: {limits: {cpu: lots}}}}',
    'config.yaml:1:47 proxy.container.resources.limits.cpu: expected a Kubernetes quantity, such as 100m or 64Mi, got "lots"',
  ],
  [
    'proxy: {container: {resources: {limits: 1}}}',
    'config.yaml:1:41 proxy.container.resources.limits: expected an object, got 1',
  ],
  [
    'proxy: {container: {resources: {requests: {cpu: 2}, limits: {cpu: 1}}}}',
    'config.yaml:1:49 proxy.container.resources.requests.cpu: expected at most the limit (1), got "2"',
  ],
  [
    'proxy: {container: {securityContext: {runAsUser: 1}}}',
    'config.yaml:1:50 proxy.container.securityContext.runAsUser: expected no value (set proxy.uid instead), got 1',
  ],
  [
    'proxy: {container: {volumeMounts: [{name: x, mountPath: /x}]}}',
    'config.yaml:1:43 proxy.container.volumeMounts[0].name: expected the name of a volume in pod.volumes, got "x"',
  ],
  [
    'init: {container: {livenessProbe: {}}}',
    'config.yaml:1:35 init.container.livenessProbe: expected no value (Kubernetes does not allow it in init containers), got an object',
  ],
  [
    'proxy: {container: {args: [--port, 8080]}}',
    'config.yaml:1:36 proxy.container.args[1]: expected a string (quote it), got 8080',
  ],
  [
    'proxy: {container: {readinessProbe: {periodSecond: 1}}}',
    'config.yaml:1:52 proxy.container.readinessProbe.periodSecond: expected one of the fields exec, httpGet, tcpSocket, grpc, initialDelaySeconds, timeoutSeconds, periodSeconds, successThreshold, failureThreshold, terminationGracePeriodSeconds, got "periodSecond"',
  ],
  [
    'proxy: {container: {readinessProbe: {periodSeconds: 1}}}',
    'config.yaml:1:37 proxy.container.readinessProbe: expected exactly one of exec, httpGet, tcpSocket, grpc, got nothing',
  ],
  [
    'proxy: {container: {env: [{name: A, value: secret, valueFrom: {fieldRef: {fieldPath: metadata.name}}}]}}',
    'config.yaml:1:27 proxy.container.env[0]: expected value or valueFrom, not both, got a list',
  ],
  [
    'proxy: {container: {ports: [{name: a, containerPort: 1}, {name: a, containerPort: 2}]}}',
    'config.yaml:1:65 proxy.container.ports[1].name: expected a unique name, got "a"',
  ],
  [
    'proxy: {container: {resources: {requests: {example.com/gpu: 1}}}}',
    'config.yaml:1:32 proxy.container.resources.limits["example.com/gpu"]: expected a limit (required with a request), got nothing',
  ],
  [
    'proxy: {container: {securityContext: {privileged: true}}}',
    'config.yaml:1:51 proxy.container.securityContext.privileged: expected false (unless allowPrivilegeEscalation is true), got true',
  ],
  [
    'proxy: {container: {lifecycle: {stopSignal: SIGINT}}}',
    'config.yaml:1:45 proxy.container.lifecycle.stopSignal: expected no value (the API server only accepts it in Pods with spec.os.name), got "SIGINT"',
  ],
  ['pod: {volumes: [{}]}', 'config.yaml:1:17 pod.volumes[0].name: expected a value, got nothing'],
  [
    'pod: {volumes: [{name: a, csi: {driver: b, volumeAttributes: {password: 1}}}]}',
    'config.yaml:1:73 pod.volumes[0].csi.volumeAttributes.password: expected a string (quote it), got a number',
  ],
  [
    'pod: {volumes: [{name: a, configMap: {}}]}',
    'config.yaml:1:38 pod.volumes[0].configMap.name: expected a value, got nothing',
  ],
  [
    'proxy: {logLevel: info, container: {env: [{name: PROXY_LOG_LEVEL, value: debug}]}}',
    'config.yaml:1:50 proxy.container.env[0].name: expected another name (proxy.logLevel sets this variable), got "PROXY_LOG_LEVEL"',
  ],
  [
    'init: {container: {env: [{name: PROXY_INIT_RULES_IPV6, value: x}]}}',
    'config.yaml:1:33 init.container.env[0].name: expected another name (the injector sets this variable), got "PROXY_INIT_RULES_IPV6"',
  ],
  [
    'proxy: {container: {args: [a, null]}}',
    'config.yaml:1:31 proxy.container.args[1]: expected a value, got null',
  ],
  [
    'proxy: {container: {envFrom: [null]}}',
    'config.yaml:1:31 proxy.container.envFrom[0]: expected a value, got null',
  ],
  [
    'pod: {volumes: [{name: a, projected: {sources: [null]}}]}',
    'config.yaml:1:49 pod.volumes[0].projected.sources[0]: expected a value, got null',
  ],
  [
    'pod: {volumes: [{name: a, emptyDir: {}, hostPath: {path: /a}}]}',
    'config.yaml:1:17 pod.volumes[0]: expected at most one of configMap, csi, downwardAPI, emptyDir, ephemeral, fc, hostPath, image, iscsi, nfs, persistentVolumeClaim, projected, secret, got ["emptyDir","hostPath"]',
  ],
  [
    'proxy: {container: {env: "A=secret"}}',
    'config.yaml:1:26 proxy.container.env: expected a list, got a string',
  ],
  [
    'init: {container: {securityContext: {privileged: true}}}',
    'config.yaml:1:50 init.container.securityContext.privileged: expected no value (the redirect only needs the capability NET_ADMIN), got true',
  ],
  [
    'init: {container: {securityContext: {runAsUser: 0, runAsNonRoot: true}}}',
    'config.yaml:1:66 init.container.securityContext.runAsNonRoot: expected false with runAsUser: 0, got true',
  ],
  [
    'redirect: {skipInboundPorts: "22,5054"}',
    'config.yaml:1:30 redirect.skipInboundPorts: expected ports other than the proxy\'s own (5054 and 5053), got "22,5054"',
  ],
  ['redirect: {dns: true}', 'config.yaml:1:17 redirect.dns: expected enabled or disabled, got true'],
  [
    'init: {container: {resources: {requests: {cpu: 2}, limits: {cpu: 1}}}}',
    'config.yaml:1:48 init.container.resources.requests.cpu: expected at most the limit (1), got "2"',
  ],
  [
    'pod: {labels: {example.com/team: "x y"}}',
    'config.yaml:1:34 pod.labels["example.com/team"]: expected a string that is a valid label value, got "x y"',
  ],
  [
    'pod: {labels: {proxy-injection: disabled}}',
    'config.yaml:1:15 pod.labels: expected keys other than the injector\'s own, got "proxy-injection"',
  ],
  ['log: []', 'config.yaml:1:6 log: expected a map of settings, got []'],
  [
    'excludedNamespaces: [Not a name]',
    'config.yaml:1:21 excludedNamespaces: expected a list of namespace names, got ["Not a name"]',
  ],
  [
    'redirect: {skipInboundPorts: [22, [80]]}',
    'config.yaml:1:30 redirect.skipInboundPorts: expected at most 300 ports (1 to 65535) or ascending ranges, such as 80,443,8000-8100, also as a list, got a list',
  ],
  [
    'redirect: {skipInboundPorts: 90-80}',
    'config.yaml:1:30 redirect.skipInboundPorts: expected at most 300 ports (1 to 65535) or ascending ranges, such as 80,443,8000-8100, also as a list, got "90-80"',
  ],
  [
    'redirect: {outbound: true}',
    'config.yaml:1:22 redirect.outbound: expected enabled or disabled, got true',
  ],
  [
    'redirect: {skipOutboundCidrs: 10.0.0.1/8}',
    'config.yaml:1:31 redirect.skipOutboundCidrs: expected at most 300 CIDRs without host bits, such as 10.0.0.0/8,fd00::/8 (no IPv4-mapped ones), also as a list, got "10.0.0.1/8"',
  ],
  [
    'pod: {labels: {a: 1}}',
    'config.yaml:1:19 pod.labels.a: expected a string that is a valid label value, got 1',
  ],
  ['pod: {labels: {"a b": x}}', 'config.yaml:1:15 pod.labels: expected valid label keys, got "a b"'],
  [
    'pod: {labels: {a: "x y"}}',
    'config.yaml:1:19 pod.labels.a: expected a string that is a valid label value, got "x y"',
  ],
  [
    'pod: {annotations: {proxy-injection/status: x}}',
    'config.yaml:1:20 pod.annotations: expected keys other than kubernetes.io/config.mirror and the injector\'s own, got "proxy-injection/status"',
  ],
  [
    'pod: {volumes: [{name: A}]}',
    'config.yaml:1:24 pod.volumes[0].name: expected a name of lowercase letters, digits, and hyphens, got "A"',
  ],
  [
    'pod: {volumes: [{name: a}, {name: a}]}',
    'config.yaml:1:35 pod.volumes[1].name: expected a unique name, got "a"',
  ],
  [
    'pod: {imagePullSecrets: [a]}',
    'config.yaml:1:25 pod.imagePullSecrets: expected a list of objects with a name and no other field, got ["a"]',
  ],
  [
    'namespaces: {shop: {proxy-injection: disabled}}',
    'config.yaml:1:13 namespaces: expected a map of namespaces with annotations, such as {shop: {annotations: {proxy-injection: disabled}}}, got an object',
  ],
  [
    'webhook: {port: 99999}',
    'config.yaml:1:17 webhook.port: expected a whole number from 0 to 65535, got 99999',
  ],
  [
    'tls: {minVersion: TLSv1.1}',
    'config.yaml:1:19 tls.minVersion: expected TLSv1.2 or TLSv1.3, got "TLSv1.1"',
  ],
  ['tls: {cert: ""}', 'config.yaml:1:13 tls.cert: expected a path, got ""'],
  ['log: {level: trace}', 'config.yaml:1:14 log.level: expected debug, info, warn, or error, got "trace"'],
];

describe(loadConfiguration.name, () => {
  it('returns the defaults without any configuration', () => {
    assert.deepEqual(loadConfiguration({}).configuration, new Configuration());
    assert.deepEqual(load('{}'), new Configuration());
  });

  it('keeps the defaults of settings that a section does not set', () => {
    const { tcpPort, udpPort, image } = load('proxy: {tcpPort: 1}').proxy;
    assert.deepEqual([tcpPort, udpPort, image], [1, 5053, 'lorenzotettamanti/cortexflow-proxy:latest']);
  });

  it('treats a key without a value as not set', () => {
    assert.deepEqual(
      load('proxy:\ninit:\n  image:\npod:\n  labels:\nredirect: {outbound: null}'),
      new Configuration(),
    );
  });

  describe('at startup, of a file for another version', () => {
    const start = (text: string) => {
      writeFileSync(file, text);
      return loadConfiguration({ INJECTOR_CONFIG: file }, { acceptsOtherVersions: true }).configuration;
    };

    it('ignores unknown keys, and only those', () => {
      const { proxy } = start('version: 99.0.0\nfuture: {a: 1}\nproxy: {image: "a:1", future: [2]}');
      assert.equal(proxy.image, 'a:1');
      assert.throws(
        () => start('version: 99.0.0\nfuture: 1\nproxy: {tcpPort: http}'),
        /proxy\.tcpPort: expected/,
      );
    });

    it('reports unknown keys if the file is for this version, or says nothing', () => {
      assert.throws(
        () => start(`version: ${PRODUCT_VERSION}\nfuture: 1`),
        /future: expected one of the keys/,
      );
      assert.throws(() => start('future: 1'), /future: expected one of the keys/);
    });
  });

  it('accepts a single port without quotes, and a list of ports', () => {
    assert.equal(load('redirect: {skipInboundPorts: 9090}').redirect.skipInboundPorts, '9090');
    const { redirect } = load('redirect: {skipInboundPorts: [22, 8000-8100], skipOutboundCidrs: []}');
    assert.deepEqual([redirect.skipInboundPorts, redirect.skipOutboundCidrs], ['22,8000-8100', '']);
  });

  it('accepts a held app with a hook that waits, and in native mode', () => {
    const hook = 'lifecycle: {postStart: {exec: {command: [wait]}}}';
    assert.equal(
      load(`proxy: {holdApplication: enabled, container: {${hook}}}`).proxy.holdApplication,
      'enabled',
    );
    assert.equal(load('proxy: {holdApplication: enabled, mode: native}').proxy.holdApplication, 'enabled');
  });

  it('accepts a number of seconds with and without quotes, and auto', () => {
    const seconds = ['12', '"12"', '0', 'auto', ''].map(
      (text) => load(`proxy: {drainSeconds: ${text}}`).proxy.drainSeconds,
    );
    assert.deepEqual(seconds, ['12', '12', '0', 'auto', 'auto']);
  });

  it('copies free-form settings as is', () => {
    const { container } = load(
      'proxy: {container: {env: [{name: constructor, value: x}], stdin: true}}',
    ).proxy;
    assert.deepEqual(container, { env: [{ name: 'constructor', value: 'x' }], stdin: true });
    assert.deepEqual(load('pod: {labels: {constructor: a, toString: b}}').pod.labels, {
      constructor: 'a',
      toString: 'b',
    });
  });

  it('drops nulls at every depth of free-form settings', () => {
    const { proxy, pod } = load(
      'proxy: {container: {image: null, env: [{name: A, value: null}], resources: {limits: {memory: null, cpu: 1}}}}\n' +
        'pod: {volumes: [{name: v, secret: {secretName: s, items: null}, emptyDir: null}]}',
    );
    assert.deepEqual(proxy.container, { env: [{ name: 'A' }], resources: { limits: { cpu: 1 } } });
    assert.deepEqual(pod.volumes, [{ name: 'v', secret: { secretName: 's' } }]);
  });

  it('accepts the variable of the log level if proxy.logLevel is not set', () => {
    const { container } = load('proxy: {container: {env: [{name: PROXY_LOG_LEVEL, value: a b}]}}').proxy;
    assert.deepEqual(container, { env: [{ name: 'PROXY_LOG_LEVEL', value: 'a b' }] });
  });

  it('freezes the configuration deeply', () => {
    const configuration = load('proxy: {container: {resources: {limits: {cpu: 1}}}}');
    const objects: unknown[] = [configuration];
    for (const object of objects) {
      assert.ok(Object.isFrozen(object));
      objects.push(
        ...Object.values(object as object).filter((inner) => typeof inner === 'object' && inner !== null),
      );
    }
    assert.ok(objects.length > 20);
  });

  for (const [text, violation] of INVALID) {
    it(`rejects ${text}`, () => assert.deepEqual(violations(text), [violation]));
  }

  it('lists all violations at once', () => {
    assert.equal(violations('a: 1\nproxy: {tcpPort: x, container: {name: y}}\nlog: {level: z}').length, 4);
  });

  it('lists at most 100 violations', () => {
    const lines = violations(Array.from({ length: 250 }, (_, index) => `a${index}: 1\n`).join(''));
    assert.equal(lines.length, 101);
    assert.equal(lines.at(-1), 'and 150 more');
  });

  it('accepts a file of 256 KiB, and rejects a larger one', () => {
    const comment = `#${'x'.repeat(256 * 1024 - 'log: {}\n#'.length)}`;
    assert.deepEqual(load(`log: {}\n${comment}`), new Configuration());
    assert.deepEqual(violations(`log: {}\n${comment}x`), [
      'config.yaml: expected a file of at most 256 KiB: larger than 256 KiB',
    ]);
  });

  /** Each took seconds or minutes, or ended the process. */
  const EXPENSIVE: readonly [string, string, string][] = [
    ['many keys', lines(20_000, (index) => `key${index}: v`), 'key0: expected one of the keys'],
    ['many equal keys', lines(50_000, () => 'a: 1'), 'Map keys must be unique'],
    ['many aliases', lines(10_000, (index) => `- &a${index} x\n- *a${index}`), 'more than 100 aliases'],
    ['deep flow lists', '['.repeat(130_000), 'nested deeper than 100 levels'],
    ['deep block lists', '- '.repeat(130_000), 'nested deeper than 100 levels'],
    ['deep maps', '{a: '.repeat(65_000), 'nested deeper than 100 levels'],
    ['keys in keys', '? '.repeat(130_000), 'nested deeper than 100 levels'],
  ];
  for (const [what, text, violation] of EXPENSIVE) {
    it(`soon rejects a file with ${what}`, () => {
      const before = process.cpuUsage();
      const [first = ''] = violations(text);
      assert.ok(first.includes(violation), first);
      assert.ok(process.cpuUsage(before).user < 5_000_000, `${process.cpuUsage(before).user} us`);
    });
  }

  it('names an unreadable file', () => {
    assert.throws(() => loadConfiguration({ INJECTOR_CONFIG: '/none.yaml' }), {
      name: 'ConfigurationError',
      message:
        "invalid configuration (/none.yaml):\n  /none.yaml: expected a readable file: ENOENT: no such file or directory, open '/none.yaml'",
    });
  });
});

describe('environment variables', () => {
  /** Names that must not change. */
  const STABLE_NAMES: { readonly [variable: string]: string } = {
    INJECTOR_PROXY_IMAGE: 'proxy.image',
    INJECTOR_PROXY_TCP_PORT: 'proxy.tcpPort',
    INJECTOR_PROXY_UDP_PORT: 'proxy.udpPort',
    INJECTOR_INIT_IMAGE: 'init.image',
    INJECTOR_INELIGIBLE_PODS: 'ineligiblePods',
    INJECTOR_WEBHOOK_PORT: 'webhook.port',
    INJECTOR_MANAGEMENT_PORT: 'management.port',
    INJECTOR_TLS_CERT: 'tls.cert',
    INJECTOR_TLS_KEY: 'tls.key',
    INJECTOR_LOG_LEVEL: 'log.level',
  };
  const variables = new Map(
    settingsOf(Configuration).map((entry) => [variableOf(entry), entry.path.join('.')]),
  );
  for (const [variable, path] of Object.entries(STABLE_NAMES)) {
    it(`${variable} sets ${path}`, () => assert.equal(variables.get(variable), path));
  }

  it('override the file', () => {
    assert.equal(load('proxy: {tcpPort: 1}', { INJECTOR_PROXY_TCP_PORT: '2' }).proxy.tcpPort, 2);
  });

  it('hold a number or a word, where both are valid', () => {
    const uid = (text: string) => load('{}', { INJECTOR_PROXY_UID: text }).proxy.uid;
    assert.deepEqual([uid('7'), uid('namespace')], [7, 'namespace']);
  });

  it('hold lists, separated by commas', () => {
    assert.deepEqual(load('{}', { INJECTOR_EXCLUDED_NAMESPACES: 'a, b' }).excludedNamespaces, ['a', 'b']);
    assert.deepEqual(load('{}', { INJECTOR_EXCLUDED_NAMESPACES: '' }).excludedNamespaces, []);
  });

  it('are named if their value is invalid', () => {
    assert.deepEqual(
      violations('{}', { INJECTOR_WEBHOOK_PORT: 'tcp://10.0.0.1:443', INJECTOR_PROXY_MODE: 'auto' }),
      [
        'INJECTOR_PROXY_MODE proxy.mode: expected container or native, got "auto"',
        'INJECTOR_WEBHOOK_PORT webhook.port: expected a whole number from 0 to 65535, got "tcp://10.0.0.1:443"',
      ],
    );
  });

  it('do not hide an invalid section of the file', () => {
    assert.deepEqual(violations('proxy: text', { INJECTOR_PROXY_IMAGE: 'a:1' }), [
      'config.yaml:1:8 proxy: expected a map of settings, got "text"',
    ]);
  });

  it('are unknown if they set no setting, such as those from Kubernetes for a Service named injector', () => {
    const { unknownVariables } = loadConfiguration({
      INJECTOR_SERVICE_HOST: '10.0.0.1',
      INJECTOR_PROXY_IMAGE: 'a:1',
    });
    assert.deepEqual(unknownVariables, ['INJECTOR_SERVICE_HOST']);
  });
});
