// What part of the graph is seen: fit, drag, wheel, pinch; an overview map when not all of it is in view.
import { $ } from "./numbers.js";
import { svg } from "./cards.js";
import { drawnOf, scene } from "./drawing.js";

const stage = $("stage"),
  world = $("world"),
  map = $("map");
const MARGIN = 18,
  CLOSEST = 4,
  READABLE = 0.75,
  LARGEST_FIT = 1.5,
  MAP = stage.clientWidth < 620 ? [70, 80] : [150, 100];
export const camera = { x: 0, y: 0, k: 1, whole: false }; // whole: fitted to the window, and not moved since
const view = () => [stage.clientWidth, stage.clientHeight];
const fitting = ([w, h] = view()) =>
  Math.min((w - 2 * MARGIN) / scene.size[0], (h - 2 * MARGIN) / scene.size[1], LARGEST_FIT);

function move(k, x, y, gliding = false) {
  const [w, h] = view(),
    room = 60; // something of the graph always stays in view
  Object.assign(camera, {
    k,
    whole: false,
    x: Math.min(w - room, Math.max(room - k * scene.size[0], x)),
    y: Math.min(h - room, Math.max(room - k * scene.size[1], y))
  });
  world.classList.toggle("gliding", gliding);
  world.style.transform = `translate(${camera.x}px, ${camera.y}px) scale(${camera.k})`;
  showMap();
}
function centre([x, y, w, h], k, gliding) {
  const [W, H] = view();
  move(k, W / 2 - k * (x + w / 2), H / 2 - k * (y + h / 2), gliding);
}
export function fit(gliding = false) {
  centre([0, 0, ...scene.size], fitting(), gliding);
  camera.whole = true;
}
// all of it if that can be read, else its beginning, with nothing empty beside it
export function start(ids) {
  if (fitting() >= READABLE) return fit();
  const across = scene.turned ? 0 : 1,
    room = view(),
    k = Math.min(1, Math.max(READABLE, (room[across] - 2 * MARGIN) / scene.size[across]));
  const box = rectangleOf(ids),
    place = [0, 1].map(i => {
      const middle = room[i] / 2 - k * (box[i] + box[i + 2] / 2),
        end = room[i] - MARGIN - k * scene.size[i];
      return end < MARGIN ? Math.min(MARGIN, Math.max(end, middle)) : (room[i] - k * scene.size[i]) / 2;
    });
  move(k, ...place);
}
export function zoom(factor, at = view().map(x => x / 2), gliding = false) {
  const k = Math.min(CLOSEST, Math.max(Math.min(fitting(), 0.2), camera.k * factor)),
    f = k / camera.k;
  move(k, at[0] - f * (at[0] - camera.x), at[1] - f * (at[1] - camera.y), gliding);
}
function rectangleOf(ids) {
  // the rectangle around cards
  const found = ids.map(id => scene.places.get(id)).filter(Boolean);
  if (!found.length) return [0, 0, ...scene.size];
  const [left, top] = [0, 1].map(i => Math.min(...found.map(p => p[i])));
  return [left, top, Math.max(...found.map(p => p[0] + p[2])) - left, Math.max(...found.map(p => p[1] + p[3])) - top];
}
export function follow(ids) {
  // moves only as far as it must; the first counts most
  const { k } = camera,
    [W, H] = view(),
    fits = ([, , w, h]) => k * w <= W - 2 * MARGIN && k * h <= H - 2 * MARGIN;
  let n = ids.length;
  while (n > 1 && !fits(rectangleOf(ids.slice(0, n)))) n--;
  const box = rectangleOf(ids.slice(0, n)),
    [x, y, w, h] = box;
  if (!fits(box)) return centre(box, k, true);
  const by = (low, length, room) =>
    low < MARGIN ? MARGIN - low : low + length > room - MARGIN ? room - MARGIN - low - length : 0;
  const [dx, dy] = [by(camera.x + k * x, k * w, W), by(camera.y + k * y, k * h, H)];
  if (dx || dy) move(k, camera.x + dx, camera.y + dy, true);
}

