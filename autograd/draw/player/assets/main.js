// The player. Its state is two things, the step `at` and what is picked: all that is shown is drawn from them.
import { around, boxes, data, firstBackward, into, isBox, outOf, root, seen, steps, vertices, edges } from "./model.js";
import { $, element } from "./numbers.js";
import { arrange, drawnOf, open, paint, scene, travel } from "./drawing.js";
import { arrangeNeurons, exampleControl, paintNeurons } from "./neurons.js";
import { camera, drawMap, fit, follow, start, wasDragged, zoom } from "./camera.js";
import { explainStep, heading } from "./panel.js";
import { explainPick } from "./why.js";
import { question, ask } from "./quiz.js";
import { caption, endTour, tour } from "./notes.js";

const MANY_BOXES = 60,
  NARROW = 620;
let at = 0,
  timer = null,
  picked = null,
  lit = null,
  neuronal = false;
const player = {
  go,
  advance,
  toggleBox,
  rearrange,
  pick,
  light,
  open,
  data,
  get at() {
    return at;
  },
  get picked() {
    return picked;
  },
  scene,
  get lit() {
    return lit?.path ?? null;
  },
  get asking() {
    return $("quiz").checked;
  },
  camera
};

// ---- moving through the steps ----
function go(step) {
  at = Math.max(0, Math.min(steps.length, step));
  $("question").hidden = true;
  caption(at);
  $("slider").value = at;
  $("count").textContent = `${at} / ${steps.length}`;
  for (const id of ["first", "back"]) $(id).disabled = at === 0;
  for (const id of ["next", "last"]) $(id).disabled = at === steps.length;
  if (at === steps.length && timer) pause();
  const now = steps[at - 1];
  $("slider").setAttribute(
    "aria-valuetext",
    now ? `${at} of ${steps.length}: ${now.kind}, ${heading(now)}` : "before the first step"
  );
  show();
  explainStep(at, player);
  $("panel").scrollTop = 0;
  if (now?.kind === "backward") travel(now.edges[0]);
  if (now)
    follow(
      [now.vertex, now.to ?? now.vertex, ...(now.kind === "forward" ? now.edges.map(e => edges[e].source) : [])].map(
        id => seen(id, open)
      )
    );
}
function show() {
  repaint();
  explainPick(picked, at, player);
}
function repaint(hidden = null) {
  if (neuronal) paintNeurons(at, picked);
  else paint(at, { picked, lit, hidden });
}
function advance() {
  const s = steps[at];
  if (!s || (!$("question").hidden && $("question").dataset.open)) return;
  const q = $("quiz").checked ? question(s) : null;
  if (q) {
    pause();
    repaint(seen(q.about, open));
    follow([seen(q.about, open)]);
    ask(s, q, player);
  } else go(at + 1);
}
function pause() {
  endTour();
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

// ---- picking ----
function pick(what, focus = false) {
  // {node: id}, {edge: e} or null
  picked = what;
  lit = null;
  show();
  $("panel").scrollTop = what ? $("node").offsetTop - $("panel").offsetTop - 8 : 0;
  if (what?.node !== undefined) {
    const id = seen(what.node, open);
    follow([id]);
    if (focus) drawnOf(id)?.focus({ preventScroll: true });
  }
}
function light(path) {
  // lights the edges of a path, or nothing
  lit = path && {
    path,
    edges: new Set(path),
    nodes: new Set(path.flatMap(e => [edges[e].source, edges[e].target]).map(id => seen(id, open)))
  };
  paint(at, { picked, lit });
}
function reveal(id) {
  // opens the boxes around it
  const closed = [...around(id)].filter(box => !open.has(box));
  closed.forEach(box => open.add(box));
  if (closed.length) rearrange();
}
function toggleBox(id) {
  if (!open.delete(id)) open.add(id);
  rearrange();
  explainStep(at, player);
  follow([id]);
  drawnOf(id).focus({ preventScroll: true });
}
function rearrange() {
  if (neuronal) arrangeNeurons();
  else arrange(wantsDown());
  drawMap();
  show();
  $("fold").setAttribute("aria-pressed", open.size === 1);
}
const wantsDown = () => data.direction === "TB" || $("stage").clientWidth < NARROW;
function fold() {
  // close all boxes; then open again what was open, or all
  const all = boxes.map(box => box.id),
    some = open.size > 1;
  if (some) fold.before = [...open];
  const wanted = some ? [root] : fold.before || (all.length <= MANY_BOXES ? all : data.open);
  open.clear();
  wanted.forEach(box => open.add(box));
  picked = null;
  rearrange();
  fit();
  go(at);
}
function setNeuronal(on) {
  // two views of the same step and the same choice
  neuronal = on;
  $("graph").classList.toggle("neuronal", on);
  $("neuronal").setAttribute("aria-pressed", on);
  $("example").hidden = !on;
  $("fold").hidden = on || boxes.length === 1;
  rearrange();
  start([seen(picked?.node ?? steps[at - 1]?.vertex ?? 0, open)]);
}
$("stage").addEventListener("click", event => {
  if (wasDragged()) return;
  const part = event.target.closest("[data-node]");
  if (part) return pick({ node: +part.dataset.node, entry: part.dataset.entry && +part.dataset.entry });
  const card = event.target.closest("[data-id]"),
    line = event.target.closest("[data-edge]");
  if (card) return isBox(+card.dataset.id) ? toggleBox(+card.dataset.id) : pick({ node: +card.dataset.id }, true);
  pick(line ? { edge: +line.dataset.edge } : null);
});
$("stage").addEventListener("focusin", event => {
  if (event.target.dataset.id !== undefined && picked?.node !== +event.target.dataset.id)
    pick({ node: +event.target.dataset.id });
});

// ---- walking along the arrows with the keyboard ----
function walk(key) {
  const id = +document.activeElement.dataset.id;
  const [back, on, down] = scene.turned
    ? ["ArrowUp", "ArrowDown", "ArrowRight"]
    : ["ArrowLeft", "ArrowRight", "ArrowDown"];
  const members = isBox(id) ? boxes[id - vertices.length].members : [id];
  const beyond = (list, end) =>
    members.flatMap(v => list[v].map(e => seen(edges[e][end], open))).find(other => other !== id && !open.has(other));
  if (key === back) return beyond(into, "source");
  if (key === on) return beyond(outOf, "target");
  const [x, y] = scene.places.get(id),
    axis = scene.turned ? 0 : 1,
    way = key === down ? 1 : -1;
  const distance = p => Math.abs(p[axis] - [x, y][axis]) + 2 * Math.abs(p[1 - axis] - [x, y][1 - axis]);
  const beside = [...scene.places]
    .filter(([other, p]) => !open.has(other) && way * (p[axis] - [x, y][axis]) > 1)
    .sort(([, p], [, q]) => distance(p) - distance(q));
  return beside[0]?.[0];
}

// ---- controls ----
$("slider").max = steps.length;
$("slider").style.setProperty("--half", `${(100 * Math.max(0, firstBackward)) / steps.length}%`);
$("slider").addEventListener("input", () => {
  pause();
  go(+$("slider").value);
});
$("first").onclick = () => {
  pause();
  go(0);
};
$("back").onclick = () => {
  pause();
  go(at - 1);
};
$("next").onclick = () => {
  pause();
  advance();
};
$("last").onclick = () => {
  pause();
  go(steps.length);
};
$("play").onclick = toggle;
$("tour").onclick = () => tour(player);
$("fold").onclick = fold;
$("fold").hidden = boxes.length === 1;
$("zoom").onclick = () => (camera.whole ? zoom(1 / camera.k, undefined, true) : fit(true));
$("neuronal").hidden = !data.network;
$("neuronal").onclick = () => setNeuronal(!neuronal);
$("example").append(...exampleControl(show));
$("quiz").onchange = () => {
  document.body.classList.toggle("asking", $("quiz").checked);
  go(at);
};
$("speed").onchange = () => {
  if (timer) {
    pause();
    toggle();
  }
};
$("theme").onclick = () => {
  const page = document.documentElement,
    dark = getComputedStyle(page).colorScheme === "dark";
  page.dataset.theme = dark ? "light" : "dark";
};
$("grip").onclick = () => {
  const panel = $("panel"),
    next = panel.className === "" ? "tall" : panel.className === "tall" ? "small" : "";
  panel.className = next;
  $("grip").setAttribute("aria-expanded", next !== "small");
};
$("found").append(
  ...vertices
    .filter(v => v.op || v.name !== String(v.value?.data?.[0]))
    .slice(0, 500)
    .map(v => element("option", { value: v.called || v.name }))
);
function find(name) {
  const asked = name.trim().toLowerCase();
  const says = v => [v.called, v.name, v.label, v.op, v.line].map(x => (x || "").toLowerCase());
  const match =
    asked &&
    (vertices.find(v => says(v).slice(0, 2).includes(asked)) ||
      vertices.find(v => says(v).some(x => x.includes(asked))));
  $("search").value = name;
  $("search").setAttribute("aria-invalid", !!asked && !match);
  if (!match) return;
  reveal(match.id);
  pick({ node: match.id }, true);
}
$("search").onchange = () => find($("search").value);
addEventListener("keydown", event => {
  if (
    event.ctrlKey ||
    event.metaKey ||
    event.altKey ||
    event.target.matches("select, #slider, input:not([type=checkbox])")
  )
    return;
  const onCard = event.target.dataset?.id !== undefined;
  if (onCard && event.key.startsWith("Arrow")) {
    const next = walk(event.key);
    if (next !== undefined) pick({ node: next }, true);
    return event.preventDefault();
  }
  if (event.target.id === "stage" && (event.key === "Enter" || event.key === " ")) {
    event.preventDefault();
    return pick({ node: seen(picked?.node ?? steps[at - 1]?.vertex ?? 0, open) }, true);
  }
  if (onCard && (event.key === "Enter" || event.key === " ") && isBox(+event.target.dataset.id)) {
    event.preventDefault();
    return toggleBox(+event.target.dataset.id);
  }
  const act = {
    ArrowRight: () => {
      pause();
      advance();
    },
    ArrowLeft: () => {
      pause();
      go(at - 1);
    },
    Home: () => {
      pause();
      go(0);
    },
    End: () => {
      pause();
      go(steps.length);
    },
    q: () => $("quiz").click(),
    m: fold,
    n: () => data.network && setNeuronal(!neuronal),
    z: () => $("zoom").click(),
    "+": () => zoom(1.25),
    "-": () => zoom(0.8),
    "/": () => $("search").focus(),
    Escape: () => {
      pick(null);
      $("stage").focus();
    }
  }[event.key];
  if (act) act();
  else if (event.key === " " && !event.target.matches("button, input")) toggle();
  else return;
  event.preventDefault();
});

// ---- start ----
function resize() {
  // in pixels: the browser then lays out graph and panel apart
  $("graph").style.width = `${$("stage").clientWidth}px`;
  $("graph").style.height = `${$("stage").clientHeight}px`;
}
resize();
arrange(wantsDown());
drawMap();
// #12:w is step 12 with node w chosen, #end the last step
function followLink() {
  const [, step, name] = location.hash.match(/^#([^:]*):?(.*)$/s) || [, "", ""];
  go(step === "end" ? steps.length : +step || 0);
  if (name) find(readable(name));
}
function readable(name) {
  try {
    return decodeURIComponent(name);
  } catch {
    return name; // a percent sign that stands for itself
  }
}
start([0, 1, 2]);
followLink();
addEventListener("hashchange", followLink);
let shape = wantsDown();
new ResizeObserver(() => {
  const { whole } = camera;
  resize();
  if (!neuronal && wantsDown() !== shape) {
    shape = wantsDown();
    rearrange();
    start([0, 1, 2]);
  } else if (whole) fit();
}).observe($("stage"));
window.player = player;
document.documentElement.dataset.player = "ready";
