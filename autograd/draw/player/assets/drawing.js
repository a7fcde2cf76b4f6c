// The graph as SVG: calm cards with name, value and gradient, lines between them, frames around open boxes. `paint` shows one step.
import { arrivals, around, bornAt, boxOf, data, edges, flowAt, gradientAt, gradientSoFar, isBox, isNumber, order, root, seen, steps, updatedAt, vertices } from "./model.js";
import { $, brief, cellsOf, largest, shapeOf, tint, written } from "./numbers.js";
import { layout } from "./layout.js";

const SVG = "http://www.w3.org/2000/svg", PAD = 8, ROW = 17, CAPTION = 48, STRIPE = 4;
const FEW = 4, LINE = 16, DOT = 7, TALLEST = 56, HEAD = 22;
export const open = new Set(data.open);
export const scene = { places: new Map(), size: [1, 1], lines: [], turned: false };      // turned: down instead of to the right
const nodes = new Map(), frames = new Map(), pen = document.createElement("canvas").getContext("2d");

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
const text = (x, y, content, kind, more = {}) => svg("text", { x, y, class: kind, ...more }, content);
const clipped = (s, n) => s.length > n ? s.slice(0, n - 1) + "…" : s;

// ---- cards ----
// What a value looks like on a card: its size, and how it is drawn at a place.
function picture(a) {
  if (!a || isNumber(a)) {
    const said = a ? written(a.data[0]) : "";
    return { w: Math.max(wide(said), wide(said + " + …")), h: ROW, draw: (x, y) => [text(x, y + 12.5, said, "number")] };
  }
  const rows = cellsOf(a), columns = rows[0]?.length || 0, top = largest(a);
  if (!columns) return { w: wide("empty"), h: ROW, draw: (x, y) => [text(x, y + 12.5, "empty", "number")] };
  const full = a.data && a.shape.length <= 2 && rows.length <= FEW && columns <= FEW;
  const [w, h] = full ? [8 + Math.max(...a.data.map(x => wide(written(x, 3), "10px"))), LINE] : [DOT, Math.min(DOT, TALLEST / rows.length)];
  return { w: w * columns, h: h * rows.length + 3, draw: (x, y) => rows.flatMap((row, i) => row.flatMap((found, j) => {
    if (!found) return [];
    const [value] = found, square = svg("rect", { x: x + j * w, y: y + i * h + 1, width: w, height: h });
    square.style.fill = tint(value, top);
    return full ? [square, text(x + (j + 1) * w - 3, y + i * h + 12.5, written(value, 3), "entry")] : [square];
  })) };
}
const within = (v, name) => v.group.length ? name.split(".").at(-1) : name;      // its box tells the rest
const digits = name => name.replace(/[₀-₉]/g, c => c.charCodeAt(0) - 0x2080);
const title = v => v.op && v.kind !== "constant" ? `${v.name} = ${clipped(v.label, 18)}` : clipped(within(v, v.name), 22);
const subtitle = v => [v.called && digits(v.name) !== v.called && clipped(within(v, v.called), 20), v.value.shape.length ? shapeOf(v.value) : ""].filter(Boolean).join("  ");
const plainNumber = v => v.kind === "constant" && isNumber(v.value) && v.name === (written(v.value.data[0])).replaceAll("−", "-");
function cardOf(v) {                                                  // what stands on the card of a vertex, and how large it is
  const head = wide(title(v), "600 12px") + (subtitle(v) ? 10 + wide(subtitle(v), "10px") : 0);
  if (plainNumber(v)) return { w: head + 2 * PAD, h: 24, rows: [] };
  const rows = [["value", v.value], ...(v.grad ? [["grad", v.grad]] : []), ...(v.updated ? [["updated", v.updated]] : [])].map(([what, a]) => ({ what, a, look: picture(a) }));
  for (const row of rows) row.lead = isNumber(row.a) ? [CAPTION, 0] : [0, 13];       // where the content stands beside or below its caption
  const w = Math.max(head, ...rows.map(({ lead, look }) => lead[0] + look.w)) + 2 * PAD + STRIPE;
  return { w, h: HEAD + rows.reduce((sum, { lead, look }) => sum + lead[1] + look.h, 0) + 7, rows };
}
function cardOfBox({ label, notes }) {
  const w = Math.max(wide(`▸ ${label}`, "600 12px"), ...notes.map(note => wide(note, "10px"))) + 2 * PAD + STRIPE;
  return { w, h: HEAD + 14 * notes.length + 4, notes };
}
const cards = new Map();
const card = id => cards.get(id) || cards.set(id, isBox(id) ? cardOfBox(boxOf(id)) : cardOf(vertices[id])).get(id);

