import { portRangeText } from '../values/ports.js';
import { CHAINS, type Match, type RedirectRule } from './redirect.js';

/**
 * Renders rules as one transaction for `iptables-restore --noflush` or `ip6tables-restore --noflush`. It empties the
 * injector's chains. Jumps to them that an earlier transaction left must be removed before it is applied.
 */
export function restoreText(rules: readonly RedirectRule[]): string {
  const lines = [
    '*nat',
    ...CHAINS.map((chain) => `:${chain} - [0:0]`),
    ...rules.map(({ chain, match, target }) =>
      ['-A', chain, ...matchArguments(match), ...targetArguments(target)].join(' '),
    ),
    'COMMIT',
  ];
  return `${lines.join('\n')}\n`;
}

function matchArguments({ protocol, ports, destination, outInterface, uid, gid }: Match): string[] {
  return [
    ...(destination === undefined ? [] : ['-d', destination]),
    ...(outInterface === undefined ? [] : ['-o', outInterface]),
    ...(protocol === undefined ? [] : ['-p', protocol]),
    ...(ports === undefined
      ? []
      : ['-m', 'multiport', '--dports', ports.map((range) => portRangeText(range, ':')).join(',')]),
    ...(uid === undefined ? [] : ['-m', 'owner', '--uid-owner', String(uid)]),
    ...(gid === undefined ? [] : ['-m', 'owner', '--gid-owner', String(gid)]),
  ];
}

function targetArguments(target: RedirectRule['target']): string[] {
  if (target === 'RETURN') return ['-j', 'RETURN'];
  return 'jump' in target ? ['-j', target.jump] : ['-j', 'REDIRECT', '--to-ports', String(target.redirect)];
}
