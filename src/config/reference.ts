import { variableOf } from './environment.js';
import { code, table } from './markdown.js';
import { Configuration } from './schema/configuration.js';
import { settingsOf } from './schema/setting.js';

/** The reference of all settings, as a table in Markdown. */
export function configurationTable(): string {
  const rows = settingsOf(Configuration).map((setting) => {
    const { path, expected, help, restart } = setting;
    const notes = [help, `Takes ${expected}.`, restart && 'Read at the start only.']
      .filter(Boolean)
      .join(' ');
    return [
      code(path.join('.')),
      code(shownDefault(setting.default)),
      code(variableOf(setting) ?? ''),
      notes,
    ];
  });
  return table(['setting', 'default', 'environment variable', 'what it is'], rows);
}

function shownDefault(value: unknown): string {
  if (value === undefined || value === '') return '';
  return typeof value === 'object'
    ? JSON.stringify(value).replaceAll(',', ', ').replaceAll('"', '')
    : String(value);
}
