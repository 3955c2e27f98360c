// Bundles src and the packages it uses into dist: a few dozen files instead of 1,100, which take Node longer to find
// than to run (docs/decisions/0009-ship-a-bundle.md).
import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build } from 'rolldown';

const ROOT = join(import.meta.dirname, '..');
const SRC = join(ROOT, 'src');

/** As ES modules, of which the bundler keeps what Nest uses: a fifth. Its exports offer Node only CommonJS. */
const RXJS = join(ROOT, 'node_modules', 'rxjs', 'dist', 'esm');

/**
 * Drops the source maps of packages. Packages are readable without; their maps would take 5 MB of memory, and Node
 * counts the lines of every file that names its map.
 */
const sourceMapsOfSrcOnly = {
  name: 'source-maps-of-src-only',
  generateBundle(_options, bundle) {
    const chunks = Object.values(bundle).filter(({ type }) => type === 'chunk');
    for (const chunk of chunks) if (!isSrc(chunk)) delete bundle[`${chunk.fileName}.map`];
  },
};

/**
 * Leaves out the API clients of @kubernetes/client-node, and the HTTP client undici that they use: 1.5 MB, of which
 * src/cli/cluster needs nothing (docs/decisions/0010-read-kubeconfig-files.md).
 */
const withoutUnusedClients = {
  name: 'without-unused-clients',
  resolveId(id, importer = '') {
    const isUnused = ['undici', './gen/index.js', './middleware.js'].includes(id);
    return isUnused && importer.endsWith('client-node/dist/config.js') ? '\0unused-clients' : undefined;
  },
  load(id) {
    const names = [
      'Agent',
      'ProxyAgent',
      'ServerConfiguration',
      'createConfiguration',
      'setHeaderMiddleware',
    ];
    return id === '\0unused-clients' ? `export let ${names.join(', ')};` : undefined;
  },
};

/** Leaves out the parsers of request bodies and their character sets: Express does not read bodies here. */
const withoutBodyParsers = {
  name: 'without-body-parsers',
  resolveId: (id) => (id === 'body-parser' ? '\0body-parser' : undefined),
  load: (id) => (id === '\0body-parser' ? 'module.exports = {};' : undefined),
};

/** Whether a file holds code of src. If not, it holds packages: no file holds both. */
function isSrc({ moduleIds }) {
  return moduleIds.some((id) => id.startsWith(SRC));
}

function sourceMapComment(chunk) {
  return isSrc(chunk) ? `//# sourceMappingURL=${basename(chunk.fileName)}.map` : '';
}

/** Lists the packages in a file, for the comment at its top. */
function packagesComment({ moduleIds }) {
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
    // Nest and debug try to load these and run without them.
    /^@nestjs\/(microservices|websockets)/,
    'supports-color',
  ],
  resolve: {
    alias: { rxjs$: join(RXJS, 'index.js'), 'rxjs/operators': join(RXJS, 'operators', 'index.js') },
  },
  plugins: [sourceMapsOfSrcOnly, withoutUnusedClients, withoutBodyParsers],
  // Terminus uses it to look for packages of unused health indicators. CommonJS does not have it.
  transform: { define: { 'import.meta.resolve': 'undefined' } },
  output: {
    dir: 'dist',
    format: 'cjs', // from an ES module, importing node:http also loads Node's fetch
    chunkFileNames: ({ name }) => `chunks/${name.replaceAll(/[~/]/g, '-')}.js`,
    // Separates packages from src: one file per group of packages that the same entry points and imports need.
    codeSplitting: { groups: [{ name: 'packages', test: /node_modules/, entriesAware: true }] },
    banner: packagesComment,
    charset: 'ascii', // V8 stores a source with any character beyond Latin-1 in two bytes per character
    comments: { jsdoc: false },
    footer: sourceMapComment,
    sourcemap: 'hidden', // without the comment that names the map: `footer` adds it for src only
    sourcemapExcludeSources: true,
  },
  // The bundler only warns about errors that would surface at run time, such as a missing import.
  onLog: (level, log, handle) => handle(level === 'warn' ? 'error' : level, log),
});

writeFileSync('dist/package.json', '{ "type": "commonjs" }\n');
chmodSync('dist/cli/main.js', 0o755);