const CAPTIONS = { value: "value", grad: "gradient", updated: "updated" };
function drawCard(id) {
  const { w, h, rows, notes } = card(id), box = isBox(id) ? boxOf(id) : null, v = box ? null : vertices[id], kind = box ? "summary" : v.kind;
  const round = { parameter: 3, input: 12, constant: 3, op: 7, result: 7, summary: 3 }[kind];
  const drawn = svg("g", { class: `node kind-${kind}`, id: `graph-vertex${id}`, tabindex: -1, role: box ? "button" : "graphics-symbol", "data-id": id,
    "aria-expanded": box ? "false" : null }, svg("rect", { class: "outline", width: w, height: h, rx: round }));
  if (rows?.length || box) drawn.append(svg("rect", { class: "stripe", x: 3, y: 5, width: STRIPE - 1, height: h - 10, rx: 1.5 }));
  const left = rows?.length || box ? PAD + STRIPE : PAD;
  drawn.append(text(left, 16, box ? `▸ ${box.label}` : title(v), "title"));
  if (box) notes.forEach((note, i) => drawn.append(text(left, HEAD + 10 + 14 * i, note, "note")));
  else {
    if (subtitle(v)) drawn.append(text(w - PAD, 16, subtitle(v), "subtitle"));
    let y = HEAD;
    for (const { what, look, lead: [dx, dy] } of rows) {
      const cell = svg("g", { class: `cell ${what}`, id: `graph-${what}${id}` }, text(left, y + (dy ? 10 : 12), CAPTIONS[what], "caption"),
        svg("g", { class: "known" }, ...look.draw(left + dx, y + dy)), text(left + dx, y + dy + 12.5, "–", "dash"));
      drawn.append(cell);
      y += dy + look.h;
    }
    if (v.grad) drawn.append(svg("rect", { class: "strength", x: left, y: h - 4, height: 2, rx: 1, width: (w - left - PAD) * intensity(v.strength) }));
    if (v.trouble) drawn.append(text(w - 4, -3, `⚠ ${v.trouble}`, "warning"));
  }
  return { drawn, state: "" };
}
// ---- how large gradients are, compared with the largest ----
const strengths = vertices.map(v => v.grad ? rms(v.grad) : 0);
const usual = Math.max(...strengths.filter(Number.isFinite), 0);
export function rms(a) {
  if (a.rms !== undefined) return typeof a.rms === "number" ? a.rms : Infinity;
  const all = a.data || a.rows.flat();
  if (all.some(x => typeof x === "string")) return Infinity;
  const top = Math.max(...all.map(Math.abs), 0);
  return top && top * Math.sqrt(all.reduce((sum, x) => sum + (x / top) ** 2, 0) / all.length);
}
vertices.forEach((v, i) => { v.strength = strengths[i]; });
const DECADES = 6;
function intensity(s) {
  if (!Number.isFinite(s)) return 1;
  return s > 0 && usual > 0 ? Math.min(1, Math.max(0.03, 1 - Math.log10(usual / s) / DECADES)) : 0;
}

