/** Settings that take more than 250,000 characters as CEL, in long lists, long maps, and many texts of all sizes. */
export function largeConfiguration() {
  const env = many(2000, (index) => ({ name: `VARIABLE_${index}`, value: `é${'x'.repeat(index % 60)}` }));
  const args = many(400, (index) => `--option-${index}=${'"y"'.repeat(15)}`);
  return {
    proxy: { container: { env, args: [...args, 'z'.repeat(30_000)] } },
    pod: {
      annotations: { 'example.com/long': 'a'.repeat(50_000), 'example.com/short': 'b' },
      labels: Object.fromEntries(many(50, (index) => [`example.com/label-${index}`, `value-${index}`])),
      volumes: many(100, (index) => ({ name: `volume-${index}`, emptyDir: {} })),
    },
  };
}

function many<T>(length: number, entry: (index: number) => T): T[] {
  return Array.from({ length }, (_, index) => entry(index));
}
