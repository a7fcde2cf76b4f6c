// The graph as SVG: cards, lines between them, frames around open boxes. `paint` shows one step.
import {
  arrivals,
  around,
  bornAt,
  boxOf,
  data,
  edges,
  flowAt,
  gradientAt,
  gradientSoFar,
  isBox,
  isNumber,
  order,
  root,
  seen,
  steps,
  updatedAt,
  vertices
} from "./model.js";
import { $, brief, written } from "./numbers.js";
import { card, drawCard, svg, text } from "./cards.js";
import { layout } from "./layout.js";

const FRAME_TITLE = 22;
export const open = new Set(data.open);
export const scene = { places: new Map(), size: [1, 1], lines: [], turned: false }; // turned: down instead of to the right
const nodes = new Map(),
  frames = new Map();

// ---- where everything stands ----
export function arrange(down) {
  const lines = linesSeen(),
    turned = down;
  const found = layout(root, lines, {
    sizeOf: id => (open.has(id) ? null : turned ? [card(id).h, card(id).w] : [card(id).w, card(id).h]),
    contents: box => boxOf(box).inside,
    order,
    head: turned ? [FRAME_TITLE, 0, 80] : [0, FRAME_TITLE, 0],
    hanging: !turned
  });
  const turn = ([u, v]) => (turned ? [v, u] : [u, v]);
  const places = new Map([...found.places].map(([id, [u, v, du, dv]]) => [id, [...turn([u, v]), ...turn([du, dv])]]));
  for (const line of lines) line.points = line.points.map(turn);
  Object.assign(scene, { places, size: turn(found.size), lines, turned });
  show();
}
function linesSeen() {
  // edges between the same two cards are one line, if one is a box
  const found = new Map();
  edges.forEach((e, i) => {
    const source = seen(e.source, open),
      target = seen(e.target, open);
    if (source === target) return;
    const key = isBox(source) || isBox(target) ? `${source} ${target}` : `${i}`;
    const boxesOf = id => [...around(id)].reverse();
    const line =
      found.get(key) ||
      found.set(key, { id: i, source, target, edges: [], from: boxesOf(source), to: boxesOf(target) }).get(key);
    line.edges.push(i);
  });
  return [...found.values()];
}
function curve(points, shift = 0) {
  // smooth, and straight along the computation at its ends
  const { turned } = scene,
    axis = turned ? 1 : 0,
    beside = points.length === 2 && points[0][axis] === points[1][axis];
  const moved = points.map(([x, y]) => (turned !== beside ? [x + shift, y] : [x, y + shift]));
  let d = `M${moved[0].map(round)}`;
  for (let i = 1; i < moved.length; i++) {
    const [[x, y], [a, b]] = [moved[i - 1], moved[i]];
    const across = turned ? y === b : x === a; // a leaf that hangs beside its use
    d += across
      ? `L${[a, b].map(round)}`
      : turned
        ? `C${[x, (y + b) / 2, a, (y + b) / 2, a, b].map(round)}`
        : `C${[(x + a) / 2, y, (x + a) / 2, b, a, b].map(round)}`;
  }
  return d;
}
const round = x => Math.round(10 * x) / 10;
function show() {
  const cardsNow = [],
    framesNow = [];
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
  if (!frames.has(id))
    frames.set(
      id,
      svg(
        "g",
        {
          class: "frame",
          id: `graph-frame${id}`,
          tabindex: -1,
          role: "button",
          "aria-expanded": "true",
          "aria-label": `close ${boxOf(id).label}`,
          "data-id": id
        },
        svg("rect", { rx: 8 }),
        text(0, 0, `▾ ${boxOf(id).label}`, "title")
      )
    );
  const made = frames.get(id),
    [rect, name] = made.children;
  for (const [key, value] of Object.entries({ x, y, width, height })) rect.setAttribute(key, round(value));
  name.setAttribute("x", round(x) + 9);
  name.setAttribute("y", round(y) + 15);
  return made;
}
function drawLine(line) {
  const { points } = line,
    { turned } = scene,
    carries = line.edges.some(e => edges[e].contribution),
    gap = carries ? 2.5 : 0;
  const d = curve(points, -gap),
    back = curve([...points].reverse(), gap);
  line.drawn = svg(
    "g",
    { class: "edge", id: `graph-edge${line.id}`, "data-edge": line.id },
    svg("path", { class: "hit", d: curve(points) }),
    svg("path", { class: "forward", d })
  );
  if (carries)
    line.drawn.append(
      (line.back = svg("path", { class: "backward", d: back, "marker-end": "url(#tip-backward)", pathLength: 1 }))
    );
  const factor = line.edges.length === 1 ? edges[line.edges[0]].local : null;
  if (carries && typeof factor === "number") {
    const [p, q] = points.slice(-2), // on its own branch, and beside that of a second use
      along = line.id % 2 ? 0.62 : 0.38;
    line.drawn.append(
      text(
        p[0] + along * (q[0] - p[0]) + (turned ? 6 : 0),
        p[1] + along * (q[1] - p[1]) + (turned ? 4 : -5),
        `×${written(factor, 3)}`,
        turned ? "factor beside" : "factor"
      )
    );
  }
  line.state = "";
  return line.drawn;
}

