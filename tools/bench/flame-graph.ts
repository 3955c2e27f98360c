/** What `node --cpu-prof` writes: the Profile of Chrome's DevTools Protocol (chromedevtools.github.io/devtools-protocol). */
export interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
  /** The node that ran, at every sample. */
  readonly samples: readonly number[];
  /** Microseconds since the sample before. */
  readonly timeDeltas: readonly number[];
}

interface ProfileNode {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string };
  readonly children?: readonly number[];
}

/** A function with the time spent in it and in what it called; functions of one name and place under one caller are one. */
interface Frame {
  readonly name: string;
  readonly place: string;
  micros: number;
  readonly callees: Map<string, Frame>;
}

const WIDTH = 1200;
const HEIGHT = 17;
/** Narrower ones are left out. */
const MIN_WIDTH = 5;
const CHARACTER_WIDTH = 6.2;

/** Where the time goes by: in the picture each has its colour. */
const COLOURS: readonly (readonly [place: RegExp, colour: string])[] = [
  [/^\.build\/src\/core\//, '#f2a65a'],
  [/^\.build\/src\//, '#f7d08a'],
  [/(pino|sonic-boom|quick-format|safe-stable)/, '#8fc1a9'],
  [/prom-client/, '#c9a0dc'],
  [/^node:/, '#a9c4e6'],
];
const OTHER = '#d8d8d8';

/** Draws a profile as an SVG: what answered requests, the callers at the top; start-up and idle time are left out. */
export function flameGraph({ nodes, samples, timeDeltas }: CpuProfile, root: string): string {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const micros = new Map<number, number>();
  for (const [index, id] of samples.entries()) {
    micros.set(id, (micros.get(id) ?? 0) + (timeDeltas[index] ?? 0));
  }
  const top: Frame = { name: 'all', place: '', micros: 0, callees: new Map() };
  const add = (node: ProfileNode, parent: Frame): number => {
    const { functionName, url } = node.callFrame;
    const place = url
      .replace(`file://${root}`, '')
      .replace(/^.*node_modules\//, '')
      .replace(/^\//, '');
    const key = `${functionName} ${place}`;
    const frame = parent.callees.get(key) ?? {
      name: functionName || '(anonymous)',
      place,
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
    if (!isStartOrIdle(node)) top.micros += add(node, top);
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

function isStartOrIdle({ callFrame: { functionName, url } }: ProfileNode): boolean {
  return functionName === '(idle)' || /run_main|bootstrap|modules|loader/.test(url);
}

/** The depth that it reached. */
function draw(frame: Frame, x: number, level: number, scale: number, total: number, boxes: string[]): number {
  const width = frame.micros * scale;
  if (width < MIN_WIDTH) return level - 1;
  const colour = COLOURS.find(([place]) => place.test(frame.place))?.[1] ?? OTHER;
  const part = `${((100 * frame.micros) / total).toFixed(1)} %`;
  const label = `${frame.name} ${part}`.slice(0, Math.max(0, Math.floor((width - 4) / CHARACTER_WIDTH)));
  const y = level * HEIGHT;
  boxes.push(
    `<g><title>${escaped(`${frame.name} ${frame.place} ${part}`)}</title>` +
      `<rect x="${x.toFixed(1)}" y="${y}" width="${(width - 0.5).toFixed(1)}" height="${HEIGHT - 1}" fill="${colour}"/>` +
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
