import { CIDRS } from '../values/cidrs.js';
import { MAX_ID } from '../values/id-ranges.js';
import { INTERFACES } from '../values/interfaces.js';
import { PORTS, portRangeText } from '../values/ports.js';
import { MAX_PARTS, parseList, type ValueType } from '../values/value-type.js';
import type { ProbeAlias, ProxyPort, Redirect } from './redirect.js';

/** How one field of a redirect is written as JSON. */
export interface RedirectField<T> {
  /** The valid JSON values, completing the sentence "expected ...". */
  readonly expected: string;
  /** The value of a redirect that does not have the field; undefined if every redirect has it. */
  readonly absent?: T;
  /** The JSON value; undefined if the field is left out. */
  readonly write: (value: T) => unknown;
  /** The value of a JSON value; undefined if that is invalid. */
  readonly read: (given: unknown) => T | undefined;
}

const MAX_PORT = 65535;

/** The configuration does not limit their number. */
const PROXY_PORTS: ValueType<readonly ProxyPort[]> = {
  expected: 'ports with their protocol (TCP, UDP, or SCTP), such as 9901/TCP,9902/UDP',
  parse: (text) => parseList(text, parseProxyPort, MAX_PORT),
};

const PROBE_ALIASES: ValueType<readonly ProbeAlias[]> = {
  expected: `at most ${MAX_PARTS} different alias ports, each with a port of the app, such as 63000:8080`,
  parse: (text) => {
    const aliases = parseList(text, parseProbeAlias);
    const different = new Set(aliases?.map(({ alias }) => alias));
    return different.size === aliases?.length ? aliases : undefined;
  },
};

/** Every field, in the order in which they are written. */
export const REDIRECT_FIELDS: { readonly [name in keyof Redirect]: RedirectField<Redirect[name]> } = {
  tcpPort: integer(MAX_PORT),
  udpPort: integer(MAX_PORT),
  uid: integer(MAX_ID),
  gid: integer(MAX_ID),
  inboundTcp: flag(),
  inboundUdp: flag(),
  dropInvalid: flag(),
  outbound: flag(),
  dns: flag(),
  ipv6: flag(),
  proxyPorts: list(PROXY_PORTS, ({ containerPort, protocol }) => `${containerPort}/${protocol}`),
  probeAliases: list(PROBE_ALIASES, ({ alias, port }) => `${alias}:${port}`),
  skipInboundPorts: list(PORTS, (range) => portRangeText(range, '-')),
  skipOutboundPorts: list(PORTS, (range) => portRangeText(range, '-')),
  skipOutboundCidrs: list(CIDRS, ({ cidr }) => cidr),
  skipInterfaces: list(INTERFACES, (name) => name),
};

function integer(max: number): RedirectField<number> {
  return {
    expected: `a whole number from 1 to ${max}`,
    write: (value) => value,
    read: (given) =>
      typeof given === 'number' && Number.isInteger(given) && given >= 1 && given <= max ? given : undefined,
  };
}

function flag(): RedirectField<boolean> {
  return {
    expected: 'true, or no such field',
    absent: false,
    write: (value) => value || undefined,
    read: (given) => (given === true ? true : undefined),
  };
}

function list<T>(type: ValueType<readonly T[]>, textOf: (entry: T) => string): RedirectField<readonly T[]> {
  return {
    expected: `${type.expected}, or no such field`,
    absent: [],
    write: (entries) => (entries.length > 0 ? entries.map(textOf).join() : undefined),
    read: (given) => {
      const entries = typeof given === 'string' ? type.parse(given) : undefined;
      return entries?.length === 0 ? undefined : entries;
    },
  };
}

function parseProxyPort(text: string): ProxyPort | undefined {
  const [, port, protocol] = /^([1-9]\d{0,4})\/(TCP|UDP|SCTP)$/.exec(text) ?? [];
  return protocol !== undefined && isPort(port) ? { containerPort: Number(port), protocol } : undefined;
}

function parseProbeAlias(text: string): ProbeAlias | undefined {
  const [, alias, port] = /^([1-9]\d{0,4}):([1-9]\d{0,4})$/.exec(text) ?? [];
  return isPort(alias) && isPort(port) ? { alias: Number(alias), port: Number(port) } : undefined;
}

function isPort(text: string | undefined): boolean {
  return Number(text) >= 1 && Number(text) <= MAX_PORT;
}
