import { isObject } from '../../core/values/json.js';
import { isFilled } from './block-text.js';
import { flowScalarText, quotedText } from './scalar-text.js';

/** How a document writes its flow collections. */
export interface FlowStyle {
  /** JSON style: every key and string in quotes. */
  readonly quoted: boolean;
  readonly colon: ':' | ': ';
  readonly comma: ',' | ', ';
}

/** How a flow collection is spread over lines: its indentation, the step of one more level, and the line end. */
export interface Spread {
  readonly indent: string;
  readonly step: string;
  readonly eol: string;
}

/** The text of a member of a flow map. */
export function flowMember(
  [key, value]: readonly [string, unknown],
  style: FlowStyle,
  spread?: Spread,
): string {
  return scalar(key, style) + style.colon + flowText(value, style, spread);
}

/** The text of a value inside a flow collection: on one line, or spread like its surroundings. */
export function flowText(value: unknown, style: FlowStyle, spread?: Spread): string {
  if (!isFilled(value)) return scalar(value, style);
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  if (spread === undefined) return open + entries(value, style).join(style.comma) + close;
  const inner = { ...spread, indent: spread.indent + spread.step };
  const lines = entries(value, style, inner).map((entry) => spread.eol + inner.indent + entry);
  return open + lines.join(',') + spread.eol + spread.indent + close;
}

function entries(value: object, style: FlowStyle, spread?: Spread): string[] {
  return Array.isArray(value)
    ? value.map((entry) => flowText(entry, style, spread))
    : Object.entries(value).map((member) => flowMember(member, style, spread));
}

function scalar(value: unknown, { quoted }: FlowStyle): string {
  if (isObject(value) || Array.isArray(value)) return JSON.stringify(value);
  return quoted ? quotedText(value) : flowScalarText(value);
}
