import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../../../tools/checkout.js';
import { ADDRESSES, type Network } from './network.js';

const SCRIPTS = join(ROOT, 'test', 'redirect', 'testbed');

/** Holds a conversation of a script between a Pod and the outside, and returns its result. */
export async function converse(
  name: string,
  { podPath, outsidePath }: Network,
  family: 'ipv4' | 'ipv6',
  script = 'conversations.py',
): Promise<unknown> {
  const argument = { pod: podPath, outside: outsidePath, family, addresses: ADDRESSES };
  const { stdout } = await promisify(execFile)('/usr/bin/python3', [
    join(SCRIPTS, script),
    name,
    JSON.stringify(argument),
  ]);
  return JSON.parse(stdout);
}
