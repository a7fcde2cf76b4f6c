// Predict, then see: numbers, signs, factors, shapes, and which path brings most. A wrong answer is explained from the rule.
import { edges, into, isNumber, outOf, steps, vertices } from "./model.js";
import { $, button, element, math, shapeOf, written } from "./numbers.js";
import { heading } from "./panel.js";

const BY_HAND = new Set([
  "add",
  "subtract",
  "multiply",
  "divide",
  "true_divide",
  "negative",
  "square",
  "maximum",
  "minimum",
  "relu"
]);
const CLOSE = 0.02; // a typed number is right within two percent
let right = 0,
  answered = 0;
const near = (x, y) => Math.abs(x - y) <= CLOSE * Math.abs(y) + (y === 0 ? 1e-9 : 0);
const finite = x => typeof x === "number";
const signOf = x => (x > 0 ? "positive" : x === 0 ? "zero" : "negative");

// A question has {about, edge, text, right} and either choices, or judge(number) -> what was mistaken for what.
export function question(s) {
  if (s.kind === "seed" || s.kind === "update") return null;
  const asked = s.kind === "forward" ? forward(s) : backward(s);
  return (
    asked && { about: s.kind === "forward" ? s.vertex : s.to, edge: s.kind === "forward" ? null : s.edges[0], ...asked }
  );
}
function forward(s) {
  const v = vertices[s.vertex],
    inputs = into[v.id].map(e => vertices[edges[e].source]);
  if (!isNumber(v.value)) return shapes(v.value, `the value of ${v.name}`);
  const y = v.value.data[0],
    given = inputs
      .filter(x => isNumber(x.value) && x.name !== written(x.value.data[0]))
      .map(x => `${x.name} = ${written(x.value.data[0])}`);
  if (!finite(y)) return null;
  if (!BY_HAND.has(v.op) || !inputs.every(x => isNumber(x.value)))
    return { text: `Which sign does the value of ${v.name} have?`, ...signs(y) };
  return {
    rule: s.symbol,
    text: `${given.join(", ")}. What is ${v.name}?`,
    right: y,
    judge: x => (near(x, -y) ? "The size is right, the sign is not." : "")
  };
}
function backward(s) {
  const edge = edges[s.edges[0]],
    [from, to] = [vertices[s.vertex], vertices[s.to]],
    c = edge.contribution;
  if (!isNumber(c)) return shapes(c, `what ${from.name} sends to ${to.name}`);
  const all = outOf[s.to].filter(e => edges[e].contribution),
    x = c.data[0];
  if (!finite(x)) return null;
  if (s.last && all.length > 1) return most(s, all) || signed(s, x);
  const asked = typeof edge.local === "number" && isNumber(from.value) ? [factor, number, signed] : [signed];
  return asked[steps.indexOf(s) % asked.length](s, x);
}
const signs = x => ({ choices: ["positive", "zero", "negative"], right: signOf(x) });
const signed = (s, x) => ({
  text: `Which sign does the contribution of ${vertices[s.vertex].name} to ${vertices[s.to].name} have?`,
  ...signs(x)
});
function number(s, c) {
  const [from, to] = [vertices[s.vertex], vertices[s.to]],
    g = from.grad.data[0],
    local = edges[s.edges[0]].local;
  const judge = x =>
    near(x, g)
      ? `That is what arrives at ${from.name}. It is multiplied by the local derivative, ${written(local)}.`
      : near(x, local)
        ? `That is the local derivative alone. It is multiplied by what arrives, ${written(g)}.`
        : near(x, to.grad.data[0])
          ? `That is the whole gradient of ${to.name}; this is one of its contributions.`
          : near(x, -c)
            ? "The size is right, the sign is not."
            : "";
  return {
    text: `The gradient of ${from.name} is ${written(g)}. ${operands(s)}What does ${from.name} (${from.label}) send to ${to.name}?`,
    right: c,
    judge
  };
}
function factor(s) {
  const [from, to] = [vertices[s.vertex], vertices[s.to]],
    { local, contribution } = edges[s.edges[0]];
  const judge = x =>
    near(x, contribution.data[0])
      ? "That is the contribution: already multiplied by what arrives."
      : near(x, -local)
        ? "The size is right, the sign is not."
        : "";
  return {
    text: `${operands(s)}By which factor does ${from.name} (${from.label}) multiply what it sends to ${to.name}?`,
    right: local,
    judge
  };
}
function operands(s) {
  const known = [...into[s.vertex].map(e => vertices[edges[e].source]), vertices[s.vertex]].filter(
    (x, i, all) => isNumber(x.value) && all.indexOf(x) === i
  );
  return `${known
    .map(x => (x.name === written(x.value.data[0]) ? null : `${x.name} = ${written(x.value.data[0])}`))
    .filter(Boolean)
    .join(", ")}. `;
}
function most(s, all) {
  const size = e => Math.abs(edges[e].contribution.data[0]),
    sorted = [...all].sort((a, b) => size(b) - size(a)),
    names = all.map(e => `through ${vertices[edges[e].target].name}`);
  if (
    !sorted.every(e => finite(size(e))) ||
    !(size(sorted[0]) > 1.02 * size(sorted[1])) ||
    new Set(names).size < all.length ||
    all.length > 5
  )
    return null;
  const v = vertices[s.to],
    told = sorted
      .map(e => `${vertices[edges[e].target].name} brings ${written(edges[e].contribution.data[0])}`)
      .join(", ");
  return {
    text: `Which path brings most to the gradient of ${v.name}?`,
    choices: names,
    right: `through ${vertices[edges[sorted[0]].target].name}`,
    because: `${told}.`
  };
}
function shapes(a, what) {
  const flipped = [...a.shape].reverse().join("×"),
    others = vertices.filter(v => v.value).map(v => shapeOf(v.value));
  const choices = [...new Set([shapeOf(a), flipped, ...others])].slice(0, 4).sort();
  const because = what.startsWith("the value") ? "" : "A gradient always has the shape of the value it belongs to.";
  return choices.length > 1 ? { text: `Which shape does ${what} have?`, choices, right: shapeOf(a), because } : null;
}

