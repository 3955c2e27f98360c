import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isScalar, parseDocument } from 'yaml';
import { ROOT } from '../../../checkout.js';
import { valuesFiles } from '../../../docs/chart/chart-files.js';
import { configSection } from '../../../docs/chart/config-values.js';
import { changesOf, sectionOf } from '../../changelog.js';
import { HOME, IMAGES, type Release } from '../release.js';
import { chartAnnotations } from './annotations.js';

const CHART = 'proxy-injector';

/**
 * Packages the chart into a folder with a Helm binary, and returns the path of the archive. The chart names the images
 * of the release by their digests. The same release makes the same bytes.
 */
export function writeChart(release: Release, folder: string, helm: string): string {
  const work = mkdtempSync(join(tmpdir(), 'chart-'));
  try {
    const chart = join(work, CHART);
    cpSync(join(ROOT, 'helm', CHART), chart, { recursive: true });
    copyFileSync(join(ROOT, 'LICENSE'), join(chart, 'LICENSE'));
    nameImages(chart, release);
    linkToRepository(chart, release);
    annotate(chart, release);
    setTimes(chart, release.time);
    execFileSync(helm, ['package', chart, '--destination', folder], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const archive = join(folder, `${CHART}-${release.version}.tgz`);
    // `helm push` writes it into the manifest, so that the digest of the chart would depend on it.
    utimesSync(archive, release.time, release.time);
    return archive;
  } finally {
    rmSync(work, { recursive: true });
  }
}

/** Makes the links of the README absolute: it is read where the chart is, without the repository around it. */
function linkToRepository(chart: string, { version }: Release): void {
  const path = join(chart, 'README.md');
  const readme = readFileSync(path, 'utf8');
  writeFileSync(path, readme.replaceAll('](../../', `](${HOME}/blob/v${version}/`));
}

/** Makes the images of the release the defaults of the values. */
function nameImages(chart: string, { version, registry, digests }: Release): void {
  const path = join(chart, 'values.yaml');
  let values = readFileSync(path, 'utf8');
  values = withDefault(values, ['image', 'registry'], registry);
  values = withDefault(values, ['image', 'digest'], digests.injector);
  writeFileSync(path, withDefault(values, ['agent', 'image', 'digest'], digests.agent));
  const initImage = `${IMAGES['proxy-init']}:${version}@${digests['proxy-init']}`;
  const config = configSection();
  const withImage = config.values.map((value) =>
    value.path.join('.') === 'config.init.image' ? { ...value, default: initImage } : value,
  );
  for (const { path, text } of valuesFiles(chart, { ...config, values: withImage }))
    writeFileSync(path, text);
}

/** A YAML text with another value at a path; everything else stays as it is. */
function withDefault(text: string, path: readonly string[], value: string): string {
  const node = parseDocument(text).getIn(path, true);
  if (!isScalar(node) || !node.range) throw new Error(`values.yaml: expected a value at ${path.join('.')}`);
  return text.slice(0, node.range[0]) + JSON.stringify(value) + text.slice(node.range[1]);
}

function annotate(chart: string, release: Release): void {
  const path = join(chart, 'Chart.yaml');
  const document = parseDocument(readFileSync(path, 'utf8'));
  const changelog = readFileSync(join(ROOT, 'CHANGELOG.md'), 'utf8');
  const annotations = chartAnnotations(release, changesOf(sectionOf(changelog, release.version)));
  for (const [key, value] of Object.entries(annotations)) document.setIn(['annotations', key], value);
  writeFileSync(path, document.toString({ lineWidth: 0 }));
}

function setTimes(folder: string, time: Date): void {
  for (const entry of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    utimesSync(join(folder, entry), time, time);
  }
}
