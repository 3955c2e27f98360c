/** Where a value is: the keys and list indices that lead to it. */
export type FieldPath = readonly (string | number)[];

/** A path as Kubernetes writes it in errors: `spec.containers[0].name`, `metadata.annotations["a/b"]`; empty for the whole. */
export function fieldPathText(path: FieldPath): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    if (!/^[\w-]+$/.test(part)) return `${text}[${JSON.stringify(part)}]`;
    return text === '' ? part : `${text}.${part}`;
  }, '');
}
