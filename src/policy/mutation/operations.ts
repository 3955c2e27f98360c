import { RULES } from '../../core/decision/rules.js';
import { REMOVE_REDIRECT } from '../../core/patch/redirect-record.js';
import { REDIRECT } from '../../core/pod/annotations.js';
import { INIT_MARKS, INIT_NAME, PROXY_NAME } from '../../core/pod/container-names.js';
import { bind } from '../cel/expressions.js';
import { text, texts } from '../cel/literal.js';
import type { Variable } from '../program.js';

const INIT_CONTAINERS = 'variables.pod.spec.?initContainers';

/** Why a Pod is skipped, if it is to carry the reason. */
const RECORDED = RULES.filter(({ isRecorded }) => isRecorded).map(({ reason }) => reason);

const IS_MARKED = `l[i].?env.orValue([]).exists(e, e.name in ${texts(INIT_MARKS)})`;
const IS_NATIVE = `c.name == ${text(PROXY_NAME)} && c.?restartPolicy.orValue("") == "Always"`;

/**
 * The index of the init container of an injected Pod that is to be moved to the end, in a list: see `misplacedInit` of
 * the core.
 */
const MISPLACED = bind(
  'l',
  'variables.initContainers',
  `(l.size() == 0 || l[l.size() - 1].name == ${text(INIT_NAME)} || l.exists(c, ${IS_NATIVE}) ? [] : ${bind(
    'f',
    `lists.range(l.size()).filter(i, l[i].name == ${text(INIT_NAME)} && ${IS_MARKED})`,
    'f.size() == 0 ? [] : [f[f.size() - 1]]',
  )})`,
);

/** The operations of the patch: see `buildPatch`, `recordSkipped`, and `repairs` of the core. */
export const OPERATION_VARIABLES: readonly Variable[] = [
  {
    name: 'containerOps',
    expression:
      "variables.mode == 'container'" +
      ` ? ${append('/spec/initContainers', INIT_CONTAINERS, '[variables.initContainer]')}` +
      ` + [${add("variables.isProxyFirst ? '/spec/containers/0' : '/spec/containers/-'", 'variables.proxyContainer')}]` +
      ` : ${INIT_CONTAINERS}.hasValue()` +
      ` ? [${add("'/spec/initContainers/0'", 'variables.initContainer')}, ${add("'/spec/initContainers/1'", 'variables.proxyContainer')}]` +
      ` : [${add("'/spec/initContainers'", '[variables.initContainer, variables.proxyContainer]')}]`,
  },
  { name: 'staleRedirectOps', expression: staleRedirectOps() },
  {
    name: 'injectionOps',
    expression: [
      'variables.probeOps',
      'variables.staleRedirectOps',
      setMembers('annotations', 'variables.annotations'),
      setMembers('labels', 'variables.addedLabels'),
      append('/spec/volumes', 'variables.pod.spec.?volumes', 'variables.addedVolumes'),
      append('/spec/imagePullSecrets', 'variables.pod.spec.?imagePullSecrets', 'variables.addedPullSecrets'),
      'variables.containerOps',
    ].join('\n+ '),
  },
  { name: 'recordOps', expression: setMembers('annotations', 'variables.skippedAnnotations') },
  {
    name: 'moveOps',
    expression:
      `${MISPLACED}.map(i, {"op": dyn("move"), "from": dyn("/spec/initContainers/" + string(i)),` +
      ' "path": dyn("/spec/initContainers/-"), "value": dyn("")})',
  },
  {
    name: 'ops',
    expression:
      'variables.outcome == "injected" ? variables.injectionOps : variables.outcome == "denied" ? []' +
      ' : variables.reason == "already-injected" ? variables.moveOps' +
      ` : !(variables.reason in ${texts(RECORDED)}) ? []` +
      ' : variables.staleRedirectOps + (variables.config.annotateOutcome == "enabled" ? variables.recordOps : [])',
  },
];

/** Removes the annotation on which an agent would act. */
function staleRedirectOps(): string {
  const { op, path } = REMOVE_REDIRECT;
  return `!(${text(REDIRECT)} in variables.podAnnotations) ? [] : [${operation(op, text(path), '""')}]`;
}

/** The operation that adds a value, as a literal. Both are expressions. */
function add(path: string, value: string): string {
  return operation('add', path, value);
}

function operation(op: string, path: string, value: string): string {
  return `{"op": dyn(${text(op)}), "from": dyn(""), "path": dyn(${path}), "value": dyn(${value})}`;
}

/** Adds entries to a list, which may be absent. */
function append(path: string, list: string, entries: string): string {
  return (
    `(${entries}.size() == 0 ? [] : ${list}.hasValue() ? ${entries}.map(e, ${add(text(`${path}/-`), 'e')})` +
    ` : [${add(text(path), entries)}])`
  );
}

/** Adds members to a map of the metadata, which may be absent. */
function setMembers(map: 'annotations' | 'labels', members: string): string {
  const path = `/metadata/${map}`;
  return (
    `(${members}.size() == 0 ? [] : variables.pod.?metadata.?${map}.hasValue()` +
    ` ? ${members}.map(k, ${add(`${text(`${path}/`)} + string(k).replace("~", "~0").replace("/", "~1")`, `${members}[k]`)})` +
    ` : [${add(text(path), members)}])`
  );
}