// ---- where everything stands ----
export function arrange(down) {
  const lines = linesSeen(), turned = down;
  const found = layout(root, lines, {
    sizeOf: id => open.has(id) ? null : turned ? [card(id).h, card(id).w] : [card(id).w, card(id).h],
    contents: box => boxOf(box).inside, order, head: turned ? [HEAD, 0, 80] : [0, HEAD, 0], hanging: !turned });
  const turn = ([u, v]) => turned ? [v, u] : [u, v];
  const places = new Map([...found.places].map(([id, [u, v, du, dv]]) => [id, [...turn([u, v]), ...turn([du, dv])]]));
  for (const line of lines) line.points = line.points.map(turn);
  Object.assign(scene, { places, size: turn(found.size), lines, turned });
  show();
}
function linesSeen() {                                                // edges between the same two cards are one line, if one is a box
  const found = new Map();
  edges.forEach((e, i) => {
    const source = seen(e.source, open), target = seen(e.target, open);
    if (source === target) return;
    const key = isBox(source) || isBox(target) ? `${source} ${target}` : `${i}`;
    const boxesOf = id => [...around(id)].reverse();
    const line = found.get(key) || found.set(key, { id: i, source, target, edges: [], from: boxesOf(source), to: boxesOf(target) }).get(key);
    line.edges.push(i);
  });
  return [...found.values()];
}
function curve(points, shift = 0) {                                   // smooth, and straight along the computation at its ends
  const { turned } = scene, axis = turned ? 1 : 0, beside = points.length === 2 && points[0][axis] === points[1][axis];
  const moved = points.map(([x, y]) => turned !== beside ? [x + shift, y] : [x, y + shift]);
  let d = `M${moved[0].map(round)}`;
  for (let i = 1; i < moved.length; i++) {
    const [[x, y], [a, b]] = [moved[i - 1], moved[i]];
    const across = turned ? y === b : x === a;                        // a leaf that hangs beside its use
    d += across ? `L${[a, b].map(round)}` : turned ? `C${[x, (y + b) / 2, a, (y + b) / 2, a, b].map(round)}` : `C${[(x + a) / 2, y, (x + a) / 2, b, a, b].map(round)}`;
  }
  return d;
}
const round = x => Math.round(10 * x) / 10;
function show() {
  const cardsNow = [], framesNow = [];
  for (const [id, [x, y, w, h]] of scene.places) {
    if (open.has(id)) framesNow.push(frame(id, x, y, w, h));
    else {
      if (!nodes.has(id)) nodes.set(id, drawCard(id));
      const { drawn } = nodes.get(id);
      drawn.setAttribute("transform", `translate(${round(x)},${round(y)})`);
      cardsNow.push(drawn);
    }
  }
  $("frames").replaceChildren(...framesNow);
  $("lines").replaceChildren(...scene.lines.map(drawLine));
  $("cards").replaceChildren(...cardsNow);
}
function frame(id, x, y, width, height) {
  if (!frames.has(id)) frames.set(id, svg("g", { class: "frame", id: `graph-frame${id}`, tabindex: -1, role: "button", "aria-expanded": "true",
    "aria-label": `close ${boxOf(id).label}`, "data-id": id }, svg("rect", { rx: 8 }), text(0, 0, `▾ ${boxOf(id).label}`, "title")));
  const made = frames.get(id), [rect, name] = made.children;
  for (const [key, value] of Object.entries({ x, y, width, height })) rect.setAttribute(key, round(value));
  name.setAttribute("x", round(x) + 9);
  name.setAttribute("y", round(y) + 15);
  return made;
}
function drawLine(line) {
  const { points } = line, { turned } = scene, carries = line.edges.some(e => edges[e].contribution), gap = carries ? 2.5 : 0;
  const d = curve(points, -gap), back = curve([...points].reverse(), gap);
  line.drawn = svg("g", { class: "edge", id: `graph-edge${line.id}`, "data-edge": line.id }, svg("path", { class: "hit", d: curve(points) }),
    svg("path", { class: "forward", d, "marker-end": "url(#tip-forward)" }));
  if (carries) line.drawn.append(line.back = svg("path", { class: "backward", d: back, "marker-end": "url(#tip-backward)", pathLength: 1 }));
  const factor = line.edges.length === 1 ? edges[line.edges[0]].local : null;
  if (carries && typeof factor === "number") {
    const [p, q] = points.slice(-2);                                 // on its own branch
    line.drawn.append(text((p[0] + q[0]) / 2 + (turned ? 6 : 0), (p[1] + q[1]) / 2 + (turned ? 4 : -5), `×${written(factor, 3)}`, turned ? "factor beside" : "factor"));
  }
  line.state = "";
  return line.drawn;
}

