"use strict";
// The page's state is one number, the step `at`: everything shown is drawn from it anew, so any step can be reached from any other.
const data = JSON.parse(document.getElementById("data").textContent);
const { vertices, edges, steps } = data;
const $ = id => document.getElementById(id);
let at = 0, timer = null, asked = false, right = 0, answered = 0, pick = null;

// ---- two drawings of one graph: every op on its own, or modules as one node each ----
const views = { graph: { name: "graph", nodes: vertices.map(v => ({ origin: [v.id], label: v.name, notes: [] })) } };
if (data.collapsed) views.modules = { name: "modules", nodes: data.collapsed };
for (const v of Object.values(views)) {
  v.svg = $(v.name);
  v.place = new Map(v.nodes.flatMap((n, i) => n.origin.map(o => [o, i])));
}
let view = views.graph;

// ---- numbers and arrays ----
const SVG = "http://www.w3.org/2000/svg";
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
  const full = a.whole && a.rows.length * a.rows[0].length <= 48;
  const top = Math.max(...a.rows.flat().map(x => typeof x === "number" ? Math.abs(x) : 0)) || 1;
  const table = element("table", { className: full ? "heat" : "heat coarse" });
  for (const row of a.rows) {
    const line = table.insertRow();
    for (const x of row) {
      const cell = line.insertCell(), part = typeof x === "number" ? Math.abs(x) / top : 1;
      cell.style.background = `color-mix(in srgb, var(--${x < 0 ? "negative" : "backward"}) ${Math.round(part * 60)}%, transparent)`;
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
function node(v) { return $(`${view.name}-vertex${view.place.get(v)}`); }
function edge(e, way) {
  const { source, target, place } = edges[e], [from, to] = [view.place.get(source), view.place.get(target)];
  const start = way === "forward" ? `forward${from}-${to}-` : `backward${to}-${from}-`;
  return $(`${view.name}-${start}${place}`) || view.svg.querySelector(`[id^="${view.name}-${start}"]`);
}
function cell(v, what) { return $(`${view.name}-${what}${view.place.get(v)}`); }
function prepare() {
  view.ready = true;
  for (const { origin, label, notes } of view.nodes) {
    const id = origin[origin.length - 1], shape = node(id), name = notes.length ? label : vertices[id].name;
    shape.querySelector("path, polygon").classList.add("outline");
    shape.setAttribute("tabindex", "0");
    shape.setAttribute("role", "button");
    shape.setAttribute("aria-label", `${name}: details`);
    for (const way of ["mouseenter", "focus"]) shape.addEventListener(way, () => { pick = id; details(); });
    shape.addEventListener("mouseleave", () => { if (pick === id && document.activeElement !== shape) { pick = null; details(); } });
    if (notes.length) continue;
    cell(id, "shade")?.classList.add("shade");
    for (const what of ["value", "grad"]) {
      const group = cell(id, what);
      if (!group) continue;
      const box = group.getBBox(), dash = document.createElementNS(SVG, "text");
      dash.setAttribute("x", box.x);
      dash.setAttribute("y", box.y + Math.min(box.height, 14) - 3);
      dash.setAttribute("class", "dash");
      dash.setAttribute("font-size", "11");
      dash.setAttribute("fill", `var(--${what === "grad" ? "backward" : "text"})`);
      dash.textContent = "–";
      group.classList.add("cell");
      group.append(dash);
    }
  }
}
function reveal(v, what, known, partial) {
  const group = cell(v, what);
  if (!group) return;
  group.classList.toggle("hidden", !known);
  group.querySelector(".dash").textContent = partial || "–";
}
function paint() {
  const born = new Set(vertices.filter(v => !v.op).map(v => v.id)), full = new Map(), done = [];
  for (let i = 0; i < at; i++) {
    const s = steps[i];
    if (s.kind === "forward") born.add(s.vertex);
    if (s.kind === "seed") full.set(s.vertex, true);
    if (s.kind === "backward") full.set(s.to, s.last || (s.sum && isNumber(s.sum) ? written(s.sum.rows[0][0]) + " + …" : "…"));
    s.edges.forEach(e => done.push([e, s.kind]));
  }
  view.svg.querySelectorAll(".done, .now").forEach(x => x.classList.remove("done", "now"));
  for (const { origin } of view.nodes) node(origin[0]).classList.toggle("unborn", !origin.some(o => vertices[o].op ? born.has(o) : origin.length === 1));
  for (const { id, grad } of vertices) {
    if (view.nodes[view.place.get(id)].origin.length > 1) continue;
    reveal(id, "value", born.has(id));
    const state = grad ? full.get(id) : undefined;
    reveal(id, "grad", state === true, state);
    cell(id, "shade")?.classList.toggle("hidden", state !== true);
  }
  for (const [e, way] of done) edge(e, way)?.classList.add("done");
  const now = steps[at - 1];
  if (now) {
    node(now.vertex).classList.add("now");
    now.edges.forEach(e => edge(e, now.kind)?.classList.add("now"));
  }
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
      + "Press play, or step with the arrow keys. Point at a node for its details."));
    return;
  }
  const v = vertices[s.vertex];
  panel.append(element("h2", {}, element("span", { className: "tag " + s.kind }, s.kind === "seed" ? "backward" : s.kind), heading(s)));
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
  view.svg.querySelectorAll(".picked").forEach(x => x.classList.remove("picked"));
  const panel = $("node");
  panel.replaceChildren();
  if (pick === null) return;
  const v = vertices[pick];
  node(pick).classList.add("picked");
  const whole = view.nodes[view.place.get(pick)];
  if (whole.notes.length) {
    panel.append(element("h2", {}, whole.label), ...whole.notes.map(note => element("p", { className: "about" }, note)));
    return;
  }
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
    return { text: `Which sign has ${what}?`, choices: ["positive", "zero", "negative"], right: x > 0 || x === "∞" ? "positive" : x === 0 ? "zero" : "negative" };
  }
  const flipped = [...answer.shape].reverse().join("×"), others = vertices.filter(v => v.value).map(v => shapeOf(v.value));
  const choices = [...new Set([shapeOf(answer), flipped, ...others])].slice(0, 4).sort();
  return choices.length > 1 ? { text: `Which shape has ${what}?`, choices, right: shapeOf(answer) } : null;
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
function fold() {
  if (!views.modules) return;
  view.svg.setAttribute("hidden", "");
  view = view === views.graph ? views.modules : views.graph;
  view.svg.removeAttribute("hidden");
  $("fold").setAttribute("aria-pressed", view === views.modules);
  pick = null;
  if (!view.ready) prepare();
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
  node(steps[at - 1]?.vertex ?? 0).scrollIntoView?.({ block: "nearest", inline: "nearest" });
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
$("slider").addEventListener("input", () => { pause(); go(+$("slider").value); });
$("first").onclick = () => { pause(); go(0); };
$("back").onclick = () => { pause(); go(at - 1); };
$("next").onclick = () => { pause(); advance(); };
$("last").onclick = () => { pause(); go(steps.length); };
$("play").onclick = toggle;
$("fold").onclick = fold;
$("zoom").onclick = () => $("zoom").setAttribute("aria-pressed", $("stage").classList.toggle("zoomed"));
$("quiz").onchange = () => { document.body.classList.toggle("asking", $("quiz").checked); details(); };
$("fold").hidden = !views.modules;
views.modules?.svg.setAttribute("hidden", "");
$("speed").onchange = () => { if (timer) { pause(); toggle(); } };
$("theme").onclick = () => {
  const root = document.documentElement, dark = getComputedStyle(root).colorScheme === "dark";
  root.dataset.theme = dark ? "light" : "dark";
};
document.addEventListener("keydown", event => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("select, #slider")) return;
  const act = { ArrowRight: () => { pause(); advance(); }, ArrowLeft: () => { pause(); go(at - 1); }, Home: () => { pause(); go(0); },
    End: () => { pause(); go(steps.length); }, q: () => $("quiz").click(), m: fold, z: () => $("zoom").click() }[event.key];
  if (act) act();
  else if (event.key === " " && !event.target.matches("button, input")) toggle();
  else return;
  event.preventDefault();
});
prepare();
go(location.hash === "#end" ? steps.length : +location.hash.slice(1) || 0);
window.player = { go, advance, get at() { return at; }, data };
