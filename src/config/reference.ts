import { code, table } from './markdown.js';
import { Configuration } from './schema/configuration.js';
import { settingsOf } from './schema/setting.js';
import { variableOf } from './sources/environment.js';

/** All settings as a Markdown table. */
export function configurationTable(): string {
  const rows = settingsOf(Configuration).map((setting) => {
    const { path, expected, help, restart } = setting;
    const notes = [help, `Value: ${expected}.`, restart && 'Only read at startup.'].filter(Boolean).join(' ');
    return [
      code(path.join('.')),
      code(shownDefault(setting.default)),
      code(variableOf(setting) ?? ''),
      notes,
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
