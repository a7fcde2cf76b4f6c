// Calm cards: name, value and gradient of a vertex, or what a closed box holds. Values are drawn as numbers or as heat-maps.
import { boxOf, isBox, isNumber, vertices } from "./model.js";
import { cellsOf, largest, shapeOf, tint, written } from "./numbers.js";

const SVG = "http://www.w3.org/2000/svg",
  PAD = 8,
  ROW = 17,
  CAPTION = 48,
  STRIPE = 4;
const FEW = 4,
  LINE = 16,
  DOT = 7,
  TALLEST = 56,
  TITLE = 22;
const pen = document.createElement("canvas").getContext("2d");

export function svg(tag, attributes = {}, ...children) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== null) made.setAttribute(name, value);
  made.append(...children);
  return made;
}
const FONT = "Helvetica, Arial, sans-serif";
function wide(text, font = "12px") {
  pen.font = `${font} ${FONT}`;
  return pen.measureText(text).width;
}
export const text = (x, y, content, kind, more = {}) => svg("text", { x, y, class: kind, ...more }, content);
const clipped = (s, n) => (s.length > n ? s.slice(0, n - 1) + "…" : s);

// ---- cards ----
// What a value looks like on a card: its size, and how it is drawn at a place.
function picture(a) {
  if (!a || isNumber(a)) {
    const said = a ? written(a.data[0]) : "";
    return {
      w: Math.max(wide(said), wide(said + " + …")),
      h: ROW,
      draw: (x, y) => [text(x, y + 12.5, said, "number")]
    };
  }
  const rows = cellsOf(a),
    columns = rows[0]?.length || 0,
    top = largest(a);
  if (!columns) return { w: wide("empty"), h: ROW, draw: (x, y) => [text(x, y + 12.5, "empty", "number")] };
  const full = a.data && a.shape.length <= 2 && rows.length <= FEW && columns <= FEW;
  const [w, h] = full
    ? [8 + Math.max(...a.data.map(x => wide(written(x, 3), "10px"))), LINE]
    : [DOT, Math.min(DOT, TALLEST / rows.length)];
  return {
    w: w * columns,
    h: h * rows.length + 3,
    draw: (x, y) =>
      rows.flatMap((row, i) =>
        row.flatMap((found, j) => {
          if (!found) return [];
          const [value] = found,
            square = svg("rect", { x: x + j * w, y: y + i * h + 1, width: w, height: h });
          square.style.fill = tint(value, top);
          return full ? [square, text(x + (j + 1) * w - 3, y + i * h + 12.5, written(value, 3), "entry")] : [square];
        })
      )
  };
}
const within = (v, name) => (v.group.length ? name.split(".").at(-1) : name); // its box tells the rest
const digits = name => name.replace(/[₀-₉]/g, c => c.charCodeAt(0) - 0x2080);
const title = v =>
  v.op && v.kind !== "constant" ? `${v.name} = ${clipped(v.label, 18)}` : clipped(within(v, v.name), 22);
const subtitle = v =>
  [
    v.called && digits(v.name) !== v.called && clipped(within(v, v.called), 20),
    v.value.shape.length ? shapeOf(v.value) : ""
  ]
    .filter(Boolean)
    .join("  ");
const plainNumber = v =>
  v.kind === "constant" && isNumber(v.value) && v.name === written(v.value.data[0]).replaceAll("−", "-");
