/** A `timestamp` function for pino, like its own `isoTime`, but formats each second only once. */
export function lineTime(): () => string {
  let second = Number.NaN;
  let text = '';
  return () => {
    const now = Date.now();
    const current = Math.floor(now / 1000);
    if (current !== second) {
      second = current;
      text = new Date(current * 1000).toISOString().slice(0, -'000Z'.length);
    }
    return `,"time":"${text}${String(now - current * 1000).padStart(3, '0')}Z"`;
  };
}
