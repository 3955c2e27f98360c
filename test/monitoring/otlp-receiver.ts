import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { freePort } from '../support/free-port.js';
import { OTLP_RECEIVER } from './requirements.js';

/** A span and the resource it belongs to, with their attributes as plain objects. */
export interface ReceivedSpan {
  readonly name: string;
  readonly kind: number;
  readonly traceId: string;
  readonly parentSpanId: string | undefined;
  readonly traceState: string | undefined;
  readonly status: { readonly code?: number; readonly message?: string };
  readonly attributes: Attributes;
  readonly resource: Attributes;
  /** Nanoseconds since the Unix epoch. */
  readonly start: bigint;
  readonly end: bigint;
}

type Attributes = { readonly [key: string]: unknown };

/** A message of OTLP as JSON: opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding. */
interface KeyValue {
  readonly key: string;
  readonly value: { readonly stringValue?: string; readonly intValue?: string; readonly boolValue?: boolean };
}
interface TracesData {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly KeyValue[] };
    readonly scopeSpans: readonly { readonly spans: readonly OtlpSpan[] }[];
  }[];
}
interface OtlpSpan extends Omit<ReceivedSpan, 'attributes' | 'resource' | 'start' | 'end'> {
  readonly attributes: readonly KeyValue[];
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
}

/** The OTLP receiver of the OpenTelemetry Collector as a process. */
export class OtlpReceiver {
  readonly spans: ReceivedSpan[] = [];

  private constructor(
    readonly url: string,
    private readonly child: ChildProcess,
  ) {}

  static async start(): Promise<OtlpReceiver> {
    const address = `127.0.0.1:${await freePort()}`;
    const child = spawn(OTLP_RECEIVER, [address], { stdio: ['ignore', 'pipe', 'inherit'] });
    const receiver = new OtlpReceiver(`http://${address}`, child);
    const lines = createInterface({ input: child.stdout });
    const [first] = await Promise.race([once(lines, 'line'), once(child, 'exit')]);
    if (first !== 'listening') throw new Error(`the receiver does not listen at ${address}`);
    lines.on('line', (line) => receiver.spans.push(...spansOf(JSON.parse(line))));
    return receiver;
  }

  /** The span of a trace; undefined if it was not received. */
  ofTrace(traceId: string): ReceivedSpan | undefined {
    return this.spans.find((span) => span.traceId === traceId);
  }

  stop(): void {
    this.child.kill();
  }
}

function spansOf({ resourceSpans }: TracesData): ReceivedSpan[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) =>
      spans.map(({ attributes, startTimeUnixNano, endTimeUnixNano, ...span }) => ({
        ...span,
        attributes: plain(attributes),
        resource: plain(resource.attributes),
        start: BigInt(startTimeUnixNano),
        end: BigInt(endTimeUnixNano),
      })),
    ),
  );
}

function plain(attributes: readonly KeyValue[]): Attributes {
  return Object.fromEntries(
    attributes.map(({ key, value: { stringValue, intValue, boolValue } }) => [
      key,
      stringValue ?? boolValue ?? Number(intValue),
    ]),
  );
}
