// Captions that the author gave to nodes, a tour that plays from one to the next, and the steps as a strip for print.
import { bornAt, data, edges, gradientAt, steps } from "./model.js";
import { $, element, math } from "./numbers.js";
import { heading } from "./panel.js";

const LEAST = 2500,
  A_LETTER = 55; // milliseconds that a caption stays
const captions = new Map(data.notes);
const stops = [...captions.keys()]
  .flatMap(v => {
    const used = steps.findIndex(s => s.edges.some(e => edges[e].source === v)) + 1;
    return [Number.isFinite(bornAt[v]) && bornAt[v] > 0 ? bornAt[v] : used, gradientAt(v)];
  })
  .filter(t => t > 0 && Number.isFinite(t))
  .sort((a, b) => a - b);
const captionAt = at => {
  const s = steps[at - 1];
  if (!s) return "";
  const asked = [s.to ?? s.vertex, s.vertex, ...s.edges.map(e => edges[e].source)];
  return captions.get(asked.find(v => captions.has(v))) ?? "";
};
export function caption(at) {
  const said = captionAt(at);
  $("caption").textContent = said;
  $("caption").hidden = !said;
}
let timer = null;
export function tour(player) {
  // goes from one caption to the next, each as long as it takes to read; a second click ends it
  if (timer) return endTour();
  const visit = i => {
    if (i === stops.length) return endTour();
    player.go(stops[i]);
    timer = setTimeout(() => visit(i + 1), Math.max(LEAST, A_LETTER * captionAt(stops[i]).length));
    $("tour").textContent = "❚❚ tour";
  };
  visit(Math.max(0, stops.findIndex(t => t > player.at)));
}
export function endTour() {
  clearTimeout(timer);
  timer = null;
  $("tour").textContent = "▶ tour";
}
$("tour").hidden = !stops.length;
addEventListener("beforeprint", () => {
  const frames = steps.map((s, i) =>
    element("section", {}, element("h3", {}, `${i + 1}  ${heading(s)}`), math(s.symbol), s.numbers && math(s.numbers),
      element("p", { className: "about" }, captionAt(i + 1)))
  );
  $("strip").replaceChildren(...frames);
});
addEventListener("afterprint", () => $("strip").replaceChildren());
