"use strict";
// The page's state is one number, the step `at`: everything shown is drawn from it anew, so any step can be reached from any other.
const data = JSON.parse(document.getElementById("data").textContent);
const { vertices, edges, steps } = data;
const MANY_BOXES = 60;
const $ = id => document.getElementById(id);
let at = 0, timer = null, asked = false, right = 0, answered = 0, pick = null;

// ---- what was said once is not said again ----
for (const v of vertices) for (const a of [v.value, v.grad]) complete(a);
for (const e of edges) e.contribution = e.contribution === "all" ? vertices[e.source].grad : complete(e.contribution);
for (const s of steps.filter(s => s.kind === "backward")) s.sum = s.last ? vertices[s.to].grad : complete(s.sum);
function complete(a) {                                               // an array sent whole says what its rows are
  if (a && !a.rows) {
    const width = a.shape.at(-1) ?? 1;
    a.rows = a.data.length ? Array.from({ length: a.data.length / width }, (_, i) => a.data.slice(i * width, (i + 1) * width)) : [];
  }
  return a;
}
const nest = new Nesting($("graph"), data);
const isBox = id => id >= vertices.length;

// ---- numbers and arrays ----
function written(x) {
  if (typeof x === "string") return x;
  const size = Math.abs(x);
  return x === 0 ? "0" : size >= 1e5 || size < 1e-4 ? x.toExponential(3).replace(/\.?0+e/, "e") : String(+x.toPrecision(4));
}
const shapeOf = a => a.shape.length ? a.shape.join("×") : "number";
const isNumber = a => a.shape.length === 0;
function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}
function math(markup, label) {
  const box = element("div", { className: "formula" });
  box.innerHTML = markup;                      // our own MathML: every text in it was escaped when it was made
  if (label) box.setAttribute("aria-label", label);
  return box;
}
function heat(a) {
  if (!a) return element("span", {}, "–");
  if (isNumber(a)) return element("span", { className: "big" }, written(a.rows[0][0]));
  if (!a.rows.length) return element("span", {}, "empty");
  const full = a.data && a.data.length <= 48;
  const top = Math.max(...a.rows.flat().map(x => typeof x === "number" ? Math.abs(x) : 0)) || 1;
  const table = element("table", { className: full ? "heat" : "heat coarse" });
  for (const row of a.rows) {
    const line = table.insertRow();
    for (const x of row) {
      const cell = line.insertCell(), part = typeof x === "number" ? Math.abs(x) / top : 1;
      cell.style.background = `color-mix(in srgb, var(--${x < 0 ? "negative" : "backward"}) ${Math.round(part * 50)}%, transparent)`;
      cell.title = written(x);
      if (full) cell.textContent = written(x);
    }
  }
  const box = element("div", {}, table);
  box.append(element("div", { className: "range" }, `${shapeOf(a)}  min ${written(a.low)}  mean ${written(a.mean)}  max ${written(a.high)}`));
  return box;
}
function titled(title, content) {
  return element("div", {}, element("h3", {}, title), content);
}

// ---- the drawing ----
const node = v => $(`graph-vertex${v}`), cell = (v, what) => $(`graph-${what}${v}`);
const linesOf = (e, way) => nest.linesOf.get(e).filter(i => nest.placed.has(nest.lines[i].box)).map(i => $(`graph-${way}${i}`)).filter(Boolean);
function* around(v) {                                                // the boxes that a vertex or box lies in
  for (let box = nest.outer.get(v); box !== nest.root; box = nest.outer.get(box)) yield box;
}
function touch(element, id, label) {
  element.setAttribute("tabindex", "0");
  element.setAttribute("role", "button");
  element.setAttribute("aria-label", label);
  for (const way of ["mouseenter", "focus"]) element.addEventListener(way, () => { pick = id; details(); });
  element.addEventListener("mouseleave", () => { if (pick === id && document.activeElement !== element) { pick = null; details(); } });
  if (isBox(id)) element.addEventListener("click", () => toggleBox(id));
}
const corner = shape => shape.tagName === "text" ? [+shape.getAttribute("x"), +shape.getAttribute("y")]
  : numbers(shape.getAttribute("d") || shape.getAttribute("points")).slice(0, 2).map((c, i) => c + 9 * i);
