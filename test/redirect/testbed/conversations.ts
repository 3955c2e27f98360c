import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../../../tools/checkout.js';
import { ADDRESSES, type Network } from './network.js';

const SCRIPT = join(ROOT, 'test', 'redirect', 'testbed', 'conversations.py');

/** Holds a conversation of conversations.py between a Pod and the outside, and returns its result. */
export async function converse(
  name: string,
  { podPath, outsidePath }: Network,
  family: 'ipv4' | 'ipv6',
): Promise<unknown> {
  const argument = { pod: podPath, outside: outsidePath, family, addresses: ADDRESSES };
  const { stdout } = await promisify(execFile)('/usr/bin/python3', [SCRIPT, name, JSON.stringify(argument)]);
  return JSON.parse(stdout);
}
