import { stripVTControlCharacters } from 'node:util';

/** Pads every cell except the last of each row to the width of its column. Colors do not count toward the width. */
export function alignColumns(rows: readonly (readonly string[])[]): string[][] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, cell] of row.slice(0, -1).entries()) {
      widths[column] = Math.max(widths[column] ?? 0, widthOf(cell));
    }
  }
  return rows.map((row) =>
    row.map((cell, column) => padded(cell, column < row.length - 1 ? widths[column] : 0)),
  );
}

function padded(cell: string, width = 0): string {
  return cell + ' '.repeat(Math.max(0, width - widthOf(cell)));
}

function widthOf(cell: string): number {
  return cell.includes('\u001b') ? stripVTControlCharacters(cell).length : cell.length;
}