function prepare() {
  for (const { id, label } of data.boxes.slice(1)) {
    touch(node(id), id, `open ${label}`);
    node(id).setAttribute("aria-expanded", "false");
    touch($(`graph-frame${id}`), id, `close ${label}`);
  }
  for (const id of [...nest.outer.keys()]) for (const text of node(id)?.querySelectorAll("text") || [])
    if (/^(⚠|accumulated|their gradients)/.test(text.textContent)) text.classList.add("verdict");   // known when gradients are
  for (const { id, name } of vertices) {
    touch(node(id), id, `${name}: details`);
    cell(id, "shade")?.classList.add("shade");
    for (const what of ["value", "grad"]) {
      const group = cell(id, what), first = group?.querySelector("text, path, polygon");
      if (!first) continue;
      const [[x, top], [, bottom]] = [first, [...group.querySelectorAll("text")].at(-1) || first].map(corner);
      group.classList.add("cell");
      group.append(drawn("text", { x, y: (top + bottom) / 2, class: "dash", fill: `var(--${what === "grad" ? "backward" : "text"})` }));
    }
  }
}
function toggleBox(id) {
  nest.toggle(id);
  const element = nest.open.has(id) ? $(`graph-frame${id}`) : node(id);
  element.focus({ preventScroll: true });
  paint();
  explain();
  follow(id);
}
function follow(...ids) {                                            // scrolls the stage, and nothing else, until these are seen
  const stage = $("stage"), view = stage.getBoundingClientRect(), room = 24;
  const boxes = ids.map(id => nest.seen(id)).map(id => (nest.open.has(id) ? $(`graph-frame${id}`) : node(id)).getBoundingClientRect());
  const by = (low, high) => {
    const from = Math.min(...boxes.map(b => b[low])) - view[low] - room, to = Math.max(...boxes.map(b => b[high])) - view[high] + room;
    return to > 0 && from > 0 ? Math.min(from, to) : to < 0 && from < 0 ? Math.max(from, to) : 0;
  };
  stage.scrollBy(by("left", "right"), by("top", "bottom"));
}
function reveal(v, what, known, partial) {
  const group = cell(v, what);
  if (!group) return;
  group.classList.toggle("hidden", !known);
  group.querySelector(".dash").textContent = partial || "–";
}
function paint() {
  const born = new Set(vertices.filter(v => !v.op).map(v => v.id)), begun = new Set(), full = new Map(), done = [];
  for (const s of steps.slice(0, at)) {
    if (s.kind === "forward") {
      born.add(s.vertex);
      for (const box of around(s.vertex)) begun.add(box);
    }
    if (s.kind === "seed") full.set(s.vertex, true);
    if (s.kind === "backward") full.set(s.to, s.last || (s.sum && isNumber(s.sum) ? written(s.sum.rows[0][0]) + " + …" : "…"));
    s.edges.forEach(e => done.push([e, s.kind]));
  }
  nest.svg.querySelectorAll(".done, .now").forEach(x => x.classList.remove("done", "now"));
  const seen = x => nest.placed.has(nest.outer.get(x.id));           // the rest is painted when its box is opened
  for (const { id, members } of data.boxes.slice(1).filter(seen)) {
    node(id).classList.toggle("unborn", !begun.has(id));
    node(id).classList.toggle("judged", members.every(v => full.get(v) === true || !vertices[v].grad));
  }
  for (const { id, grad } of vertices.filter(seen)) {
    node(id).classList.toggle("unborn", !born.has(id));
    reveal(id, "value", born.has(id));
    const state = grad ? full.get(id) : undefined;
    reveal(id, "grad", state === true, state);
    node(id).classList.toggle("judged", state === true);
    cell(id, "shade")?.classList.toggle("hidden", state !== true);
  }
  for (const [e, way] of done) for (const line of linesOf(e, way)) line.classList.add("done");
  const now = steps[at - 1];
  if (!now) return;
  node(now.vertex).classList.add("now");
  for (const box of around(now.vertex)) for (const element of [node(box), $(`graph-frame${box}`)]) element.classList.add("now");
  for (const e of now.edges) for (const line of linesOf(e, now.kind)) line.classList.add("now");
}

