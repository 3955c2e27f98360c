import { overrideKey } from '../../core/pod/annotations.js';
import { QOS_RESOURCES } from '../../core/resources/guaranteed.js';
import { resourceOverride } from '../../core/settings/overrides.js';
import { QUANTITY } from '../../core/values/quantity.js';
import { emptyUnless, quoted } from '../cel/expressions.js';
import { optionalMap, text, texts } from '../cel/literal.js';
import type { Variable } from '../program.js';
import { AMOUNTS } from './overrides.js';

type ContainerKind = (typeof AMOUNTS)[number]['container'];

const KINDS = ['requests', 'limits'] as const;

/**
 * - `hasPodResources`: whether the Pod has resources of its own (`spec.resources`)
 * - `isGuaranteed`: whether its containers make it Guaranteed
 * - `isGuaranteedByOwn`: the same for its own resources
 * - `resources`: like `amounts`, adapted to the Pod
 * - `podResourceViolations`: why nothing can be added to the resources of the Pod
 */
export const RESOURCE_VARIABLES: readonly Variable[] = [
  { name: 'ownResources', expression: 'variables.pod.spec[?"resources"].orValue({})' },
  { name: 'hasPodResources', expression: hasPodResources() },
  { name: 'isGuaranteed', expression: isGuaranteed() },
  { name: 'isGuaranteedByOwn', expression: isGuaranteedByOwn() },
  {
    name: 'resources',
    expression: emptyUnless(
      'variables.amounts.size() > 0',
      optionalMap(AMOUNTS.map((each) => [each.name, adapted(each)])),
      '{}',
    ),
  },
  { name: 'podResourceViolations', expression: podResourceViolations() },
];

/** Whether an amount is one that no container can request. The API server has made sure that it is a quantity. */
function isNegative(amount: string): string {
  return `sign(quantity(string(${amount}))) < 0`;
}

/** Whether requests and limits equal each other for CPU and memory, in an optional map of both. */
function isGuaranteedBy(resources: string): string {
  return `${texts(QOS_RESOURCES)}.all(r, ${resources}.?limits[?r].hasValue() && ${isEqual(resources)})`;
}

function isEqual(resources: string): string {
  const limit = `quantity(string(${resources}.?limits[?r].value()))`;
  const request = `quantity(string(${resources}.?requests[?r].or(${resources}.?limits[?r]).value()))`;
  return `sign(${limit}) > 0 && ${request}.compareTo(${limit}) == 0`;
}

function isPodLevel(resource: string): string {
  return `(${resource} in ${texts(QOS_RESOURCES)} || ${resource}.startsWith("hugepages-"))`;
}

function hasPodResources(): string {
  return `${texts(KINDS)}.exists(k, variables.ownResources[?k].orValue({}).exists(r, ${isPodLevel('r')}))`;
}

function isGuaranteed(): string {
  return `variables.allContainers.all(c, ${isGuaranteedBy('c.?resources')})`;
}

function isGuaranteedByOwn(): string {
  const requested = `variables.allContainers.exists(c, ${texts(KINDS)}.exists(k, c.?resources[?k][?r].hasValue()))`;
  const isUpToContainers = `!variables.ownResources.?requests[?r].hasValue() && ${requested}`;
  return `!${texts(QOS_RESOURCES)}.exists(r, ${isUpToContainers}) && ${isGuaranteedBy('optional.of(variables.ownResources)')}`;
}

/** See `core/resources/injected-resources.ts`. */
function adapted({ container, resource, name }: (typeof AMOUNTS)[number]): string {
  const amount = `variables.amounts[?${text(name)}]`;
  const equal = equalized(container, resource, amount);
  const within =
    container === 'proxy'
      ? `variables.config.proxy.podResources != "grow" ? optional.none() : variables.isGuaranteedByOwn ? ${equal} : ${amount}`
      : 'optional.none()';
  return `variables.hasPodResources ? (${within}) : variables.isGuaranteed ? ${equal} : ${amount}`;
}

function equalized(container: ContainerKind, resource: string, amount: string): string {
  const [request, limit] = (['request', 'limit'] as const).map((kind) =>
    resourceOverride(container, resource, kind),
  ) as [string, string];
  const [hasRequest, hasLimit] = [request, limit].map(
    (name) => `${text(overrideKey(name))} in variables.podAnnotations`,
  );
  const ofRequest = `variables.amounts[?${text(request)}]`;
  const both = `${hasRequest} ? ${ofRequest} : variables.amounts[?${text(limit)}].or(${ofRequest})`;
  return `(${hasRequest} && ${hasLimit} ? ${amount} : (${both}).or(${amount}))`;
}

/** Why nothing can be added to the Pod's own resources, in the words of the webhook. */
function podResourceViolations(): string {
  const ofKind = (kind: string) => {
    const amounts = `variables.ownResources[?${text(kind)}].orValue({})`;
    const path = `${text(`spec.resources.${kind}.`)} + r`;
    const violation = `${path} + ${text(`: expected ${QUANTITY.expected}, got `)} + ${quoted(`${amounts}[r]`)}`;
    return `${amounts}.filter(r, ${isPodLevel('r')} && ${isNegative(`${amounts}[r]`)}).map(r, ${violation})`;
  };
  return KINDS.map(ofKind).join(' + ');
}
