/** Returns a function that formats a line of JSON for people. */
export async function prettyLines(): Promise<(line: string) => string> {
  const { prettyFactory } = await import('pino-pretty'); // here, so that a start in a cluster does not pay for it
  return prettyFactory({ translateTime: 'SYS:HH:MM:ss', singleLine: true });
}
