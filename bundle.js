// Makes dist: src and the packages that it uses in a few dozen files instead of 1,100, which take Node longer to find than to run
// (docs/decisions/0009-bundle.md).
import { build } from 'rolldown';

await build({
  input: { main: 'src/main.ts', 'cli/main': 'src/cli/main.ts' },
  platform: 'node',
  tsconfig: 'tsconfig.build.json',
  // Parts of Nest that it looks for, and goes on without.
  external: [/^@nestjs\/(microservices|websockets)/],
  output: {
    dir: 'dist',
    chunkFileNames: 'chunks/[name].js',
    sourcemap: true,
    sourcemapExcludeSources: true,
  },
  // What the bundler only warns of, such as an import that is not there, would fail at run time.
  onLog: (level, log, handle) => handle(level === 'warn' ? 'error' : level, log),
});
