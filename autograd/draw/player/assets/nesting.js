"use strict";
// Boxes within boxes. Each sheet was laid out on its own, with all its boxes closed. To open a box, the sheet around it is stretched
// where the box is, as if it were rubber: what lay left of the box stays left of it, nothing comes to overlap, lines follow.
const SVG = "http://www.w3.org/2000/svg", HEAD = 20, EDGE = 10;
const clamp = (x, low, high) => Math.min(high, Math.max(low, x));
const numbers = text => (text.match(/-?\d*\.?\d+/g) || []).map(Number);
const pairs = list => list.reduce((found, x, i) => (i % 2 ? found[found.length - 1].push(x) : found.push([x]), found), []);
function drawn(tag, attributes) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}
function extent(shape) {                                             // of a node, from its outline
  if (shape.tagName === "ellipse") {
    const [x, y] = ["cx", "cy"].map(name => +shape.getAttribute(name));
    return [x, y, x, y];
  }
  const points = pairs(numbers(shape.getAttribute("points") || shape.getAttribute("d")));
  const xs = points.map(p => p[0]), ys = points.map(p => p[1]);
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}

function bent(a, b, way) {                                             // a line between two points that may lie anywhere; red ones hang lower
  const [dx, dy] = [(b[0] - a[0]) / 2, (b[1] - a[1]) / 2], sag = way === "backward" ? 10 : 0;
  const [u, v] = Math.abs(dx) > Math.abs(dy) ? [[a[0] + dx, a[1] + sag], [b[0] - dx, b[1] + sag]] : [[a[0] + sag, a[1] + dy], [b[0] + sag, b[1] - dy]];
  return [a, u, v, b];
}

// Where the rubber gives: a function that keeps the order, and makes each [low, high, growth] longer by at least its growth.
function stretch(intervals) {
  const places = [];
  const share = (place, low, high) => place.size * clamp((Math.min(high, place.high) - Math.max(low, place.low)) / (place.high - place.low), 0, 1);
  for (const [low, high, growth] of intervals.filter(i => i[2] > 0).sort((a, b) => a[1] - b[1])) {
    const missing = growth - places.reduce((sum, place) => sum + share(place, low, high), 0);
    if (missing <= 0) continue;
    let from = low, to = high;
    for (const [a, b] of intervals) if (Math.min(to, b) - Math.max(from, a) > 4) [from, to] = [Math.max(from, a), Math.min(to, b)];
    places.push({ low: from, high: to, size: missing });
  }
  return x => x + places.reduce((sum, place) => sum + place.size * clamp((x - place.low) / (place.high - place.low), 0, 1), 0);
}