export function ask(s, q, player) {
  const form = $("question");
  form.hidden = false;
  form.dataset.open = "yes";
  form.replaceChildren(
    element("strong", {}, s.kind === "forward" ? heading(s) : `${vertices[s.to].name} gets a contribution`)
  );
  if (q.rule) form.append(math(q.rule));
  form.append(element("p", { id: "asked" }, q.text));
  const answer = (given, mistaken) => settle(s, q, given, mistaken, player);
  if (q.choices) for (const choice of q.choices) form.append(button(choice, () => answer(choice === q.right, "")));
  else {
    const input = element("input", { type: "text", inputMode: "decimal", autocomplete: "off" });
    input.setAttribute("aria-labelledby", "asked");
    form.append(
      input,
      button("check", () => {
        const x = Number(input.value.replace("−", "-").replace(",", "."));
        if (!input.value.trim() || Number.isNaN(x)) return input.focus();
        answer(near(x, q.right), q.judge(x));
      }),
      button("show", () => answer(false, ""))
    );
  }
  form.onsubmit = event => {
    event.preventDefault();
    form.querySelector("button").click();
  };
  form.querySelector("input, button").focus();
}
function settle(s, q, good, mistaken, player) {
  const form = $("question"),
    answer = typeof q.right === "number" ? written(q.right) : q.right;
  answered++;
  if (good) right++;
  delete form.dataset.open;
  player.go(player.at + 1);
  form.hidden = false;
  form.replaceChildren(
    element("span", { className: good ? "right" : "wrong" }, good ? "✓ right" : `✗ it is ${answer}`),
    element("span", {}, ` ${right} of ${answered} right`)
  );
  if (!good) form.append(...reason(s, q, mistaken));
  $("next").focus();
}
function reason(s, q, mistaken) {
  // from the rule of the op
  const said = [mistaken, q.because].filter(Boolean).map(text => element("p", {}, text)),
    e = q.edge === null ? null : edges[q.edge];
  if (e && typeof e.local === "number" && !q.because)
    said.push(
      element(
        "p",
        {},
        "upstream · local derivative: ",
        element("span", { className: "upstream" }, written(vertices[e.target].grad.data[0])),
        " · ",
        element("span", { className: "local" }, written(e.local)),
        " = ",
        element("span", { className: "contribution" }, written(e.contribution.data[0]))
      )
    );
  return [...said, math(s.symbol), ...(s.numbers ? [math(s.numbers)] : [])];
}