// ---- the overview map ----
export function drawMap() {
  const k = Math.min(MAP[0] / scene.size[0], MAP[1] / scene.size[1]);
  map.setAttribute("viewBox", `0 0 ${scene.size[0]} ${scene.size[1]}`);
  map.setAttribute("width", k * scene.size[0]);
  map.setAttribute("height", k * scene.size[1]);
  const d = [...scene.places]
    .filter(([id]) => drawnOf(id)?.matches(".node"))
    .map(([, [x, y, w, h]]) => `M${x | 0},${y | 0}h${w | 0}v${h | 0}h${-w | 0}z`)
    .join("");
  map.replaceChildren(
    svg("path", { class: "cards", d }),
    svg("rect", { class: "view", "vector-effect": "non-scaling-stroke" })
  );
}
function showMap() {
  const [W, H] = view(),
    { x, y, k } = camera;
  const whole = x >= -1 && y >= -1 && x + k * scene.size[0] <= W + 1 && y + k * scene.size[1] <= H + 1;
  map.toggleAttribute("hidden", whole);
  if (whole || !map.lastChild) return;
  for (const [name, value] of Object.entries({ x: -x / k, y: -y / k, width: W / k, height: H / k }))
    map.lastChild.setAttribute(name, value);
}
function jump(event) {
  const box = map.getBoundingClientRect(),
    k = scene.size[0] / box.width,
    [W, H] = view();
  move(camera.k, W / 2 - camera.k * (event.clientX - box.left) * k, H / 2 - camera.k * (event.clientY - box.top) * k);
}
map.addEventListener("pointerdown", event => {
  map.setPointerCapture(event.pointerId);
  jump(event);
  event.stopPropagation();
});
map.addEventListener("pointermove", event => {
  if (event.buttons) jump(event);
});

// ---- mouse and fingers ----
const fingers = new Map();
let dragged = 0;
const place = event => {
  const box = stage.getBoundingClientRect();
  return [event.clientX - box.left, event.clientY - box.top];
};
stage.addEventListener(
  "wheel",
  event => {
    if (self !== top && !event.ctrlKey && !stage.contains(document.activeElement)) return; // an article scrolls on
    event.preventDefault();
    zoom(Math.exp(-event.deltaY * (event.deltaMode ? 0.05 : event.ctrlKey ? 0.01 : 0.002)), place(event));
  },
  { passive: false }
);
stage.addEventListener("pointerdown", event => {
  if (event.button) return;
  if (!fingers.size) dragged = 0;
  fingers.set(event.pointerId, place(event));
});
addEventListener("pointermove", event => {
  if (!fingers.has(event.pointerId)) return;
  const before = [...fingers.values()],
    [a, b] = [fingers.get(event.pointerId), place(event)];
  fingers.set(event.pointerId, b);
  dragged += Math.hypot(b[0] - a[0], b[1] - a[1]);
  if (fingers.size === 1 && dragged > 4) move(camera.k, camera.x + b[0] - a[0], camera.y + b[1] - a[1]);
  if (fingers.size === 2) {
    const [[p, q], [r, s]] = [before, [...fingers.values()]],
      length = ([x, y], [u, v]) => Math.hypot(x - u, y - v) || 1;
    const [from, to] = [
      [p, q],
      [r, s]
    ].map(([m, n]) => [(m[0] + n[0]) / 2, (m[1] + n[1]) / 2]);
    move(camera.k, camera.x + to[0] - from[0], camera.y + to[1] - from[1]);
    zoom(length(r, s) / length(p, q), to);
  }
});
for (const end of ["pointerup", "pointercancel"]) addEventListener(end, event => fingers.delete(event.pointerId));
export const wasDragged = () => dragged > 4; // then a click that follows chooses nothing
