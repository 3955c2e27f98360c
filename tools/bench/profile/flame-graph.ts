/**
 * The output of `node --cpu-prof`: a Profile of the Chrome DevTools Protocol
 * (chromedevtools.github.io/devtools-protocol).
 */
export interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
  /** The id of the node that ran, for every sample. */
  readonly samples: readonly number[];
  /** Microseconds since the previous sample. */
  readonly timeDeltas: readonly number[];
}

interface ProfileNode {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string };
  readonly children?: readonly number[];
}

/** A function, with the time spent in it and its callees. Merges functions of one name and file under one caller. */
interface Frame {
  readonly name: string;
  readonly file: string;
  micros: number;
  readonly callees: Map<string, Frame>;
}

const WIDTH = 1200;
const HEIGHT = 17;
/** Narrower boxes are left out. */
const MIN_WIDTH = 5;
const CHARACTER_WIDTH = 6.2;

/** The color of a box, by the file of its function. */
const COLORS: readonly (readonly [pattern: RegExp, color: string])[] = [
  [/^\.build\/src\/core\//, '#f2a65a'],
  [/^\.build\/src\//, '#f7d08a'],
  [/(pino|sonic-boom|quick-format|safe-stable)/, '#8fc1a9'],
  [/prom-client/, '#c9a0dc'],
  [/^node:/, '#a9c4e6'],
];
const OTHER = '#d8d8d8';

/** Draws a profile as an SVG, with callers above callees. Leaves out startup and idle time. */
export function flameGraph({ nodes, samples, timeDeltas }: CpuProfile, root: string): string {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const micros = new Map<number, number>();
  for (const [index, id] of samples.entries()) {
    micros.set(id, (micros.get(id) ?? 0) + (timeDeltas[index] ?? 0));
  }
  const top: Frame = { name: 'all', file: '', micros: 0, callees: new Map() };
  const add = (node: ProfileNode, parent: Frame): number => {
    const { functionName, url } = node.callFrame;
    const file = url
      .replace(`file://${root}`, '')
      .replace(/^.*node_modules\//, '')
      .replace(/^\//, '');
    const key = `${functionName} ${file}`;
    const frame = parent.callees.get(key) ?? {
      name: functionName || '(anonymous)',
      file,
      micros: 0,
      callees: new Map(),
    };
    parent.callees.set(key, frame);
    const children = (node.children ?? []).map((id) => byId.get(id) as ProfileNode);
    const total = (micros.get(node.id) ?? 0) + children.reduce((sum, child) => sum + add(child, frame), 0);
    frame.micros += total;
    return total;
  };
  const [all] = nodes as [ProfileNode];
  for (const id of all.children ?? []) {
    const node = byId.get(id) as ProfileNode;
    if (!isStartupOrIdle(node)) top.micros += add(node, top);
  }
  const boxes: string[] = [];
  const depth = draw(top, 0, 0, WIDTH / top.micros, top.micros, boxes);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${(depth + 1) * HEIGHT}" font-family="monospace" font-size="10">`,
    '<rect width="100%" height="100%" fill="#ffffff"/>',
    ...boxes,
    '</svg>\n',
  ].join('\n');
}

function isStartupOrIdle({ callFrame: { functionName, url } }: ProfileNode): boolean {
  return functionName === '(idle)' || /run_main|bootstrap|modules|loader/.test(url);
}

/** Draws a frame and its callees. Returns the depth it reached. */
function draw(frame: Frame, x: number, level: number, scale: number, total: number, boxes: string[]): number {
  const width = frame.micros * scale;
  if (width < MIN_WIDTH) return level - 1;
  const color = COLORS.find(([pattern]) => pattern.test(frame.file))?.[1] ?? OTHER;
  const part = `${((100 * frame.micros) / total).toFixed(1)} %`;
  const label = `${frame.name} ${part}`.slice(0, Math.max(0, Math.floor((width - 4) / CHARACTER_WIDTH)));
  const y = level * HEIGHT;
  boxes.push(
    `<g><title>${escaped(`${frame.name} ${frame.file} ${part}`)}</title>` +
      `<rect x="${x.toFixed(1)}" y="${y}" width="${(width - 0.5).toFixed(1)}" height="${HEIGHT - 1}" fill="${color}"/>` +
      `${label.length > 2 ? `<text x="${(x + 2).toFixed(1)}" y="${y + 12}">${escaped(label)}</text>` : ''}</g>`,
  );
  const callees = [...frame.callees.values()].sort((a, b) => b.micros - a.micros);
  let left = x;
  let deepest = level;
  for (const callee of callees) {
    deepest = Math.max(deepest, draw(callee, left, level + 1, scale, total, boxes));
    left += callee.micros * scale;
  }
  return deepest;
}

function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}
