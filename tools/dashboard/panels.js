// Draws the panels of a dashboard into #grid, in a browser. draw.ts embeds it in a page with uPlot and the data.
/* global uPlot */

const CELL = { width: 1376 / 24, height: 38, gap: 8 };
const PALETTE = ['#73bf69', '#f2cc0c', '#8ab8ff', '#ff780a', '#f2495c', '#5794f2', '#b877d9', '#96d98d'];
const COLORS = { green: '#73bf69', blue: '#5794f2', orange: '#ff9830', red: '#f2495c', text: '#ccccdc' };
const HEAT = ['#2b1d12', '#5c2e0e', '#8f4410', '#c25f14', '#f2852b', '#ffb357', '#ffe0a8'];
/** Axis steps that are whole numbers in the displayed unit. */
const STEPS = {
  bytes: { incrs: [1, 2, 5, 10, 20, 50, 100, 200].map((mebibytes) => mebibytes * 2 ** 20) },
  s: {
    incrs: [1e-4, 1e-3, 1e-2, 0.1, 1, 10]
      .flatMap((step) => [step, 2 * step, 5 * step])
      .concat([1, 2, 4, 8].map((weeks) => weeks * 604800)),
  },
};
const GRID_LINE = '#2a2d33';

const DRAW = { stat, timeseries, heatmap, table, 'state-timeline': stateTimeline };

for (const panel of JSON.parse(document.getElementById('panels').textContent)) {
  const { x, y, w, h } = panel.gridPos;
  const box = element('div', panel.type === 'row' ? 'row' : 'panel');
  const size = { width: w * CELL.width - CELL.gap, height: h * CELL.height - CELL.gap };
  box.style.cssText = `left:${x * CELL.width}px;top:${y * CELL.height}px;width:${size.width}px;height:${size.height}px`;
  document.getElementById('grid').append(box);
  if (panel.type === 'row') box.textContent = panel.title;
  else {
    box.append(element('h2', '', panel.title));
    DRAW[panel.type](box, panel, size);
  }
}

function stat(box, { results, fieldConfig: { defaults } }) {
  const value = Number(results[0].series[0]?.value[1]);
  const text = Number.isFinite(value) ? format(value, defaults.unit) : (defaults.noValue ?? 'No data');
  const node = element('div', 'stat', text);
  node.style.color = thresholdColor(value, defaults.thresholds);
  box.append(node);
}

function timeseries(box, panel, size) {
  const { custom, unit, min, thresholds } = panel.fieldConfig.defaults;
  const isStacked = custom.stacking.mode === 'normal';
  const all = linesOf(panel);
  const lines = isStacked
    ? all.filter(({ points }) => [...points.values()].some((value) => value !== 0))
    : all;
  const times = [...new Set(lines.flatMap(({ points }) => [...points.keys()]))].sort((a, b) => a - b);
  const sums = times.map(() => 0);
  const columns = lines.map(({ points }) =>
    times.map((time, index) => {
      const value = points.get(time) ?? null;
      if (!isStacked) return value;
      sums[index] += value ?? 0;
      return sums[index];
    }),
  );
  const fill = (custom.fillOpacity / 100) * 255;
  const alpha = Math.round(fill).toString(16).padStart(2, '0');
  const series = lines.map(({ name, color }) => ({
    label: name,
    stroke: color,
    fill: color + alpha,
    width: 1.2,
    points: { show: false },
  }));
  const bands = isStacked
    ? lines
        .slice(1)
        .map((_, index) => ({ series: [index + 2, index + 1], fill: lines[index + 1].color + alpha }))
    : [];
  const legend = legendOf(all);
  box.append(legend);
  const top = Math.max(0, ...columns.flat().filter((value) => value !== null));
  const axis = {
    stroke: '#9fa0ad',
    grid: { stroke: GRID_LINE, width: 1 },
    ticks: { show: false },
    font: '11px "DejaVu Sans"',
  };
  const options = {
    width: size.width - 14,
    height: size.height - 34 - legend.offsetHeight,
    bands,
    legend: { show: false },
    cursor: { show: false },
    series: [{}, ...series],
    scales: { y: { range: [min ?? 0, top === 0 ? 1 : top * 1.08] } },
    axes: [
      { ...axis, size: 30, values: (_, ticks) => ticks.map(clock) },
      { ...axis, size: 74, ...STEPS[unit], values: (_, ticks) => ticks.map((tick) => format(tick, unit)) },
    ],
    hooks: custom.thresholdsStyle ? { draw: [(plot) => thresholdLines(plot, thresholds)] } : {},
  };
  new uPlot(options, [times, ...columns], box);
}

function thresholdLines(plot, { steps }) {
  const { ctx, bbox } = plot;
  for (const { value } of steps.filter((step) => step.value !== null)) {
    const y = plot.valToPos(value, 'y', true);
    ctx.strokeStyle = COLORS.red;
    ctx.setLineDash([6, 4]);
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
    ctx.stroke();
    ctx.setLineDash([]);
  }
}

