// Numbers and arrays as text and as tables.
import { isNumber } from "./model.js";

export const $ = id => document.getElementById(id);
export function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children.filter(child => child !== null && child !== undefined && child !== false));
  return made;
}
export function titled(title, ...content) {
  return element("div", {}, element("h3", {}, title), ...content);
}
export function button(text, act, properties = {}) {
  return element("button", { type: "button", textContent: text, onclick: act, ...properties });
}
export function math(markup) {
  const box = element("div", { className: "formula" });
  box.innerHTML = markup; // our own MathML: every text in it was escaped when it was made
  return box;
}

export function written(x, digits = 4) {
  if (typeof x === "string") return x.replace("-", "−");
  const size = Math.abs(x);
  const text =
    x === 0
      ? "0"
      : size >= 1e5 || size < 1e-4
        ? x
            .toExponential(digits - 1)
            .replace(/\.?0+e/, "e")
            .replace("e+", "e")
        : String(+x.toPrecision(digits));
  return text.replaceAll("-", "−");
}
export const shapeOf = a => (a.shape.length ? a.shape.join("×") : "number");
export const scalar = a => (a?.data?.length === 1 ? a.data[0] : undefined);
export function brief(a) {
  // one line: the number, or shape and range
  if (!a) return "–";
  if (isNumber(a)) return written(a.data[0]);
  return a.rows.length ? `${shapeOf(a)}, ${written(a.low)} to ${written(a.high)}` : `${shapeOf(a)}, empty`;
}
export const largest = a => Math.max(...a.rows.flat().map(x => (typeof x === "number" ? Math.abs(x) : 0)), 0) || 1;
export function tint(x, top) {
  // opaque: zero is the ground, the sign is the colour
  if (typeof x === "string") return "var(--odd)";
  const part = Math.round(100 * Math.min(1, Math.abs(x) / top));
  return `color-mix(in oklab, var(--${x < 0 ? "minus" : "plus"}) ${part}%, var(--zero))`;
}
export const indexOf = (a, i) => {
  // the index of an entry, as NumPy writes it
  const found = [];
  for (const n of [...a.shape].reverse()) {
    found.unshift(i % n);
    i = Math.floor(i / n);
  }
  return `[${found.join(", ")}]`;
};

// The cells of an array, row by row: [number, flat index], or null between tiles. Feature maps (the last two of more axes) stand
// beside each other.
const TILES = [16, 8]; // at most so many, so many in a row
export function cellsOf(a) {
  const [h, w] = a.shape.slice(-2),
    tiles = a.data && a.shape.length > 2 ? a.data.length / (h * w) : 1;
  if (!(tiles > 1 && tiles <= TILES[0] && h > 1 && w > 1))
    return a.rows.map((row, i) => row.map((x, j) => [x, i * row.length + j]));
  const across = Math.min(tiles, TILES[1]),
    rows = [];
  for (let t = 0; t < tiles; t += across)
    for (let i = 0; i <= h; i++) {
      if (i === h && t + across >= tiles) break;
      rows.push(
        Array.from({ length: across * (w + 1) - 1 }, (_, j) => {
          const tile = t + Math.floor(j / (w + 1)),
            column = j % (w + 1),
            index = tile * h * w + i * w + column;
          return i === h || column === w || tile >= tiles ? null : [a.data[index], index];
        })
      );
    }
  return rows;
}

// A table of an array. `pick(i)` is called with the flat index of an entry that is pointed at or reached with the arrow keys; with
// `true` for `pick`, entries can only be marked.
function walkCells(table, event, columns) {
  const by = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns }[event.key],
    cells = [...table.querySelectorAll("td")];
  if (!by) return;
  cells[cells.indexOf(event.target) + by]?.focus();
  event.preventDefault();
  event.stopPropagation();
}
export function heat(a, pick) {
  if (!a) return element("span", {}, "–");
  if (isNumber(a)) return element("span", { className: "big" }, written(a.data[0]));
  if (!a.rows.length) return element("span", {}, `${shapeOf(a)}, empty`);
  const full = a.data && a.data.length <= 48,
    top = largest(a);
  const table = element("table", { className: full ? "heat" : "heat coarse" });
  table.setAttribute("aria-label", brief(a));
  const cells = cellsOf(a);
  for (const row of cells) {
    const line = table.insertRow();
    for (const found of row) {
      const cell = line.insertCell(),
        [x, index] = found || [];
      if (!found) {
        cell.className = "gap";
        continue;
      }
      cell.style.background = tint(x, top);
      cell.title = a.data ? `${indexOf(a, index)}: ${x}` : written(x);
      if (full) cell.textContent = written(x);
      if (pick && a.data) {
        cell.dataset.entry = index;
        if (pick === true) continue;
        cell.onmouseenter = cell.onclick = cell.onfocus = () => pick(index);
        cell.tabIndex = index ? -1 : 0;
      }
    }
  }
  if (pick && pick !== true) table.onkeydown = event => walkCells(table, event, cells[0].length);
  const range = full ? "" : `  min ${written(a.low)}  mean ${written(a.mean)}  max ${written(a.high)}`;
  return element("div", {}, table, element("div", { className: "range" }, shapeOf(a) + range));
}
