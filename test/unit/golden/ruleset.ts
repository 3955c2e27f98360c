import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfiguration } from '../../../src/config/load.js';
import { restoreText } from '../../../src/core/redirect/iptables.js';
import { FAMILIES, type Family, familiesOf, redirectRules } from '../../../src/core/redirect/redirect.js';
import { resolveDefaults } from '../../../src/core/settings/resolved-settings.js';
import { ROOT } from '../../../tools/checkout.js';

const RULESETS = join(ROOT, 'test', 'unit', 'golden', 'rulesets');

/** The iptables-restore text of each redirected family. */
export type Ruleset = { readonly [family in Family]?: string };

/** A folder with a configuration and the redirect rules rendered from it. */
export class GoldenRuleset {
  private constructor(readonly name: string) {}

  static all(): GoldenRuleset[] {
    return readdirSync(RULESETS).map((name) => new GoldenRuleset(name));
  }

  /** The rules that the core renders. */
  rendered(): Ruleset {
    const { configuration } = loadConfiguration({ INJECTOR_CONFIG: this.config });
    const { redirect } = resolveDefaults(configuration);
    return Object.fromEntries(
      familiesOf(redirect).map((family) => [family, restoreText(redirectRules(redirect, family))]),
    );
  }

  /** The files. */
  kept(): Ruleset {
    const families = FAMILIES.filter((family) => existsSync(this.#file(family)));
    return Object.fromEntries(families.map((family) => [family, readFileSync(this.#file(family), 'utf8')]));
  }

  /** Writes the files. */
  keep(ruleset: Ruleset): void {
    for (const family of FAMILIES) {
      const text = ruleset[family];
      if (text === undefined) rmSync(this.#file(family), { force: true });
      else writeFileSync(this.#file(family), text);
    }
  }

  /** The path of the configuration file. */
  get config(): string {
    return join(RULESETS, this.name, 'config.yaml');
  }

  #file(family: Family): string {
    return join(RULESETS, this.name, `${family}.rules`);
  }
}
