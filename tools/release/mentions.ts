/** A place where files name the version of this project. */
interface Mention {
  /** Of paths from the root of the checkout. */
  readonly files: RegExp;
  /** What stands before the version. */
  readonly before: RegExp;
}

const VERSION = /\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]*[0-9A-Za-z])?/;

/**
 * Every place that names the version, apart from package.json, its lock file and CHANGELOG.md. A release changes them,
 * and a test compares them with package.json. What `npm run docs` generates follows from these.
 */
export const MENTIONS: readonly Mention[] = [
  { files: /^src\/core\/version\.ts$/, before: /PRODUCT_VERSION = '/ },
  { files: /(^|\/)Chart\.yaml$/, before: /^(?:version|appVersion): "?/ },
  { files: /^Dockerfile$/, before: /org\.opencontainers\.image\.version="/ },
  { files: /^(?!CHANGELOG\.md$).*/, before: /\bproxy-injector\/(?:injector|proxy-init):/ },
  // Golden files of the chart, which only Helm can render again.
  { files: /^test\/chart\/.*\.yaml$/, before: /app\.kubernetes\.io\/version: "?/ },
  { files: /^test\/chart\/.*\.yaml$/, before: /helm\.sh\/chart: proxy-injector-/ },
];

/** The versions that a file names at one of those places. */
export function namedVersions(text: string, { before }: Mention): string[] {
  return [...text.matchAll(pattern(before))].map(([, , version = '']) => version);
}

/** A file with another version at each of those places. */
export function withVersion(path: string, text: string, version: string): string {
  return MENTIONS.filter(({ files }) => files.test(path)).reduce(
    (changed, { before }) => changed.replace(pattern(before), (_all, kept) => kept + version),
    text,
  );
}

function pattern(before: RegExp): RegExp {
  return new RegExp(`(${before.source})(${VERSION.source})`, 'gm');
}
