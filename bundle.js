// Makes dist: src and the packages that it uses in a few dozen files instead of 1,100, which take Node longer to find than to run
// (docs/decisions/0009-bundle.md).
import { writeFileSync } from 'node:fs';
import { build } from 'rolldown';

/** Packages are readable as they are; source maps of theirs would take 5 MB of memory. */
const packagesWithoutSourceMaps = {
  name: 'packages-without-source-maps',
  transform: { filter: { id: /node_modules/ }, handler: (code) => ({ code, map: { mappings: '' } }) },
};

/** Says at the head of a file which packages are in it. */
function contents({ moduleIds }) {
  const names = moduleIds.map((id) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(id)?.[1]);
  const packages = [...new Set(names)].filter((name) => name !== undefined).sort();
  return packages.length === 0 ? '' : `// packages: ${packages.join(', ')}`;
}

await build({
  input: { main: 'src/main.ts', 'cli/main': 'src/cli/main.ts' },
  platform: 'node',
  tsconfig: 'tsconfig.build.json',
  // What Nest and debug look for, and go on without.
  external: [/^@nestjs\/(microservices|websockets)/, 'supports-color'],
  plugins: [packagesWithoutSourceMaps],
  // Terminus asks with it for packages of indicators that are not used here; CommonJS has not got it.
  transform: { define: { 'import.meta.resolve': 'undefined' } },
  output: {
    dir: 'dist',
    format: 'cjs', // as an ES module, importing node:http makes Node load its fetch as well
    chunkFileNames: 'chunks/[name].js',
    banner: contents,
    charset: 'ascii', // V8 takes two bytes a character for a text with any beyond Latin-1
    sourcemap: true,
    sourcemapExcludeSources: true,
  },
  // What the bundler only warns of, such as an import that is not there, would fail at run time.
  onLog: (level, log, handle) => handle(level === 'warn' ? 'error' : level, log),
});

writeFileSync('dist/package.json', '{ "type": "commonjs" }\n');
