// A dot plot on a logarithmic axis, as SVG that is readable on light and dark pages. Dots and not bars: a bar's length would
// depend on where a logarithmic axis happens to begin.

/**
 * @typedef {{ readonly series: number, readonly value: number }} Point
 * @typedef {{ readonly label: string, readonly strong?: boolean, readonly heading?: boolean, readonly points: readonly Point[] }} Row
 */

// The media query is asked of whoever shows the picture: GitHub does, and so do browsers for an <img>. Both pairs of
// colours have a contrast of 3 : 1 or more on their background, and differ in lightness too.
const STYLE = `
  text { font: 12px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; fill: #1f2328; }
  .title { font-size: 15px; font-weight: 600; }
  .strong { font-weight: 600; }
  .muted { fill: #59636e; }
  .end { text-anchor: end; }
  .middle { text-anchor: middle; }
  .page { fill: #ffffff; }
  .grid { stroke: #d1d9e0; }
  .own { fill: #ddf4ff; }
  .one { stroke: #59636e; stroke-dasharray: 3 3; }
  .s0 { fill: #0550ae; stroke: #0550ae; }
  .s1 { fill: #bc4c00; stroke: #bc4c00; }
  @media (prefers-color-scheme: dark) {
    text { fill: #f0f6fc; }
    .muted { fill: #9198a1; }
    .page { fill: #0d1117; }
    .grid { stroke: #3d444d; }
    .own { fill: #121d2f; }
    .one { stroke: #9198a1; }
    .s0 { fill: #79c0ff; stroke: #79c0ff; }
    .s1 { fill: #ffa657; stroke: #ffa657; }
  }`;

const WIDTH = 760;
const LABELS = 250;
const RIGHT = 56;
const TOP = 84;
const ROW = 22;

const escaped = (text) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
const text = (x, y, content, classes = '') => `<text x="${x}" y="${y}" class="${classes}">${escaped(content)}</text>`;

/** Three digits at most, thousands as such. */
function short(value) {
  if (value >= 1000) return `${Number((value / 1000).toPrecision(2))}k`;
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(0) : value.toFixed(1);
}

/**
 * @param {{ readonly title: string, readonly about: string, readonly series: readonly string[], readonly unit: string,
 *   readonly rows: readonly Row[], readonly one?: boolean }} plot `one` draws a line at 1, which all are compared with
 */
export function dotPlot({ title, about, series, unit, rows, one = false }) {
  const values = rows.flatMap(({ points }) => points.map(({ value }) => value));
  const from = Math.floor(Math.log10(Math.min(...values)));
  const to = Math.ceil(Math.log10(Math.max(...values)));
  const at = (value) => Math.round(LABELS + ((Math.log10(value) - from) / (to - from)) * (WIDTH - LABELS - RIGHT));
  const bottom = TOP + rows.length * ROW + 6;
  const parts = [
    `<rect class="page" width="${WIDTH}" height="${bottom + 34}" rx="6"/>`,
    text(16, 26, title, 'title'),
    text(16, 45, about, 'muted'),
    ...series.map((name, i) => legend(name, i)),
  ];
  rows.forEach(({ strong }, i) => {
    if (strong)
      parts.push(`<rect class="own" x="8" y="${TOP + i * ROW}" width="${WIDTH - 16}" height="${ROW}" rx="3"/>`);
  });
  for (let power = from; power <= to; power++) {
    const x = at(10 ** power);
    parts.push(`<line class="grid" x1="${x}" y1="${TOP}" x2="${x}" y2="${bottom}"/>`);
    const tick = power < 0 ? String(10 ** power) : (10 ** power).toLocaleString('en');
    parts.push(text(x, bottom + 18, `${tick}${unit}`, 'muted middle'));
  }
  if (one) parts.push(`<line class="one" x1="${at(1)}" y1="${TOP - 4}" x2="${at(1)}" y2="${bottom}"/>`);
  parts.push(...rows.flatMap((row, i) => rowOf(row, TOP + i * ROW + ROW / 2, at, unit)));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${bottom + 34}" width="${WIDTH}" role="img">
<title>${escaped(title)}</title>
<style>${STYLE}
</style>
${parts.join('\n')}
</svg>
`;
}

function legend(name, i) {
  const x = LABELS + i * 110;
  return mark(i, x, 62) + text(x + 10, 66, name);
}

/** A round one and a square one: they differ without colour too. */
const mark = (series, x, y) =>
  series === 0
    ? `<circle class="s0" cx="${x}" cy="${y}" r="5"/>`
    : `<rect class="s${series}" x="${x - 4}" y="${y - 4}" width="8" height="8"/>`;

function rowOf({ label, strong = false, heading = false, points }, y, at, unit) {
  if (heading) return [text(16, y + 4, label, 'strong')];
  const parts = [text(LABELS - 14, y + 4, label, strong ? 'strong end' : 'end')];
  if (points.length === 0) return parts;
  const xs = points.map(({ value }) => at(value));
  const [left, right] = [Math.min(...xs), Math.max(...xs)];
  parts.push(`<line class="grid" x1="${left}" y1="${y}" x2="${right}" y2="${y}" stroke-width="2"/>`);
  parts.push(...points.map(({ series }, i) => mark(series, xs[i], y)));
  const [first, last] = points.map(({ value }) => short(value));
  const range = last === undefined || first === last ? first : `${first} · ${last}`;
  // Beside the dots, on the side where there is room.
  const isFarRight = right > WIDTH - RIGHT - 60;
  parts.push(text(isFarRight ? left - 12 : right + 12, y + 4, `${range}${unit}`, isFarRight ? 'muted end' : 'muted'));
  return parts;
}