// ---- the words beside it ----
function heading(s) {
  const v = vertices[s.vertex];
  if (s.kind === "forward") return `${v.name} = ${v.label}`;
  if (s.kind === "seed") return `start at the result ${v.name}`;
  return `${v.name} (${v.label}) sends to ${vertices[s.to].name}`;
}
function explain() {
  const panel = $("step"), s = steps[at - 1];
  panel.replaceChildren();
  if (!s) {
    panel.append(element("h2", {}, "Ready"), element("p", {}, `${steps.length} steps: first each value forward, then each contribution back. `
      + "Press play, or step with the arrow keys. Point at a node for its details."),
      ...data.remarks.map(text => element("p", { className: "about" }, text)));
    return;
  }
  const v = vertices[s.vertex];
  panel.append(element("h2", {}, element("span", { className: "tag " + s.kind }, s.kind === "seed" ? "backward" : s.kind), heading(s)));
  const closed = nest.seen(s.vertex);
  if (isBox(closed)) panel.append(element("p", { className: "about" }, `inside ${nest.boxes.get(closed).label} `,
    element("button", { textContent: "open", onclick: () => toggleBox(closed) })));
  if (v.about && s.kind === "forward") panel.append(element("p", { className: "about" }, v.about));
  if (v.line) panel.append(element("div", { className: "line" }, v.line));
  panel.append(titled(s.kind === "forward" ? "rule" : "chain rule", math(s.symbol)));
  if (s.numbers) panel.append(titled("with its numbers", math(s.numbers)));
  const heats = element("div", { className: "heats" });
  if (s.kind === "forward") {
    s.edges.forEach(e => heats.append(titled(vertices[edges[e].source].name, heat(vertices[edges[e].source].value))));
    heats.append(titled("gives " + v.name, heat(v.value)));
  } else if (s.kind === "backward") {
    heats.append(titled("gradient of " + v.name, heat(v.grad)), titled("contribution", heat(edges[s.edges[0]].contribution)));
    if (!(s.first && s.last)) heats.append(titled(s.last ? "sum, complete" : "sum so far", heat(s.sum)));
  } else heats.append(titled("gradient", heat(v.grad)));
  panel.append(heats);
}
function details() {
  nest.svg.querySelectorAll(".picked").forEach(x => x.classList.remove("picked"));
  const panel = $("node");
  panel.replaceChildren();
  if (pick === null) return;
  for (const shown of [node(pick), $(`graph-frame${pick}`)]) shown?.classList.add("picked");
  if (isBox(pick)) {
    const { label, notes } = nest.boxes.get(pick);
    panel.append(element("h2", {}, label), ...[...notes, `A click or Enter ${nest.open.has(pick) ? "closes" : "opens"} it.`].map(
      note => element("p", { className: "about" }, note)));
    return;
  }
  const v = vertices[pick];
  panel.append(element("h2", {}, v.name), element("p", { className: "about" }, [v.called, v.kind, v.op && `op ${v.op}`, v.metadata, v.dtype,
    v.group.join(" › ")].filter(Boolean).join(" · ")));
  if (v.line) panel.append(element("div", { className: "line" }, v.line));
  const known = at === steps.length || !$("quiz").checked;
  panel.append(titled("value", heat(v.value)));
  if (v.grad) panel.append(titled("gradient", known ? heat(v.grad) : element("span", {}, "shown after the quiz")));
  if (v.check && known) panel.append(titled("finite difference" + (v.check.index.length ? ` at [${v.check.index.join(", ")}]` : ""),
    element("span", {}, `${written(v.check.difference)} against ${written(v.check.gradient)}: ${v.check.digits} digits agree`)));
}

// ---- predict, then reveal ----
function question(s) {
  if (s.kind === "seed") return null;
  const answer = s.kind === "forward" ? vertices[s.vertex].value : edges[s.edges[0]].contribution;
  const what = s.kind === "forward" ? `the value of ${vertices[s.vertex].name}` : `what ${vertices[s.vertex].name} sends to ${vertices[s.to].name}`;
  if (isNumber(answer)) {
    const x = answer.rows[0][0];
    if (x === "nan") return null;
    return { text: `Which sign does ${what} have?`, choices: ["positive", "zero", "negative"], right: x > 0 || x === "∞" ? "positive" : x === 0 ? "zero" : "negative" };
  }
  const flipped = [...answer.shape].reverse().join("×"), others = vertices.filter(v => v.value).map(v => shapeOf(v.value));
  const choices = [...new Set([shapeOf(answer), flipped, ...others])].slice(0, 4).sort();
  return choices.length > 1 ? { text: `Which shape does ${what} have?`, choices, right: shapeOf(answer) } : null;
}
function ask(s, q) {
  const form = $("question");
  asked = true;
  form.hidden = false;
  form.replaceChildren(element("strong", {}, heading(s)), element("p", {}, q.text));
  for (const choice of q.choices) {
    form.append(element("button", { type: "button", textContent: choice, onclick: () => {
      answered++;
      const good = choice === q.right;
      if (good) right++;
      asked = false;
      go(at + 1);
      form.hidden = false;
      form.replaceChildren(element("span", { className: good ? "right" : "wrong" }, good ? "✓ right" : `✗ it is ${q.right}`),
        element("span", {}, `  ${right} of ${answered} right`));
      $("next").focus();
    } }));
  }
  form.querySelector("button").focus();
}

