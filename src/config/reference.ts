import { code, table } from './markdown.js';
import { Configuration } from './schema/configuration.js';
import { settingsOf, settingText } from './schema/setting.js';
import { variableOf } from './sources/environment.js';

/** All settings as a Markdown table. */
export function configurationTable(): string {
  const rows = settingsOf(Configuration).map((setting) => {
    return [
      code(setting.path.join('.')),
      code(shownDefault(setting.default)),
      code(variableOf(setting) ?? ''),
      settingText(setting),
    ];
  });
  return table(['setting', 'default', 'environment variable', 'description'], rows);
}

function shownDefault(value: unknown): string {
  if (value === undefined || value === '') return '';
  return typeof value === 'object'
    ? JSON.stringify(value).replaceAll(',', ', ').replaceAll('"', '')
    : String(value);
}