// ---- one step ----
export const drawnOf = id => (open.has(id) ? frames.get(id) : nodes.get(id)?.drawn);
export const lineOf = e => scene.lines.find(line => line.edges.includes(e));
export function paint(at, { picked = null, lit = null, hidden = null } = {}) {
  const now = steps[at - 1],
    stands = now && seen(now.vertex, open),
    active = new Set(now?.edges);
  for (const id of scene.places.keys()) {
    if (open.has(id)) {
      frames.get(id).classList.toggle("picked", picked?.node === id);
      continue;
    }
    const node = nodes.get(id),
      state = isBox(id) ? stateOfBox(id, at) : stateOf(id, at);
    const marks = Object.entries({
      now: stands === id,
      picked: picked?.node === id,
      lit: lit?.nodes.has(id),
      asked: hidden === id,
      unborn: !state.born,
      judged: state.full
    })
      .filter(([, on]) => on)
      .map(([mark]) => mark)
      .join(" ");
    if (node.state === state.key + marks) continue;
    node.state = state.key + marks;
    node.drawn.setAttribute("class", `node kind-${isBox(id) ? "summary" : vertices[id].kind} ${marks}`);
    node.drawn.setAttribute("aria-label", isBox(id) ? `open ${boxOf(id).label}` : spoken(vertices[id], state));
    if (!isBox(id)) showCells(id, state, hidden === id);
  }
  for (const line of scene.lines) {
    const done = line.edges.some(e => bornAt[edges[e].target] <= at),
      flows = line.edges.some(e => flowAt[e] <= at);
    const marks = `edge${done ? " done" : ""}${flows ? " flows" : ""}${line.edges.some(e => active.has(e)) ? ` now ${now.kind}` : ""}${
      line.edges.some(e => picked?.edge === e) ? " picked" : ""
    }${line.edges.some(e => lit?.edges.has(e)) ? " lit" : ""}${line.edges.some(e => edges[e].wrong) ? " differs" : ""}${
      line.edges.includes(data.wrong?.first) ? " first-wrong" : ""
    }`;
    if (line.state === marks) continue;
    line.state = marks;
    line.drawn.setAttribute("class", marks);
  }
  $("graph").classList.toggle("dimmed", !!lit);
}
function stateOf(id, at) {
  const born = bornAt[id] <= at,
    parts = arrivals[id].filter(t => t <= at).length,
    full = !!vertices[id].grad && gradientAt(id) <= at;
  const updated = updatedAt[id] <= at;
  return { born, parts, full, updated, at, key: `${born}${parts}${updated}` };
}
function stateOfBox(id, at) {
  const born = boxOf(id).members.some(v => vertices[v].op && bornAt[v] <= at);
  return { born, key: `${born}` };
}
function showCells(id, { born, parts, full, updated, at }, asked) {
  const set = (what, known, otherwise) => {
    const cell = (nodes.get(id)[what] ??= nodes.get(id).drawn.querySelector(`.cell.${what}`));
    if (!cell) return;
    cell.classList.toggle("unknown", !known);
    cell.lastChild.textContent = otherwise;
  };
  const partial = parts && !full ? gradientSoFar(id, at) : null;
  const unknown = asked ? "?" : "–";
  set("value", born, unknown);
  set("updated", updated, "–");
  set(
    "grad",
    full,
    partial
      ? isNumber(partial)
        ? `${written(partial.data[0])} + ${asked ? "?" : "…"}`
        : `${parts} of ${arrivals[id].length} parts`
      : unknown
  );
}
function spoken(v, { born, parts, full, updated }) {
  // what a screen reader says
  const gradient = full
    ? `gradient ${brief(v.grad)}`
    : parts
      ? `gradient incomplete, ${parts} of ${arrivals[v.id].length} parts`
      : "no gradient yet";
  const value = born ? `value ${brief(v.value)}` : "no value yet",
    after = updated && `updated to ${brief(v.updated)}`;
  return [v.called || v.name, `${v.kind}${v.op ? ` ${v.label}` : ""}`, value, v.grad && gradient, after]
    .filter(Boolean)
    .join(", ");
}
export function travel(e) {
  // a gradient goes back along its arrow
  const path = lineOf(e)?.back;
  if (!path || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  path.animate(
    [
      { strokeDasharray: "1 1", strokeDashoffset: 1 },
      { strokeDasharray: "1 1", strokeDashoffset: 0 }
    ],
    { duration: 450, easing: "ease-out" }
  );
}
