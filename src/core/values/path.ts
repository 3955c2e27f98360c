/** The keys and indices that lead to a value. */
export type Path = readonly (string | number)[];

/** A path in the notation of Kubernetes: `spec.containers[0].name`, `metadata.labels["app.kubernetes.io/name"]`. */
export function pathText(path: Path): string {
  return path
    .map((key) => (typeof key === 'string' && /^[\w-]+$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`))
    .join('')
    .replace(/^\./, '');
}
