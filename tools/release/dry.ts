import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT } from '../checkout.js';
import { writeArtifacts } from './artifacts/artifacts.js';
import { REGISTRY, type Release } from './artifacts/release.js';
import { buildImage, differences, type Sources, TARGETS, type Target } from './images/images.js';
import { Layout } from './images/layout.js';
import { writeStatements } from './images/statements.js';

/** Where everything goes. */
const OUT = join(ROOT, '.release');

/** What it needs of `npm run tools`: `signing` is cosign and syft. */
const TOOLS = ['helm', 'registry', 'signing'];

/**
 * `npm run release:dry`: builds and verifies everything that a release publishes, from a clean work tree, and publishes
 * nothing. `--once` leaves out the second build of the images. `--bases published` builds them on the base images of
 * the Dockerfile, which it pulls, instead of stand-ins.
 */
function main(args: string[]): void {
  const options = { once: { type: 'boolean' }, bases: { type: 'string', default: 'local' } } as const;
  const { once, bases } = parseArgs({ args, options }).values;
  if (bases !== 'local' && bases !== 'published') {
    throw new Error(`--bases: expected local or published, got ${bases}`);
  }
  const changed = output('git', 'status', '--porcelain').trimEnd();
  if (changed !== '')
    throw new Error(`expected a clean work tree, got changes: commit them first\n${changed}`);
  const missing = TOOLS.filter((tool) => spawnSync(installer(tool), ['--check']).status !== 0);
  if (missing.length > 0) {
    throw new Error(
      `missing or not current: ${missing.join(', ')}: npm run tools -- --release (on Debian, as root)`,
    );
  }
  const commit = output('git', 'rev-parse', 'HEAD').trim();
  const epoch = Number(output('git', 'log', '--max-count=1', '--format=%ct').trim());

  rmSync(OUT, { recursive: true, force: true });
  mkdirSync(join(OUT, 'images'), { recursive: true });
  const sources: Sources = { commit, epoch, bases };
  for (const target of TARGETS) {
    const layout = buildImage(target, join(OUT, 'images', target), sources);
    if (!once) compare(target, layout, sources);
    writeStatements(OUT, target, sources);
  }
  writeArtifacts(release(epoch), OUT, { files: statements() });
  verify();
  console.log(`\nBuilt and verified from ${commit}, published nothing:\n${summary()}`);
}

function installer(tool: string): string {
  return join(ROOT, 'tools', 'install', `${tool}.sh`);
}

/** What the chart and the other files name. */
function release(epoch: number): Release {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const digest = (target: Target) => new Layout(join(OUT, 'images', target)).descriptor.digest;
  return {
    version,
    time: new Date(epoch * 1000),
    registry: REGISTRY,
    digests: { injector: digest('injector'), 'proxy-init': digest('proxy-init'), agent: digest('agent') },
  };
}

/** The files that `publish.sh` signs. */
function statements(): string[] {
  return ['provenance', 'sbom'].flatMap((folder) =>
    readdirSync(join(OUT, folder)).map((name) => join(OUT, folder, name)),
  );
}

/** Builds an image again, and throws if it is not the same. */
function compare(target: Target, layout: Layout, sources: Sources): void {
  const directory = join(OUT, 'again');
  const different = differences(layout, buildImage(target, directory, sources));
  if (different.length > 0) {
    throw new Error(`expected two builds of ${target} to be the same, got:\n${different.join('\n')}`);
  }
  rmSync(directory, { recursive: true });
}

/** Runs the suite `release` with what was built. */
function verify(): void {
  const env = { ...process.env, RELEASE_DIRECTORY: OUT };
  const { status } = spawnSync(process.execPath, [join(ROOT, '.build', 'test', 'run.js'), 'release'], {
    env,
    stdio: 'inherit',
  });
  if (status !== 0) throw new Error('the tests of what was built failed');
  rmSync(join(OUT, 'checksums.txt.sigstore.json')); // the suite signed it with a key of its own
}

/** What was made: images with digest and size, then files with their size. */
function summary(): string {
  const images = TARGETS.map((target) => {
    const layout = new Layout(join(OUT, 'images', target));
    return [`${target}@${layout.descriptor.digest}`, shown(sizeOf(layout.directory))];
  });
  const files = readdirSync(OUT, { recursive: true, encoding: 'utf8' })
    .filter((path) => !path.startsWith('images/') && statSync(join(OUT, path)).isFile())
    .sort()
    .map((path) => [`.release/${path}`, shown(statSync(join(OUT, path)).size)]);
  return [...images, ...files].map(([name, size]) => `  ${size?.padStart(9)}  ${name}`).join('\n');
}

function sizeOf(directory: string): number {
  const entries = readdirSync(directory, { recursive: true, encoding: 'utf8' });
  return entries.reduce((sum, path) => sum + statSync(join(directory, path)).size, 0);
}

function shown(bytes: number): string {
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

function output(command: string, ...args: string[]): string {
  return execFileSync(command, args, { cwd: ROOT, encoding: 'utf8' });
}

try {
  main(process.argv.slice(2));
} catch (error) {
  console.error(`release:dry: ${(error as Error).message}`);
  process.exitCode = 1;
}