class Nesting {
  constructor(svg, { boxes, ports, lines, open }) {
    this.svg = svg;
    this.boxes = new Map(boxes.map(box => [box.id, box]));
    this.open = new Set(open);
    this.root = boxes[0].id;
    this.ports = new Map(ports.map(([id, box, beyond, enters]) => [`${box} ${beyond} ${enters}`, id]));
    this.lines = lines.map(([box, source, target, edges]) => ({ box, source, target, edges }));
    this.linesOf = new Map();                                        // edge of the picture -> the lines drawn for it
    this.lines.forEach((line, i) => line.edges.forEach(e => this.linesOf.set(e, [...(this.linesOf.get(e) || []), i])));
    this.outer = new Map(boxes.map(box => [box.id, box.outer]));
    for (const box of boxes) for (const v of box.members) this.outer.set(v, box.id);      // inner boxes come later and win
    this.sheets = new Map(boxes.map(box => [box.id, this.read(box.id)]));
    for (const sheet of this.sheets.values()) for (const [v, node] of sheet.nodes) if (this.boxes.has(v)) this.frame(v, node, sheet);
    this.arrange();
  }
  read(id) {
    const group = document.getElementById(`graph-sheet${id}`), nodes = new Map(), lines = [];
    for (const element of group.querySelectorAll(".node")) {
      const outline = element.querySelector("path, polygon, ellipse"), box = extent(outline);
      outline.classList.add("outline");
      nodes.set(+element.id.slice("graph-vertex".length), { element, box });
    }
    for (const element of group.querySelectorAll(".edge")) {
      const [, way, i] = element.id.match(/graph-(forward|backward)(\d+)/), path = element.querySelector("path");
      lines.push({ element, path, way, line: this.lines[+i], points: pairs(numbers(path.getAttribute("d"))),
        head: element.querySelector("polygon"), text: element.querySelector("text") });
    }
    return { group, nodes, lines, first: group.firstElementChild, width: +group.dataset.width,
      height: Math.max(+group.dataset.height, ...[...nodes.values()].map(node => -node.box[1])) };   // a folder's tab sticks out
  }
  arrange() {
    for (const { group } of this.sheets.values()) group.setAttribute("display", "none");
    this.placed = new Set();                                         // the boxes whose inside is to be seen
    const { width, height } = this.place(this.root);
    this.svg.setAttribute("viewBox", `-4 ${-this.sheets.get(this.root).height - 4} ${width + 8} ${height + 8}`);
    this.svg.style.setProperty("--natural", `${Math.round(width + 8) * 4 / 3}px`);
  }
  place(id) {                                                        // lays out one sheet, the open boxes in it first
    const sheet = this.sheets.get(id), opened = [...sheet.nodes].filter(([v]) => this.boxes.has(v) && this.open.has(v));
    sheet.group.removeAttribute("display");
    this.placed.add(id);
    for (const { frame } of sheet.nodes.values()) frame?.setAttribute("display", "none");
    for (const [v, node] of opened) node.inner = this.place(v);
    const along = (low, high, size, more) => stretch(opened.map(([, { box, inner }]) => [box[low], box[high], inner[size] + more - (box[high] - box[low])]));
    const fx = along(0, 2, "width", 2 * EDGE), fy = along(1, 3, "height", EDGE + HEAD);
    for (const [v, node] of sheet.nodes) {
      const [left, top, right, bottom] = node.box, x = (left + right) / 2, y = (top + bottom) / 2;
      node.open = this.boxes.has(v) && this.open.has(v);
      node.shift = [fx(x) - x, fy(y) - y];
      node.element.setAttribute("transform", `translate(${node.shift})`);
      node.element.setAttribute("display", node.open ? "none" : "inline");
      if (node.open) this.spread(v, node, [fx(left), fy(top), fx(right), fy(bottom)]);
    }
    for (const line of sheet.lines) this.draw(line, sheet, fx, fy);
    sheet.left = fx(0);
    sheet.top = fy(-sheet.height);
    return { width: fx(sheet.width) - fx(0), height: fy(0) - fy(-sheet.height) };
  }
  frame(v, node, sheet) {
    const { label } = this.boxes.get(v);
    node.frame = drawn("g", { class: "frame", id: `graph-frame${v}`, "aria-expanded": "true" });
    node.frame.append(drawn("rect", { rx: 6 }), drawn("text", {}));
    node.frame.lastChild.textContent = `▾ ${label}`;
    sheet.group.insertBefore(node.frame, sheet.first);               // below all lines
    node.element.after(this.sheets.get(v).group);
  }
  spread(v, node, [left, top, right, bottom]) {                      // an open box: its frame, and its sheet inside
    const sheet = this.sheets.get(v), [rect, text] = node.frame.children;
    for (const [name, value] of Object.entries({ x: left, y: top, width: right - left, height: bottom - top })) rect.setAttribute(name, value);
    text.setAttribute("x", left + 8);
    text.setAttribute("y", top + 14);
    node.frame.removeAttribute("display");
    node.at = [(left + right - node.inner.width) / 2 - sheet.left, (top + HEAD + bottom - EDGE - node.inner.height) / 2 - sheet.top];
    sheet.group.setAttribute("transform", `translate(${node.at})`);
  }
  draw({ element, path, way, line, points, head, text }, sheet, fx, fy) {
    const last = points.length - 1, ends = { source: points[0], target: points[last] }, by = {};
    for (const end of ["source", "target"]) {                         // a line goes with its ends; at an open box, to a port inside
      const node = sheet.nodes.get(line[end]);
      by[end] = node.open ? this.port(line, end, node).map((x, i) => x - ends[end][i]) : node.shift;
    }
    const moved = (p, [x, y]) => [p[0] + x, p[1] + y];
    let now = points.map((p, i) => i < 2 ? moved(p, by.source) : i > last - 2 ? moved(p, by.target) : [fx(p[0]), fy(p[1])]);
    if (last < 7 && [line.source, line.target].some(v => sheet.nodes.get(v).open)) now = bent(now[0], now[last], way);
    path.setAttribute("d", `M${now[0]}C${now.slice(1).join(" ")}`);
    const tip = way === "forward" ? "target" : "source";
    if (head) {
      head.setAttribute("transform", `translate(${by[tip]})`);
      head.setAttribute("display", sheet.nodes.get(line[tip]).open ? "none" : "inline");
    }
    text?.setAttribute("transform", `translate(${by.source.map((x, i) => (x + by.target[i]) / 2)})`);
  }
  port(line, end, node) {                                            // where the port of an open box is, seen from the sheet around it
    const box = line[end], other = end === "source" ? line.target : line.source;
    const { box: [x, y], shift } = this.sheets.get(box).nodes.get(this.ports.get(`${box} ${other} ${end === "target"}`));
    return [x + shift[0] + node.at[0], y + shift[1] + node.at[1]];
  }
  seen(v) {                                                          // what stands for a vertex or box: itself, or the outermost closed box around it
    let found = v;
    for (let box = this.outer.get(v); box != null; box = this.outer.get(box)) if (!this.open.has(box)) found = box;
    return found;
  }
  toggle(box) {
    if (!this.open.delete(box)) this.open.add(box);
    this.arrange();
  }
}
