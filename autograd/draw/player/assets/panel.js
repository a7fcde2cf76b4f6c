// The explanation beside the graph: what this step does.
import { arrivals, boxOf, data, edges, isBox, isNumber, seen, steps, vertices } from "./model.js";
import { $, button, element, heat, math, titled, written } from "./numbers.js";
import { open } from "./drawing.js";
import { flowView, valueView } from "./entries.js";

export function heading(s) {
  const v = vertices[s.vertex];
  if (s.kind === "update") return s.vertex === data.result ? `${v.name} after the update` : `${s.by} moves ${v.name}`;
  return s.kind === "forward"
    ? `${v.name} = ${v.label}`
    : s.kind === "seed"
      ? `start at ${v.name}`
      : `${v.name} (${v.label}) sends to ${vertices[s.to].name}`;
}
export function explainStep(at, player) {
  const panel = $("step"),
    s = steps[at - 1];
  panel.replaceChildren();
  if (!s) return panel.append(...introduction(), ...spotted(player));
  const v = vertices[s.vertex];
  panel.append(
    element(
      "h2",
      {},
      element("span", { className: `tag ${s.kind}` }, s.kind === "seed" ? "backward" : s.kind),
      heading(s)
    )
  );
  const closed = seen(s.vertex, open);
  if (isBox(closed))
    panel.append(
      element(
        "p",
        { className: "about" },
        `inside ${boxOf(closed).label} `,
        button("open", () => player.toggleBox(closed))
      )
    );
  if (v.about && s.kind === "forward") panel.append(element("p", { className: "about" }, v.about));
  if (v.line) panel.append(element("div", { className: "line" }, v.line));
  panel.append(titled(equationTitle(s), math(s.symbol)));
  if (s.numbers) panel.append(titled("with its numbers", math(s.numbers)));
  panel.append(...arraysOf(s, player));
}
function arraysOf(s, player) {
  const v = vertices[s.vertex];
  if (s.kind === "forward") return [valueView(v)];
  if (s.kind === "update")
    return [
      element(
        "div",
        { className: "heats" },
        titled("before", heat(v.value)),
        ...(s.vertex === data.result
          ? []
          : [titled(s.rate === null ? "gradient" : `gradient, times −${written(s.rate)}`, heat(v.grad))]),
        titled("after", heat(v.updated))
      )
    ];
  if (s.kind === "seed") return [titled("gradient", heat(v.grad))];
  return [flowView(s.edges[0]), ...comparison(s.edges[0]), ...(s.first && s.last ? [] : [sumView(s, player)])];
}
export function comparison(e) {
  // what the wrong rule sends along an arrow, where that differs
  const { wrong } = edges[e];
  if (!wrong) return [];
  const first = data.wrong.first === e;
  const said = first ? "✗ the first arrow that differs: the wrong rule sends" : "✗ with the wrong rule";
  return [element("div", { className: "differs" }, titled(said, heat(wrong)))];
}
function spotted(player) {
  // where to look for the bug
  if (!data.wrong) return [];
  const { ops, first } = data.wrong,
    rules = `the wrong rule of ${ops.join(", ")}`;
  if (first === null) return [element("p", { className: "about" }, `Here ${rules} sends what the right one sends.`)];
  const step = steps.findIndex(s => s.kind === "backward" && s.edges[0] === first) + 1;
  return [
    element(
      "p",
      { className: "about" },
      `Spot the bug: with ${rules}, dashed arrows carry something else. `,
      button("to the first that differs", () => player.go(step), { id: "spot" })
    )
  ];
}
function equationTitle(s) {
  if (s.kind !== "backward")
    return { forward: "rule", update: "update", seed: "the backward pass starts with" }[s.kind];
  const n = arrivals[s.to].length;
  return n === 1 ? "chain rule" : `contribution ${s.part} of ${n} to the gradient of ${vertices[s.to].name}`;
}
function sumView(s, player) {
  // of the contributions so far; each leads to its step
  const { name } = vertices[s.to],
    soFar = arrivals[s.to].filter(t => t <= steps.indexOf(s) + 1);
  const line = element("p", { className: "sum" }, `gradient of ${name} = `);
  soFar.forEach((t, i) => {
    const c = steps[t - 1].kind === "seed" ? vertices[s.to].grad : edges[steps[t - 1].edges[0]].contribution,
      x = c && isNumber(c) ? c.data[0] : null;
    const said = x === null ? `contribution ${i + 1}` : x < 0 ? `(${written(x)})` : written(x);
    line.append(
      i ? " + " : "",
      button(said, () => player.go(t), { className: "link contribution", title: `step ${t}` })
    );
  });
  if (!s.last) line.append(" + …");
  else if (isNumber(s.sum)) line.append(" = ", element("b", {}, written(s.sum.data[0])));
  return titled(s.last ? "sum, complete" : "sum so far", line, ...(isNumber(s.sum) && s.last ? [] : [heat(s.sum)]));
}
function introduction() {
  const parts = [
    "Forward, each op computes its value. Backward, each op sends to its inputs what they contribute to the gradient: what arrives at it, " +
      "times its local derivative. What arrives at a value from several ops is added up.",
    "Choose any card or arrow, and it says why its value and its gradient are what they are.",
    ...data.remarks
  ];
  return [element("h2", {}, "Press ▶ or →"), ...parts.map(part => element("p", { className: "about" }, part))];
}
