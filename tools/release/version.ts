/** SemVer without build metadata, which image tags cannot hold: https://semver.org. */
const SEMVER = /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?$/;

export function isVersion(text: string): boolean {
  return SEMVER.test(text);
}

/** The order of versions: negative if `a` comes before `b`, 0 if they are equal. */
export function compareVersions(a: string, b: string): number {
  const [aRelease, aPre] = parts(a);
  const [bRelease, bPre] = parts(b);
  // A version without a pre-release comes after all of its pre-releases.
  return (
    compareLists(aRelease, bRelease) ||
    Number(bPre.length > 0) - Number(aPre.length > 0) ||
    compareLists(aPre, bPre)
  );
}

/** The three numbers of a version, and the identifiers of its pre-release. */
function parts(version: string): [string[], string[]] {
  const [, major = '', minor = '', patch = '', pre] = SEMVER.exec(version) ?? [];
  return [[major, minor, patch], pre?.split('.') ?? []];
}

function compareLists(a: readonly string[], b: readonly string[]): number {
  const index = a.findIndex((identifier, index) => identifier !== b[index]);
  if (index === -1) return a.length - b.length;
  const [mine = '', other] = [a[index], b[index]];
  return other === undefined ? 1 : compareIdentifiers(mine, other);
}

/** Numbers compare as numbers and come before words. */
function compareIdentifiers(a: string, b: string): number {
  const [isNumber, otherIsNumber] = [/^\d+$/.test(a), /^\d+$/.test(b)];
  if (isNumber && otherIsNumber) return Number(a) - Number(b);
  if (isNumber !== otherIsNumber) return isNumber ? -1 : 1;
  return a < b ? -1 : 1;
}
