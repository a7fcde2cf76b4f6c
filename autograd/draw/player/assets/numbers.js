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
  box.innerHTML = markup;                      // our own MathML: every text in it was escaped when it was made
  return box;
}

export function written(x, digits = 4) {
  if (typeof x === "string") return x.replace("-", "−");
  const size = Math.abs(x);
  const text = x === 0 ? "0" : size >= 1e5 || size < 1e-4 ? x.toExponential(digits - 1).replace(/\.?0+e/, "e").replace("e+", "e") : String(+x.toPrecision(digits));
  return text.replaceAll("-", "−");
}
export const shapeOf = a => a.shape.length ? a.shape.join("×") : "number";
export const scalar = a => a?.data?.length === 1 ? a.data[0] : undefined;
export function brief(a) {                                            // one line: the number, or shape and range
  if (!a) return "–";
  if (isNumber(a)) return written(a.data[0]);
  return a.rows.length ? `${shapeOf(a)}, ${written(a.low)} to ${written(a.high)}` : `${shapeOf(a)}, empty`;
}
export const largest = a => Math.max(...a.rows.flat().map(x => typeof x === "number" ? Math.abs(x) : 0), 0) || 1;
export function tint(x, top) {                                        // opaque: zero is the ground, the sign is the colour
  if (typeof x === "string") return "var(--odd)";
  const part = Math.round(100 * Math.min(1, Math.abs(x) / top));
  return `color-mix(in oklab, var(--${x < 0 ? "minus" : "plus"}) ${part}%, var(--zero))`;
}
export const indexOf = (a, i) => {                                    // the index of an entry, as NumPy writes it
  const found = [];
  for (const n of [...a.shape].reverse()) { found.unshift(i % n); i = Math.floor(i / n); }
  return `[${found.join(", ")}]`;
};

// A table of an array. `pick(i)` is called with the flat index of an entry that is pointed at or reached with the arrow keys; with
// `true` for `pick`, entries can only be marked.
function walkCells(table, event, columns) {
  const by = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns }[event.key], cells = [...table.querySelectorAll("td")];
  if (!by) return;
  cells[cells.indexOf(event.target) + by]?.focus();
  event.preventDefault();
  event.stopPropagation();
}
export function heat(a, pick) {
  if (!a) return element("span", {}, "–");
  if (isNumber(a)) return element("span", { className: "big" }, written(a.data[0]));
  if (!a.rows.length) return element("span", {}, `${shapeOf(a)}, empty`);
  const full = a.data && a.data.length <= 48, top = largest(a);
  const table = element("table", { className: full ? "heat" : "heat coarse" });
  table.setAttribute("aria-label", brief(a));
  let i = 0;
  for (const row of a.rows) {
    const line = table.insertRow();
    for (const x of row) {
      const cell = line.insertCell(), index = i++;
      cell.style.background = tint(x, top);
      cell.title = a.data ? `${indexOf(a, index)}: ${x}` : written(x);
      if (full) cell.textContent = written(x);
      if (pick && a.data?.length === a.rows.length * row.length) {
        cell.dataset.entry = index;
        if (pick === true) continue;
        cell.onmouseenter = cell.onclick = cell.onfocus = () => pick(index);
        cell.tabIndex = index ? -1 : 0;
      }
    }
  }
  if (pick && pick !== true) table.onkeydown = event => walkCells(table, event, a.rows[0].length);
  const range = full ? "" : `  min ${written(a.low)}  mean ${written(a.mean)}  max ${written(a.high)}`;
  return element("div", {}, table, element("div", { className: "range" }, shapeOf(a) + range));
}
