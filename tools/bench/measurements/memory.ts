import type { Input } from '../inputs.js';
import { load } from '../load.js';
import type { BenchServer } from '../server.js';

const REQUESTS = 100_000;
const SECONDS = 2;

/** Resident memory, in MB. */
export interface Memory {
  /** After 100,000 requests. */
  readonly first: number;
  /** After 100,000 more. */
  readonly second: number;
}

/** Measures a new server, which has not handled any request before. */
export async function memory(server: BenchServer, input: Input): Promise<Memory> {
  return { first: await residentAfter(server, input), second: await residentAfter(server, input) };
}

async function residentAfter(server: BenchServer, input: Input): Promise<number> {
  for (let left = REQUESTS; left > 0; ) left -= (await load(server.port, input, SECONDS)).requests;
  return server.residentMb;
}
