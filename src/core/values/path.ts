/** The keys and indices that lead to a value. */
export type Path = readonly (string | number)[];

/** A path in the notation of Kubernetes: `spec.containers[0].name`, `metadata.labels["app.kubernetes.io/name"]`. */
export function pathText(path: Path): string {
  let text = '';
  for (const key of path) {
    if (typeof key !== 'string' || !/^[\w-]+$/.test(key)) text += `[${JSON.stringify(key)}]`;
    else text += text === '' ? key : `.${key}`;
  }
  return text;
}