function cardOf(v) {
  // what stands on the card of a vertex, and how large it is
  const head = wide(title(v), "600 12px") + (subtitle(v) ? 10 + wide(subtitle(v), "10px") : 0);
  if (plainNumber(v)) return { w: head + 2 * PAD, h: 24, rows: [] };
  const rows = [
    ["value", v.value],
    ...(v.grad ? [["grad", v.grad]] : []),
    ...(v.updated ? [["updated", v.updated]] : [])
  ].map(([what, a]) => ({ what, a, look: picture(a) }));
  for (const row of rows) row.lead = isNumber(row.a) ? [CAPTION, 0] : [0, 13]; // where the content stands beside or below its caption
  const w = Math.max(head, ...rows.map(({ lead, look }) => lead[0] + look.w)) + 2 * PAD + STRIPE;
  return { w, h: TITLE + rows.reduce((sum, { lead, look }) => sum + lead[1] + look.h, 0) + 7, rows };
}
function cardOfBox({ label, notes }) {
  const w = Math.max(wide(`▸ ${label}`, "600 12px"), ...notes.map(note => wide(note, "10px"))) + 2 * PAD + STRIPE;
  return { w, h: TITLE + 14 * notes.length + 4, notes };
}
const cards = new Map();
export const card = id =>
  cards.get(id) || cards.set(id, isBox(id) ? cardOfBox(boxOf(id)) : cardOf(vertices[id])).get(id);

const CAPTIONS = { value: "value", grad: "gradient", updated: "updated" };
export function drawCard(id) {
  const { w, h, rows, notes } = card(id),
    box = isBox(id) ? boxOf(id) : null,
    v = box ? null : vertices[id],
    kind = box ? "summary" : v.kind;
  const round = { parameter: 3, input: 12, constant: 3, op: 7, result: 7, summary: 3 }[kind];
  const drawn = svg(
    "g",
    {
      class: `node kind-${kind}`,
      id: `graph-vertex${id}`,
      tabindex: -1,
      role: box ? "button" : "graphics-symbol",
      "data-id": id,
      "aria-expanded": box ? "false" : null
    },
    svg("rect", { class: "outline", width: w, height: h, rx: round })
  );
  if (rows?.length || box)
    drawn.append(svg("rect", { class: "stripe", x: 3, y: 5, width: STRIPE - 1, height: h - 10, rx: 1.5 }));
  const left = rows?.length || box ? PAD + STRIPE : PAD;
  drawn.append(text(left, 16, box ? `▸ ${box.label}` : title(v), "title"));
  if (box) notes.forEach((note, i) => drawn.append(text(left, TITLE + 10 + 14 * i, note, "note")));
  else {
    if (subtitle(v)) drawn.append(text(w - PAD, 16, subtitle(v), "subtitle"));
    let y = TITLE;
    for (const {
      what,
      look,
      lead: [dx, dy]
    } of rows) {
      const cell = svg(
        "g",
        { class: `cell ${what}`, id: `graph-${what}${id}` },
        text(left, y + (dy ? 10 : 12), CAPTIONS[what], "caption"),
        svg("g", { class: "known" }, ...look.draw(left + dx, y + dy)),
        text(left + dx, y + dy + 12.5, "–", "dash")
      );
      drawn.append(cell);
      y += dy + look.h;
    }
    if (v.grad)
      drawn.append(
        svg("rect", {
          class: "strength",
          x: left,
          y: h - 4,
          height: 2,
          rx: 1,
          width: (w - left - PAD) * intensity(v.strength)
        })
      );
    if (v.trouble) drawn.append(text(w - 4, -3, `⚠ ${v.trouble}`, "warning"));
  }
  return { drawn, state: "" };
}
// ---- how large gradients are, compared with the largest ----
const strengths = vertices.map(v => (v.grad ? rms(v.grad) : 0));
const usual = Math.max(...strengths.filter(Number.isFinite), 0);
export function rms(a) {
  if (a.rms !== undefined) return typeof a.rms === "number" ? a.rms : Infinity;
  const all = a.data || a.rows.flat();
  if (all.some(x => typeof x === "string")) return Infinity;
  const top = Math.max(...all.map(Math.abs), 0);
  return top && top * Math.sqrt(all.reduce((sum, x) => sum + (x / top) ** 2, 0) / all.length);
}
vertices.forEach((v, i) => {
  v.strength = strengths[i];
});
const DECADES = 6;
function intensity(s) {
  if (!Number.isFinite(s)) return 1;
  return s > 0 && usual > 0 ? Math.min(1, Math.max(0.03, 1 - Math.log10(usual / s) / DECADES)) : 0;
}
