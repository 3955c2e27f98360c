import type { Mode, Switch } from '../../core/settings/settings.js';
import type { JsonObject } from '../../core/values/json.js';

/** The settings that a preset follows. No preset sets them. */
export interface PresetInput {
  readonly mode: Mode;
  readonly tcpPort: number;
  readonly accessLog: Switch;
  readonly ipv6: Switch;
  /** The fields of `proxy.container` that are configured besides the preset. */
  readonly container: JsonObject;
}

/** The settings of a proxy, as a configuration file would have them. Settings that are configured override them. */
export type Preset = (input: PresetInput) => JsonObject;
