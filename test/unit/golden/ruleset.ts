import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfiguration } from '../../../src/config/load.js';
import {
  nodeRulesetOf,
  RULE_TOOLS,
  type Ruleset,
  type RuleTool,
  rulesetOf,
} from '../../../src/core/redirect/ruleset.js';
import { ROOT } from '../../../tools/checkout.js';
import { resolved } from '../../support/core-cases.js';

const RULESETS = join(ROOT, 'test', 'unit', 'golden', 'rulesets');

/** A folder with a configuration and the redirect rules rendered from it. */
export class GoldenRuleset {
  private constructor(readonly name: string) {}

  static all(): GoldenRuleset[] {
    return readdirSync(RULESETS).map((name) => new GoldenRuleset(name));
  }

  /** The rules that the core renders. */
  rendered(): Ruleset {
    const { configuration } = loadConfiguration({ INJECTOR_CONFIG: this.config });
    const { redirect, redirectBy } = resolved(configuration);
    return (redirectBy === 'node' ? nodeRulesetOf : rulesetOf)(redirect);
  }

  /** The files. */
  kept(): Partial<Ruleset> {
    const tools = RULE_TOOLS.filter((tool) => existsSync(this.#file(tool)));
    return Object.fromEntries(tools.map((tool) => [tool, readFileSync(this.#file(tool), 'utf8')]));
  }

  /** Writes the files. */
  keep(ruleset: Ruleset): void {
    for (const tool of RULE_TOOLS) {
      const text = ruleset[tool];
      if (text === undefined) rmSync(this.#file(tool), { force: true });
      else writeFileSync(this.#file(tool), text);
    }
  }

  /** The path of the configuration file. */
  get config(): string {
    return join(RULESETS, this.name, 'config.yaml');
  }

  #file(tool: RuleTool): string {
    return join(RULESETS, this.name, `${tool}.rules`);
  }
}
