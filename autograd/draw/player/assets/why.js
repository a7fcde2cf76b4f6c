// Why is it so? The value and the gradient of what is picked.
import { bornAt, boxOf, edges, gradientAt, isBox, vertices } from "./model.js";
import { $, element, heat, titled, written } from "./numbers.js";
import { open } from "./drawing.js";

export function explainPick(picked, at, player) {
  const panel = $("node");
  panel.replaceChildren();
  if (!picked) return;
  if (picked.edge !== undefined) return explainEdge(panel, picked.edge);
  if (isBox(picked.node)) return explainBox(panel, picked.node);
  explainNode(panel, vertices[picked.node], at, player);
}
function explainBox(panel, id) {
  const { label, notes } = boxOf(id);
  panel.append(element("h2", {}, label), ...[...notes, `A click or Enter ${open.has(id) ? "closes" : "opens"} it.`].map(note => element("p", { className: "about" }, note)));
}
function explainNode(panel, v, at, player) {
  panel.append(element("h2", {}, v.name), element("p", { className: "about" }, [v.called, v.kind, v.op && `op ${v.op}`, v.metadata, v.dtype,
    v.group.join(" › ")].filter(Boolean).join(" · ")));
  if (v.line) panel.append(element("div", { className: "line" }, v.line));
  const known = at >= gradientAt(v.id) || !player.asking;
  panel.append(titled("value", at >= bornAt[v.id] || !player.asking ? heat(v.value) : element("span", {}, "shown after the quiz")));
  if (v.grad) panel.append(titled("gradient", known ? heat(v.grad) : element("span", {}, "shown after the quiz")));
  if (v.check && known) panel.append(titled("finite difference" + (v.check.index.length ? ` at [${v.check.index.join(", ")}]` : ""),
    element("span", {}, `${written(v.check.difference)} against ${written(v.check.gradient)}: ${v.check.digits} digits agree`)));
}
function explainEdge(panel, e) {
  const edge = edges[e], [source, target] = [vertices[edge.source], vertices[edge.target]];
  panel.append(element("h2", {}, `${source.name} → ${target.name}`));
  if (edge.contribution) panel.append(titled("contribution", heat(edge.contribution)));
}
