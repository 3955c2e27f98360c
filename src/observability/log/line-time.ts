/** Makes the `timestamp` of pino, as its own `isoTime` does; the text of a second is only made once. */
export function lineTime(): () => string {
  let second = Number.NaN;
  let text = '';
  return () => {
    const now = Date.now();
    const begun = Math.floor(now / 1000);
    if (begun !== second) {
      second = begun;
      text = new Date(begun * 1000).toISOString().slice(0, -'000Z'.length);
    }
    return `,"time":"${text}${String(now - begun * 1000).padStart(3, '0')}Z"`;
  };
}
