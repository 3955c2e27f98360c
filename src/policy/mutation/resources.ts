import { QOS_RESOURCES } from '../../core/resources/guaranteed.js';
import { resourceOverride } from '../../core/settings/overrides.js';
import { emptyUnless } from '../cel/expressions.js';
import { text, texts } from '../cel/literal.js';
import type { Variable } from '../program.js';
import { onlyIf } from './expressions.js';

const CONTAINERS = ['proxy', 'init'] as const;
const KINDS = ['requests', 'limits'] as const;
type ContainerKind = (typeof CONTAINERS)[number];
type Kind = (typeof KINDS)[number];

/** Whether the Pod itself has what is configured for a container. */
const IS_SHARED = 'variables.hasPodResources && r.startsWith("hugepages-")';

/** The field `resources` of both containers, with what the decision says about CPU and memory; empty for none. */
export const RESOURCE_VARIABLES: readonly Variable[] = CONTAINERS.flatMap((container) => [
  ...KINDS.map((kind) => ({ name: nameOf(container, kind), expression: amounts(container, kind) })),
  { name: `${container}Resources`, expression: resources(container) },
]);

/** Besides CPU and memory, what is configured; but in a Pod with resources of its own, those have the huge pages. */
function amounts(container: ContainerKind, kind: Kind): string {
  const configured = `variables.config.${container}.container.?resources.?${kind}.orValue({})`;
  const [before = '', after = ''] = resourceOverride(container, '*', kind.slice(0, -1)).split('*');
  const name = `(${text(before)} + r + ${text(after)})`;
  const adapted = `${texts(QOS_RESOURCES)}.filter(r, ${name} in variables.resources)`;
  const others = `${configured}.map(r, string(r)).filter(r, !(r in ${texts(QOS_RESOURCES)} || ${IS_SHARED}))`;
  return (
    `(${adapted} + ${others}).transformMapEntry(i, r,` +
    ` {r: r in ${texts(QOS_RESOURCES)} ? dyn(variables.resources[${name}]) : ${configured}[r]})`
  );
}

function resources(container: ContainerKind): string {
  const members = KINDS.map((kind) => {
    const map = `variables.${nameOf(container, kind)}`;
    return `?${text(kind)}: ${onlyIf(`${map}.size() > 0`, map)}`;
  });
  const any = `variables.resources.size() > 0 || variables.config.${container}.container.?resources.hasValue()`;
  return emptyUnless(any, `{${members.join(', ')}}`, '{}');
}

function nameOf(container: ContainerKind, kind: Kind): string {
  return container + kind.charAt(0).toUpperCase() + kind.slice(1);
}
