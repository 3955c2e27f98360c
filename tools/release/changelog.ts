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

/** One entry of a changelog. */
export interface Change {
  /** Of https://keepachangelog.com, in lower case: `added`, `changed`, `deprecated`, `removed`, `fixed`, `security`. */
  readonly kind: string;
  /** One line of Markdown. */
  readonly description: string;
}

/** The text of the section of a version. As long as the version has none, it is unreleased. Throws if that is empty. */
export function sectionOf(changelog: string, version: string): string {
  const heading = releasedVersions(changelog).includes(version) ? `## [${version}] - ` : UNRELEASED.trim();
  const [, after = ''] = changelog.split(`\n${heading}`);
  const [section = ''] = after.replace(/^.*\n/, '').split(/^(?=## \[|\[[^\]]+\]: )/m);
  if (section.trim() === '') throw new Error(`CHANGELOG.md: nothing is listed for ${version}`);
  return section.trim();
}

/** The entries of a section, without the headings between them. */
export function changesOf(section: string): Change[] {
  return section.split(/^### /m).flatMap((part) => {
    const [kind = '', ...lines] = part.split('\n');
    const entries = lines.join('\n').split(/^- /m).slice(1);
    return entries.map((entry) => ({
      kind: kind.toLowerCase(),
      description: entry
        .replace(/\n\n[\s\S]*/, '')
        .replace(/\s+/g, ' ')
        .trim(),
    }));
  });
}