// ---- moving ----
function fold() {                                                    // close all boxes; then open again what was open, or all
  const all = data.boxes.map(box => box.id), some = nest.open.size > 1;
  if (some) fold.before = [...nest.open];
  nest.open = new Set(some ? [nest.root] : fold.before || (all.length <= MANY_BOXES ? all : data.open));
  nest.arrange();
  pick = null;
  go(at);
}
function go(step) {
  at = Math.max(0, Math.min(steps.length, step));
  asked = false;
  $("question").hidden = true;
  $("slider").value = at;
  $("count").textContent = `${at} / ${steps.length}`;
  for (const id of ["first", "back"]) $(id).disabled = at === 0;
  for (const id of ["next", "last"]) $(id).disabled = at === steps.length;
  if (at === steps.length) pause();
  paint();
  explain();
  details();
  $("fold").setAttribute("aria-pressed", nest.open.size === 1);
  const now = steps[at - 1];
  $("slider").setAttribute("aria-valuetext", now ? `${at} of ${steps.length}: ${now.kind}, ${heading(now)}` : "before the first step");
  follow(...(now ? [now.vertex, now.to ?? now.vertex] : [0]));
}
function advance() {
  const s = steps[at];
  if (!s || asked) return;
  const q = $("quiz").checked ? question(s) : null;
  if (q) { pause(); ask(s, q); } else go(at + 1);
}
function pause() {
  clearInterval(timer);
  timer = null;
  $("play").textContent = "▶ play";
}
function toggle() {
  if (timer) return pause();
  if (at === steps.length) go(0);
  timer = setInterval(advance, +$("speed").value);
  $("play").textContent = "❚❚ pause";
  advance();
}
$("slider").max = steps.length;
$("skip").onclick = () => $("step").focus();
$("slider").addEventListener("input", () => { pause(); go(+$("slider").value); });
$("first").onclick = () => { pause(); go(0); };
$("back").onclick = () => { pause(); go(at - 1); };
$("next").onclick = () => { pause(); advance(); };
$("last").onclick = () => { pause(); go(steps.length); };
$("play").onclick = toggle;
$("fold").onclick = fold;
$("zoom").onclick = () => $("zoom").setAttribute("aria-pressed", $("stage").classList.toggle("zoomed"));
$("quiz").onchange = () => { document.body.classList.toggle("asking", $("quiz").checked); details(); };
$("fold").hidden = data.boxes.length === 1;
$("speed").onchange = () => { if (timer) { pause(); toggle(); } };
$("theme").onclick = () => {
  const root = document.documentElement, dark = getComputedStyle(root).colorScheme === "dark";
  root.dataset.theme = dark ? "light" : "dark";
};
document.addEventListener("keydown", event => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("select, #slider")) return;
  const act = { ArrowRight: () => { pause(); advance(); }, ArrowLeft: () => { pause(); go(at - 1); }, Home: () => { pause(); go(0); },
    End: () => { pause(); go(steps.length); }, q: () => $("quiz").click(), m: fold, z: () => $("zoom").click() }[event.key];
  if (event.key === "Enter" || event.key === " ") {
    const box = event.target.id?.match(/^graph-(?:vertex|frame)(\d+)$/)?.[1];
    if (box && isBox(+box)) { event.preventDefault(); return toggleBox(+box); }
  }
  if (act) act();
  else if (event.key === " " && !event.target.matches("button, input")) toggle();
  else return;
  event.preventDefault();
});
prepare();
go(location.hash === "#end" ? steps.length : +location.hash.slice(1) || 0);
window.player = { go, advance, nest, get at() { return at; }, data };
