import { bind, emptyUnless, listIn, quoted } from '../../cel/expressions.js';
import type { Variable } from '../../program.js';

/**
 * - `containerNames`: of all containers
 * - `podKeys`: of the Pod's annotations and labels
 * - `foreignProxies`: the fields by which the Pod belongs to another mesh, in the words of the webhook
 */
export const FOREIGN_PROXY_VARIABLES: readonly Variable[] = [
  { name: 'containerNames', expression: 'variables.allContainers.map(c, c.name)' },
  {
    name: 'podKeys',
    expression: 'variables.podAnnotations.map(k, string(k)) + variables.podLabels.map(k, string(k))',
  },
  { name: 'foreignContainers', expression: foreignContainers() },
  { name: 'foreignMarks', expression: foreignMarks() },
  { name: 'foreignProxies', expression: 'variables.foreignContainers + variables.foreignMarks' },
];

function foreignContainers(): string {
  const matches = 'n.endsWith("*") ? c.name.startsWith(n.substring(0, n.size() - 1)) : n == c.name';
  const meshes = `variables.config.foreignProxies.filter(p, ${listIn('p', 'containers')}.exists(n, ${matches}))`;
  const found = `variables.allContainers.map(c, {"name": dyn(c.name), "meshes": dyn(${meshes})})`;
  const container = `"Container " + ${quoted('f.name')} + " (" + f.meshes[0].name + ")."`;
  const any =
    'n.endsWith("*") ? variables.containerNames.exists(c, c.startsWith(n.substring(0, n.size() - 1))) : ' +
    'n in variables.containerNames';
  return emptyUnless(
    `variables.config.foreignProxies.exists(p, ${listIn('p', 'containers')}.exists(n, ${any}))`,
    `${found}.filter(f, f.meshes.size() > 0).map(f, ${container})`,
  );
}

/** The first mark of each mesh. */
function foreignMarks(): string {
  const [annotation, label] = [hasMark('variables.podAnnotations'), hasMark('variables.podLabels')];
  const marks = `${listIn('p', 'metadata')}.filter(m, ${annotation} || ${label})`;
  const key = 'm.split("=")[0]';
  const found = `${annotation} ? "Annotation " + ${key} : "Label " + ${key}`;
  const ofMesh = bind('m', 'l[0]', `(${found}) + " (" + p.name + ")."`);
  const any = `${listIn('p', 'metadata')}.exists(m, ${key} in variables.podKeys)`;
  return emptyUnless(
    `variables.config.foreignProxies.exists(p, ${any})`,
    `variables.config.foreignProxies.map(p, ${bind('l', marks, `l.size() == 0 ? "" : ${ofMesh}`)})` +
      '.filter(t, t != "")',
  );
}

/** Whether a map has the key of a mark `m`, and its value if the mark has one. */
function hasMark(map: string): string {
  const value = 'm.substring(m.indexOf("=") + 1)';
  return `(m.split("=")[0] in ${map} && (!m.contains("=") || ${map}[m.split("=")[0]] == ${value}))`;
}
