// The classical picture of a chain of dense layers: a circle for each neuron, a line for each weight, for one example at a time.
import { bornAt, data, edges, gradientAt, isNumber, steps, vertices } from "./model.js";
import { $, element, indexOf, tint, written } from "./numbers.js";
import { svg } from "./cards.js";
import { scene } from "./drawing.js";

const APART = [170, 92],
  CLOSE = 104,
  RADIUS = 24,
  LABEL = 26,
  NARROW = 620;
const group = $("neurons"),
  net = data.network;
let example = 0,
  units = [],
  weights = [];
const widthOf = v => vertices[v].value.shape.at(-1);
const largestOf = a => Math.max(...a.data.map(x => (typeof x === "number" ? Math.abs(x) : 0))) || 1;
const entryOf = (v, k) =>
  (vertices[v].value.shape.length > 1 ? Math.min(example, vertices[v].value.shape[0] - 1) * widthOf(v) : 0) + k;

const layer = ({ z, w, b, a }) => ({ shown: a ?? z, ids: [z, a, b, w].filter(v => v !== null), w, b });
const columns = net ? [{ shown: net.input, ids: [net.input] }, ...net.layers.map(layer)] : [];
export function arrangeNeurons() {
  const across = $("stage").clientWidth < NARROW ? CLOSE : APART[0];
  const tall = Math.max(...columns.map(({ shown }) => widthOf(shown))),
    height = tall * APART[1],
    places = new Map();
  const at = (c, k) => [
    RADIUS + 20 + c * across,
    LABEL + height / 2 + (k - (widthOf(columns[c].shown) - 1) / 2) * APART[1]
  ];
  units = [];
  weights = [];
  const lines = [],
    titles = [];
  columns.forEach(({ shown, ids, w }, c) => {
    const x = at(c, 0)[0],
      rect = [x - 45, 0, 90, LABEL + height];
    for (const id of ids) places.set(id, id === w ? [x - across, 0, across, LABEL + height] : rect);
    titles.push(svg("text", { class: "title middle", x, y: 14 }, vertices[shown].name));
    for (let k = 0; k < widthOf(shown); k++) {
      const [cx, cy] = at(c, k);
      units.push(unit(shown, k, [cx, cy], svg("circle", { cx, cy, r: RADIUS }), columns[c].b));
      for (let i = 0; w !== undefined && i < widthOf(columns[c - 1].shown); i++)
        lines.push(weight(w, i * widthOf(shown) + k, at(c - 1, i), [cx, cy]));
    }
  });
  const [x, y] = [at(columns.length - 1, 0)[0] + across, LABEL + height / 2],
    end = vertices[data.result];
  if (!places.has(end.id)) {
    units.push(
      unit(end.id, 0, [x, y], svg("rect", { x: x - 32, y: y - RADIUS, width: 64, height: 2 * RADIUS, rx: 7 }))
    );
    titles.push(svg("text", { class: "title middle", x, y: 14 }, end.name));
    for (let i = 0; i < widthOf(columns.at(-1).shown); i++)
      lines.push(svg("path", { class: "loss", d: path(at(columns.length - 1, i), [x - 8, y]) }));
  }
  for (const v of vertices) if (!places.has(v.id)) places.set(v.id, [x - 45, y - 60, 90, 120]);
  group.replaceChildren(...lines, ...titles, ...units.map(({ drawn }) => drawn));
  Object.assign(scene, { places, lines: [], turned: false, size: [x + 60, LABEL + height] });
}
function unit(id, k, [x, y], shape, bias) {
  const said = (kind, dy) => svg("text", { class: `${kind} middle`, x, y: y + dy });
  const drawn = svg(
    "g",
    { class: "unit", "data-node": id, "data-unit": k, role: "graphics-symbol" },
    shape,
    said("number", 4),
    said("gradient", RADIUS + 12),
    said("note", -RADIUS - 4)
  );
  return { id, k, bias, drawn };
}
const path = ([x, y], [a, b]) => `M${x + RADIUS},${y}L${a - RADIUS},${b}`;
function weight(w, entry, from, to) {
  const { value } = vertices[w],
    size = value.data[entry] / largestOf(value),
    d = path(from, to);
  const line = svg("path", {
    class: "line",
    d,
    "stroke-width": 1 + 4 * Math.abs(size),
    "stroke-dasharray": size < 0 ? "7 4" : null
  });
  const drawn = svg(
    "g",
    { class: "weight", "data-node": w, "data-entry": entry },
    svg("path", { class: "hit", d }),
    line,
    svg("title")
  );
  line.style.stroke = tint(Math.sign(size), 1);
  weights.push({ w, entry, drawn });
  return drawn;
}
export function paintNeurons(at, picked) {
  const now = steps[at - 1],
    active = new Set(now ? [now.vertex, now.to, ...now.edges.flatMap(e => [edges[e].source])] : []);
  for (const { id, k, bias, drawn } of units) {
    const v = vertices[id],
      born = bornAt[id] <= at,
      full = v.grad && gradientAt(id) <= at,
      i = isNumber(v.value) ? 0 : entryOf(id, k);
    const [shape, number, gradient, note] = drawn.children,
      x = born ? v.value.data[i] : null;
    shape.style.fill = born && !isNumber(v.value) ? tint(x, largestOf(v.value)) : "";
    number.textContent = born ? written(x, 3) : "–";
    gradient.textContent = !v.grad ? "" : full ? written(v.grad.data[i], 3) : "–";
    note.textContent = typeof bias === "number" ? `b ${written(vertices[bias].value.data[k], 2)}` : "";
    drawn.setAttribute("class", `unit${active.has(id) ? " now" : ""}${picked?.node === id ? " picked" : ""}`);
    drawn.setAttribute(
      "aria-label",
      `${v.name}, neuron ${k}, value ${number.textContent}${gradient.textContent && `, gradient ${gradient.textContent}`}`
    );
  }
  for (const { w, entry, drawn } of weights) {
    const v = vertices[w],
      full = v.grad && gradientAt(w) <= at;
    const gradient = full ? `, gradient ${written(v.grad.data[entry])}` : "";
    drawn.lastChild.textContent = `${v.name}${indexOf(v.value, entry)} = ${written(v.value.data[entry])}${gradient}`;
    drawn.setAttribute(
      "class",
      `weight${active.has(w) ? " now" : ""}${picked?.node === w && (picked.entry ?? entry) === entry ? " picked" : ""}`
    );
  }
}
export function exampleControl(changed) {
  // which row of the batch is shown
  const n = net && vertices[net.input].value.shape.length > 1 ? vertices[net.input].value.shape[0] : 1;
  if (n < 2) return [];
  const rows = Array.from({ length: n }, (_, i) => element("option", { value: i }, `example ${i}`));
  const choice = element(
    "select",
    {
      onchange: () => {
        example = +choice.value;
        changed();
      }
    },
    ...rows
  );
  choice.setAttribute("aria-label", "example of the batch");
  return [choice];
}
