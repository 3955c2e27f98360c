const UNRELEASED = '## [Unreleased]\n';

/** The released versions of a changelog in the format of https://keepachangelog.com, the newest first. */
export function releasedVersions(changelog: string): string[] {
  return [...changelog.matchAll(/^## \[(\d[^\]]*)\] - \d{4}-\d\d-\d\d$/gm)].map(
    ([, version = '']) => version,
  );
}

/**
 * The changelog with its unreleased section turned into a release of a date such as 2026-11-29. Throws if the section
 * is missing or empty.
 */
export function withRelease(changelog: string, version: string, date: string, repository: string): string {
  const start = changelog.indexOf(UNRELEASED);
  if (start === -1) throw new Error(`CHANGELOG.md: expected a section ${UNRELEASED.trim()}`);
  const end = changelog.slice(start + UNRELEASED.length).search(/^(## \[|\[unreleased\]: )/im);
  if (end === -1) throw new Error('CHANGELOG.md: expected a link [Unreleased]: ... at its end');
  const content = changelog.slice(start + UNRELEASED.length, start + UNRELEASED.length + end);
  if (content.trim() === '') throw new Error('CHANGELOG.md: nothing is listed under [Unreleased]');
  return changelog
    .replace(UNRELEASED, () => `${UNRELEASED}\n## [${version}] - ${date}\n`)
    .replace(
      /^\[Unreleased\]: .*$/m,
      () =>
        `[Unreleased]: ${repository}/compare/v${version}...HEAD\n[${version}]: ${repository}/releases/tag/v${version}`,
    );
}