// ---- one step ----
export const drawnOf = id => open.has(id) ? frames.get(id) : nodes.get(id)?.drawn;
export const lineOf = e => scene.lines.find(line => line.edges.includes(e));
export function paint(at, { picked = null, lit = null, hidden = null } = {}) {
  const now = steps[at - 1], stands = now && seen(now.vertex, open), active = new Set(now?.edges);
  for (const id of scene.places.keys()) {
    if (open.has(id)) { frames.get(id).classList.toggle("picked", picked?.node === id); continue; }
    const node = nodes.get(id), state = isBox(id) ? stateOfBox(id, at) : stateOf(id, at);
    const marks = Object.entries({ now: stands === id, picked: picked?.node === id, lit: lit?.nodes.has(id), asked: hidden === id,
      unborn: !state.born, judged: state.full }).filter(([, on]) => on).map(([mark]) => mark).join(" ");
    if (node.state === state.key + marks) continue;
    node.state = state.key + marks;
    node.drawn.setAttribute("class", `node kind-${isBox(id) ? "summary" : vertices[id].kind} ${marks}`);
    node.drawn.setAttribute("aria-label", isBox(id) ? `open ${boxOf(id).label}` : spoken(vertices[id], state));
    if (!isBox(id)) showCells(id, state, hidden === id);
  }
  for (const line of scene.lines) {
    const done = line.edges.some(e => bornAt[edges[e].target] <= at), flows = line.edges.some(e => flowAt[e] <= at);
    const marks = `edge${done ? " done" : ""}${flows ? " flows" : ""}${line.edges.some(e => active.has(e)) ? ` now ${now.kind}` : ""}${
      line.edges.some(e => picked?.edge === e) ? " picked" : ""}${line.edges.some(e => lit?.edges.has(e)) ? " lit" : ""}`;
    if (line.state === marks) continue;
    line.state = marks;
    line.drawn.setAttribute("class", marks);
  }
  $("graph").classList.toggle("dimmed", !!lit);
}
function stateOf(id, at) {
  const born = bornAt[id] <= at, parts = arrivals[id].filter(t => t <= at).length, full = !!vertices[id].grad && gradientAt(id) <= at;
  const updated = updatedAt[id] <= at;
  return { born, parts, full, updated, at, key: `${born}${parts}${updated}` };
}
function stateOfBox(id, at) {
  const born = boxOf(id).members.some(v => vertices[v].op && bornAt[v] <= at);
  return { born, key: `${born}` };
}
function showCells(id, { born, parts, full, updated, at }, asked) {
  const set = (what, known, otherwise) => {
    const cell = nodes.get(id)[what] ??= nodes.get(id).drawn.querySelector(`.cell.${what}`);
    if (!cell) return;
    cell.classList.toggle("unknown", !known);
    cell.lastChild.textContent = otherwise;
  };
  const partial = parts && !full ? gradientSoFar(id, at) : null;
  const unknown = asked ? "?" : "–";
  set("value", born, unknown);
  set("updated", updated, "–");
  set("grad", full, partial ? (isNumber(partial) ? `${written(partial.data[0])} + ${asked ? "?" : "…"}` : `${parts} of ${arrivals[id].length} parts`) : unknown);
}
function spoken(v, { born, parts, full, updated }) {                           // what a screen reader says
  const gradient = full ? `gradient ${brief(v.grad)}` : parts ? `gradient incomplete, ${parts} of ${arrivals[v.id].length} parts` : "no gradient yet";
  const value = born ? `value ${brief(v.value)}` : "no value yet", after = updated && `updated to ${brief(v.updated)}`;
  return [v.called || v.name, `${v.kind}${v.op ? ` ${v.label}` : ""}`, value, v.grad && gradient, after].filter(Boolean).join(", ");
}
export function travel(e) {                                           // a gradient goes back along its arrow
  const path = lineOf(e)?.back;
  if (!path || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  path.animate([{ strokeDasharray: "1 1", strokeDashoffset: 1 }, { strokeDasharray: "1 1", strokeDashoffset: 0 }], { duration: 450, easing: "ease-out" });
}