/** Prometheus's buckets are cumulative. Shows each bucket's own count, as Grafana does. */
function heatmap(box, { results }, size) {
  const bounds = results[0].series.map(({ metric, values }) => ({
    le: Number(metric.le.replace('+Inf', 'Infinity')),
    values: new Map(values),
  }));
  bounds.sort((a, b) => a.le - b.le);
  const times = [...bounds[0].values.keys()];
  const rows = bounds.map(({ le, values }, index) => ({
    le,
    cells: times.map((time) =>
      Math.max(0, Number(values.get(time) ?? 0) - Number(bounds[index - 1]?.values.get(time) ?? 0)),
    ),
  }));
  const used = rows.slice(0, rows.findLastIndex(({ cells }) => cells.some((cell) => cell > 0)) + 1);
  const most = Math.max(...used.flatMap(({ cells }) => cells));
  const canvas = element('canvas', 'heatmap');
  Object.assign(canvas, { width: size.width - 20, height: size.height - 40 });
  box.append(canvas);
  const ctx = canvas.getContext('2d');
  const plot = { left: 66, width: canvas.width - 72, height: canvas.height - 24 };
  const [cellWidth, cellHeight] = [plot.width / times.length, plot.height / used.length];
  ctx.font = '11px "DejaVu Sans"';
  for (const [row, { le, cells }] of used.entries()) {
    const y = plot.height - (row + 1) * cellHeight;
    for (const [column, cell] of cells.entries()) {
      if (cell === 0) continue;
      ctx.fillStyle = HEAT[Math.round((cell / most) ** 0.5 * (HEAT.length - 1))];
      ctx.fillRect(plot.left + column * cellWidth, y + 1, Math.ceil(cellWidth), cellHeight - 1);
    }
    ctx.fillStyle = '#9fa0ad';
    ctx.textAlign = 'right';
    ctx.fillText(
      le === Number.POSITIVE_INFINITY ? '+Inf' : format(le, 's'),
      plot.left - 8,
      y + cellHeight / 2 + 4,
    );
  }
  ctx.textAlign = 'center';
  for (const [column, time] of times.entries()) {
    if (time % 30 === 0) ctx.fillText(clock(time), plot.left + column * cellWidth, canvas.height - 6);
  }
}

function table(box, { results, transformations, fieldConfig }) {
  const { excludeByName, indexByName, renameByName } = transformations[0].options;
  const names = Object.keys(indexByName).filter((name) => !excludeByName[name]);
  const node = element('table');
  const head = node.insertRow();
  for (const name of names) head.append(element('th', '', renameByName[name] ?? name));
  for (const { metric, value } of results[0].series) {
    const row = node.insertRow();
    for (const name of names) {
      const unit = fieldConfig.overrides.find(({ matcher }) => matcher.options === renameByName[name])
        ?.properties[0].value;
      row.append(element('td', '', name === 'Value' ? format(Number(value[1]), unit) : metric[name]));
    }
  }
  box.append(node);
}

function stateTimeline(box, panel) {
  const { options } = panel.fieldConfig.defaults.mappings[0];
  for (const { name, points } of linesOf(panel)) {
    const row = element('div', 'state');
    const bar = element('div');
    row.append(element('span', '', name), bar);
    const states = [];
    for (const value of points.values()) {
      if (states.at(-1)?.value === value) states.at(-1).length += 1;
      else states.push({ value, length: 1 });
    }
    for (const { value, length } of states) {
      const state = element('b', '', options[value].text);
      state.style.cssText = `flex:${length};background:${COLORS[options[value].color]}`;
      bar.append(state);
    }
    box.append(row);
  }
}

/** The series of a panel with their names and colors. */
function linesOf({ results, fieldConfig: { overrides } }) {
  const lines = results.flatMap(({ legendFormat, series }) =>
    series.map(({ metric, values }) => ({
      name: legendFormat.replace(/\{\{(\w+)\}\}/g, (_, label) => metric[label]),
      points: new Map(values.map(([time, value]) => [time, Number(value)])),
    })),
  );
  return lines.map((line, index) => {
    const override = overrides.find(({ matcher }) => matcher.options === line.name);
    const color = override
      ? COLORS[override.properties[0].value.fixedColor]
      : PALETTE[index % PALETTE.length];
    return { ...line, color };
  });
}

function legendOf(lines) {
  const legend = element('div', 'legend');
  for (const { name, color } of lines) {
    const entry = element('span', '', name);
    const mark = element('i');
    mark.style.background = color;
    entry.prepend(mark);
    legend.append(entry);
  }
  return legend;
}

function thresholdColor(value, { steps }) {
  const reached = steps.filter((step) => step.value === null || value >= step.value);
  return COLORS[reached.at(-1).color];
}

/** Formats a value in a Grafana unit. */
function format(value, unit) {
  const short = (number) => String(Number(number.toPrecision(3)));
  if (unit === 'reqps') return `${short(value)} req/s`;
  if (unit === 'percentunit') return `${short(value * 100)}%`;
  if (unit === 'bytes') return `${short(value / 2 ** 20)} MiB`;
  if (unit === 'dateTimeAsIso') return new Date(value).toISOString().slice(0, 19).replace('T', ' ');
  if (unit !== 's') return short(value);
  if (value === 0) return '0 s';
  if (value < 0.001) return `${short(value * 1e6)} µs`;
  if (value < 1) return `${short(value * 1000)} ms`;
  if (value < 120) return `${short(value)} s`;
  if (value < 14 * 86400) return `${short(value / 86400)} days`;
  return `${short(value / 604800)} weeks`;
}

function clock(seconds) {
  return new Date(seconds * 1000).toISOString().slice(11, 19);
}

function element(tag, className = '', text = '') {
  const node = document.createElement(tag);
  node.className = className;
  node.textContent = text;
  return node;
}
