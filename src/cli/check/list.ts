/** The first names, and the number of the others: `a, b, and 3 more`. */
export function list(names: readonly string[], most = 5): string {
  const rest = names.length - most;
  return rest > 0 ? `${names.slice(0, most).join(', ')}, and ${rest} more` : names.join(', ');
}
