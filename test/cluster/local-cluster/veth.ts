import { execFileSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import type { Sandbox } from './sandbox.js';

/**
 * Connects a sandbox to the host, and to nothing else, with a veth pair that goes away with the sandbox. Each pair gets
 * its own /30 network in 10.213.0.0/16. Returns the address of the sandbox.
 */
export function connect(sandbox: Sandbox): string {
  for (;;) {
    const number = randomInt(2 ** 14);
    const [third, fourth] = [number >> 6, (number & 63) * 4];
    const [near, far] = [`10.213.${third}.${fourth + 1}`, `10.213.${third}.${fourth + 2}`];
    if (ip('-oneline', 'address', 'show', 'to', near) !== '') continue;
    const device = `cl${number}`;
    ip('link', 'add', device, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', String(sandbox.pid));
    ip('address', 'add', `${near}/30`, 'dev', device);
    ip('link', 'set', device, 'up');
    const inside = (...args: readonly string[]) => {
      const [nsenter = '', ...rest] = sandbox.inside('/usr/sbin/ip', ...args);
      execFileSync(nsenter, rest);
    };
    inside('address', 'add', `${far}/30`, 'dev', 'eth0');
    inside('link', 'set', 'eth0', 'up');
    return far;
  }
}

function ip(...args: readonly string[]): string {
  return execFileSync('ip', args, { encoding: 'utf8' });
}
