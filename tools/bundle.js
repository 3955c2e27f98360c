// Bundles src and the packages it uses into dist: a few dozen files instead of 1,100, which take Node longer to find
// than to run (docs/decisions/0009-ship-a-bundle.md).
import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build } from 'rolldown';

const SRC = join(import.meta.dirname, '..', 'src');

/**
 * Packages are readable as they are. Their maps would take 5 MB of memory, and Node counts the lines of every file that
 * names a map.
 */
const sourceMapsOfOursAlone = {
  name: 'source-maps-of-ours-alone',
  generateBundle(_options, bundle) {
    const chunks = Object.values(bundle).filter(({ type }) => type === 'chunk');
    for (const chunk of chunks) if (!isOurs(chunk)) delete bundle[`${chunk.fileName}.map`];
  },
};

/** A file has code of src or of packages, not of both. */
function isOurs({ moduleIds }) {
  return moduleIds.some((id) => id.startsWith(SRC));
}

function nameOfSourceMap(chunk) {
  return isOurs(chunk) ? `//# sourceMappingURL=${basename(chunk.fileName)}.map` : '';
}

/** Says at the head of a file which packages are in it. */
function contents({ moduleIds }) {
  const names = moduleIds.map((id) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(id)?.[1]);
  const packages = [...new Set(names)].filter((name) => name !== undefined).sort();
  return packages.length === 0 ? '' : `// packages: ${packages.join(', ')}`;
}

rmSync('dist', { recursive: true, force: true });

await build({
  input: { main: 'src/main.ts', 'cli/main': 'src/cli/main.ts' },
  platform: 'node',
  tsconfig: 'tsconfig.build.json',
  external: [
    // What Nest and debug look for, and go on without.
    /^@nestjs\/(microservices|websockets)/,
    'supports-color',
    // Half a megabyte of character sets of bodies, and Express reads none here.
    /^\.\/tables\/.*\.json$/,
  ],
  plugins: [sourceMapsOfOursAlone],
  // Terminus asks with it for packages of indicators that are not used here; CommonJS has not got it.
  transform: { define: { 'import.meta.resolve': 'undefined' } },
  output: {
    dir: 'dist',
    format: 'cjs', // as an ES module, importing node:http makes Node load its fetch as well
    chunkFileNames: ({ name }) => `chunks/${name.replaceAll(/[~/]/g, '-')}.js`,
    // Packages go into files of their own: one for each set of entry points and imports that need the same ones.
    codeSplitting: { groups: [{ name: 'packages', test: /node_modules/, entriesAware: true }] },
    banner: contents,
    charset: 'ascii', // V8 takes two bytes a character for a text with any beyond Latin-1
    comments: { jsdoc: false },
    footer: nameOfSourceMap,
    sourcemap: 'hidden', // that is, not named but where the footer does
    sourcemapExcludeSources: true,
  },
  // What the bundler only warns of, such as an import that is not there, would fail at run time.
  onLog: (level, log, handle) => handle(level === 'warn' ? 'error' : level, log),
});

writeFileSync('dist/package.json', '{ "type": "commonjs" }\n');
chmodSync('dist/cli/main.js', 0o755);
