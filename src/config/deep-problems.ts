import { PREFIX, TOGGLE } from '../core/annotations.js';
import { requestsOverLimits } from '../core/injection.js';
import { isObject, type JsonObject } from '../core/json.js';
import type { Configuration } from './configuration.js';
import { containerProblems } from './container-problems.js';
import type { Problem } from './problem.js';

const QUALIFIED_NAME =
  /^(?:[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?\/)?[A-Za-z0-9](?:[\w.-]{0,61}[A-Za-z0-9])?$/;
const LABEL_VALUE = /^(?:[A-Za-z0-9](?:[\w.-]{0,61}[A-Za-z0-9])?)?$/;
const DNS_LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * What is wrong inside the free-form settings, and between settings: whatever would make the API server refuse every Pod that
 * is injected. Sources: kubernetes.io/docs/concepts/overview/working-with-objects (names, labels, annotations).
 */
export function deepProblems({ proxy, init, pod }: Configuration): Problem[] {
  return [
    ...(isObject(proxy?.container) ? proxyProblems(proxy.container) : []),
    ...(isObject(init?.container) ? containerProblems('init.container', init.container, PLAIN_INIT) : []),
    ...(isObject(pod) ? podProblems(pod) : []),
    ...mountProblems('proxy.container', proxy?.container, pod?.volumes),
    ...mountProblems('init.container', init?.container, pod?.volumes),
  ];
}

/** Fields that the API server does not take in an init container that ends: "may not be set for init containers". */
const PLAIN_INIT = ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'];

function proxyProblems(container: JsonObject): Problem[] {
  const problems = containerProblems('proxy.container', container, []);
  const { resources, securityContext } = container;
  if (isObject(securityContext)) {
    for (const [field, setting] of [
      ['runAsUser', 'proxy.uid'],
      ['runAsGroup', 'proxy.gid'],
    ] as const) {
      const path = `proxy.container.securityContext.${field}`;
      if (securityContext[field] !== undefined) {
        problems.push({ path, expected: `nothing (set ${setting} instead)`, given: securityContext[field] });
      }
    }
  }
  if (isObject(resources) && isObject(resources.requests ?? {}) && isObject(resources.limits ?? {})) {
    const { requests = {}, limits = {} } = resources as { requests?: JsonObject; limits?: JsonObject };
    for (const { resource, request, limit } of requestsOverLimits({ requests, limits })) {
      const path = `proxy.container.resources.requests.${resource}`;
      problems.push({ path, expected: `at most the limit, ${limit}`, given: request });
    }
  }
  return problems;
}

function podProblems({ labels, annotations, volumes }: Configuration['pod']): Problem[] {
  const problems: Problem[] = [];
  for (const [key, value] of Object.entries(isObject(labels) ? labels : {})) {
    if (!QUALIFIED_NAME.test(key))
      problems.push({ path: 'pod.labels', expected: 'valid label keys', given: key });
    if (!LABEL_VALUE.test(value))
      problems.push({ path: `pod.labels.${key}`, expected: 'a label value', given: value });
  }
  for (const key of Object.keys(isObject(annotations) ? annotations : {})) {
    const ours = key === TOGGLE || key.startsWith(PREFIX);
    if (!QUALIFIED_NAME.test(key) || ours) {
      const expected = ours ? `keys that do not begin with ${TOGGLE}` : 'valid annotation keys';
      problems.push({ path: 'pod.annotations', expected, given: key });
    }
  }
  const names = (Array.isArray(volumes) ? volumes : []).map((volume) => volume?.name);
  for (const [index, name] of names.entries()) {
    if (typeof name !== 'string') continue;
    const expected = names.indexOf(name) < index ? 'a name of its own' : 'a DNS label';
    if (names.indexOf(name) < index || !DNS_LABEL.test(name)) {
      problems.push({ path: `pod.volumes[${index}].name`, expected, given: name });
    }
  }
  return problems;
}

function mountProblems(path: string, container: unknown, volumes: unknown): Problem[] {
  const mounts = isObject(container) && Array.isArray(container.volumeMounts) ? container.volumeMounts : [];
  const names = new Set((Array.isArray(volumes) ? volumes : []).map((volume) => volume?.name));
  return mounts.flatMap((mount, index) =>
    isObject(mount) && names.has(mount.name)
      ? []
      : [
          {
            path: `${path}.volumeMounts[${index}].name`,
            expected: 'the name of one of pod.volumes',
            given: mount?.name,
          },
        ],
  );
}
