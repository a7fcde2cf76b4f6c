// Predict, then see.
import { edges, isNumber, vertices } from "./model.js";
import { $, button, element, shapeOf } from "./numbers.js";
import { heading } from "./panel.js";

let right = 0, answered = 0;
export function question(s) {
  if (s.kind === "seed") return null;
  const answer = s.kind === "forward" ? vertices[s.vertex].value : edges[s.edges[0]].contribution, about = s.kind === "forward" ? s.vertex : s.to;
  const what = s.kind === "forward" ? `the value of ${vertices[s.vertex].name}` : `what ${vertices[s.vertex].name} sends to ${vertices[s.to].name}`;
  if (isNumber(answer)) {
    const x = answer.data[0];
    if (x === "nan") return null;
    return { about, text: `Which sign does ${what} have?`, choices: ["positive", "zero", "negative"], right: x > 0 || x === "∞" ? "positive" : x === 0 ? "zero" : "negative" };
  }
  const flipped = [...answer.shape].reverse().join("×"), others = vertices.filter(v => v.value).map(v => shapeOf(v.value));
  const choices = [...new Set([shapeOf(answer), flipped, ...others])].slice(0, 4).sort();
  return choices.length > 1 ? { about, text: `Which shape does ${what} have?`, choices, right: shapeOf(answer) } : null;
}
export function ask(s, q, player) {
  const form = $("question");
  form.hidden = false;
  form.dataset.open = "yes";
  form.replaceChildren(element("strong", {}, heading(s)), element("p", {}, q.text));
  for (const choice of q.choices) form.append(button(choice, () => {
    answered++;
    const good = choice === q.right;
    if (good) right++;
    delete form.dataset.open;
    player.go(player.at + 1);
    form.hidden = false;
    form.replaceChildren(element("span", { className: good ? "right" : "wrong" }, good ? "✓ right" : `✗ it is ${q.right}`),
      element("span", {}, `  ${right} of ${answered} right`));
    $("next").focus();
  }));
  form.querySelector("button").focus();
}
