/** The first names, and how many more there are. */
export function list(names: readonly string[], most = 5): string {
  const rest = names.length - most;
  return rest > 0 ? `${names.slice(0, most).join(', ')}, and ${rest} more` : names.join(', ');
}
