// Why is it so? The value and the gradient of what is picked: what it is the sum of, by which paths, and what killed or blew it up.
import { arrivals, bornAt, boxOf, data, edges, flowAt, gradientAt, isBox, isNumber, outOf, vertices } from "./model.js";
import { $, button, element, heat, indexOf, titled, written } from "./numbers.js";
import { rms } from "./cards.js";
import { open } from "./drawing.js";
import { flowView, valueView } from "./entries.js";
import { comparison } from "./panel.js";

export function explainPick(picked, at, player) {
  const panel = $("node");
  panel.replaceChildren();
  if (!picked) return;
  if (picked.edge !== undefined) panel.append(...edgeExplained(picked.edge, at, player), ...comparison(picked.edge));
  else if (isBox(picked.node)) panel.append(...boxExplained(picked.node));
  else {
    panel.append(...nodeExplained(vertices[picked.node], at, player));
    const { wrong } = vertices[picked.node];
    if (wrong) panel.append(element("div", { className: "differs" }, titled("✗ gradient with the wrong rule", heat(wrong))));
    if (picked.entry !== undefined)
      panel.querySelector("h2").after(entryExplained(vertices[picked.node], picked.entry, at, player));
  }
}
function boxExplained(id) {
  const { label, notes } = boxOf(id);
  return [
    element("h2", {}, label),
    ...[...notes, `A click or Enter ${open.has(id) ? "closes" : "opens"} it.`].map(note =>
      element("p", { className: "about" }, note)
    )
  ];
}
function entryExplained(v, i, at, player) {
  const known = v.grad?.data && (at >= gradientAt(v.id) || !player.asking);
  return element(
    "p",
    { className: "big" },
    `${v.name}${indexOf(v.value, i)} = ${written(v.value.data[i])}`,
    known && element("span", { className: "upstream" }, `, gradient ${written(v.grad.data[i])}`)
  );
}
const later = () => element("span", {}, "shown after the quiz");
function nodeExplained(v, at, player) {
  const known = at >= gradientAt(v.id) || !player.asking,
    born = at >= bornAt[v.id] || !player.asking;
  const parts = [
    element("h2", {}, v.name),
    element(
      "p",
      { className: "about" },
      [v.called, v.kind, v.op && `op ${v.op}`, v.metadata, v.dtype, v.group.join(" › ")].filter(Boolean).join(" · ")
    )
  ];
  if (v.line) parts.push(element("div", { className: "line" }, v.line));
  parts.push(titled("value", born ? (isNumber(v.value) || !v.op ? heat(v.value) : valueView(v)) : later()));
  if (!v.grad)
    return [
      ...parts,
      titled(
        "gradient",
        element(
          "p",
          { className: "about" },
          data.seeded
            ? "None: it needs none, or nothing that leads to the result uses it."
            : "None: this page shows the forward pass alone."
        )
      )
    ];
  parts.push(titled("gradient", known ? heat(v.grad) : later()));
  if (v.updated) parts.push(titled("after the update", heat(v.updated)));
  if (known) parts.push(...contributions(v, player), ...paths(v, player), ...verdict(v, player), ...check(v));
  return parts;
}
function check({ check: found }) {
  if (found && [found.difference, found.gradient].some(x => typeof x === "string"))
    return [
      titled(
        "finite difference",
        element(
          "p",
          { className: "about" },
          "Nothing can be compared here: not every value around this point is a finite number."
        )
      )
    ];
  if (found && found.slopes)
    return [
      titled(
        "finite difference",
        element(
          "p",
          { className: "about" },
          `A kink: the slope is ${written(found.slopes[0])} to the left and ${written(found.slopes[1])} to the right. ` +
            `Each number between them is admissible; the rule takes ${written(found.gradient)}.`
        )
      )
    ];
  return found
    ? [
        titled(
          "finite difference" + (found.index.length ? ` at [${found.index.join(", ")}]` : ""),
          element(
            "span",
            {},
            `${written(found.difference)} against ${written(found.gradient)}: ${found.digits} digits agree`
          )
        )
      ]
    : [];
}

// ---- the gradient as a sum of contributions ----
const MOST_LISTED = 8;
const sends = v => outOf[v.id].filter(e => edges[e].contribution);
function contributions(v, player) {
  const found = sends(v);
  if (!found.length) return [element("p", { className: "about" }, "The backward pass starts here.")];
  const strength = e => rms(edges[e].contribution),
    top = Math.max(...found.map(strength)) || 1;
  const listed =
    found.length <= MOST_LISTED ? found : [...found].sort((a, b) => strength(b) - strength(a)).slice(0, MOST_LISTED);
  const rows = listed.map(e => {
    const { contribution: c, target, local } = edges[e],
      to = vertices[target];
    const equation =
      isNumber(c) && local !== null && !Array.isArray(local) && isNumber(to.value)
        ? [
            element("span", { className: "upstream" }, written(to.grad.data[0])),
            " · ",
            element("span", { className: "local" }, written(local)),
            " = ",
            element("span", { className: "contribution" }, written(c.data[0]))
          ]
        : [
            element(
              "span",
              { className: "contribution" },
              isNumber(c) ? written(c.data[0]) : `root mean square ${written(rms(c))}`
            )
          ];
    const bar = element("span", { className: "bar" });
    bar.style.width = `${Math.round(100 * Math.min(1, strength(e) / top || 0))}%`;
    return element(
      "li",
      {},
      button(`from ${to.name} (${to.label})`, () => player.pick({ edge: e }), { className: "link" }),
      " ",
      ...equation,
      Number.isFinite(flowAt[e]) && button(`step ${flowAt[e]}`, () => player.go(flowAt[e]), { className: "link" }),
      bar
    );
  });
  const whole = isNumber(v.grad) ? written(v.grad.data[0]) : "it";
  const said =
    found.length === 1 ? `${whole} is one contribution` : `${whole} is the sum of ${found.length} contributions`;
  const rest = found.filter(e => !listed.includes(e)),
    sum = isNumber(v.grad) ? rest.reduce((total, e) => total + edges[e].contribution.data[0], 0) : null;
  const more =
    rest.length > 0 &&
    element("li", {}, `and ${rest.length} smaller ones${sum === null ? "" : `, ${written(sum)} together`}`);
  return [titled(said, element("ul", { className: "contributions" }, ...rows, more))];
}

// ---- the strongest paths from the result ----
export function pathTo(v, way) {
  // the edges from the result to v
  const found = [];
  for (let [e, before] = way; e !== null; [e, before] = data.ways[edges[e].target][before]) found.unshift(e);
  return found;
}
export const factorsOn = path =>
  path.map(e => edges[e].local).every(x => x !== null && !Array.isArray(x)) ? path.map(e => edges[e].local) : null;
function paths(v, player) {
  const ways = data.ways[v.id].filter(way => way[0] !== null);
  if (!ways.length) return [];
  const rows = ways.map(way => {
    const path = pathTo(v, way),
      factors = factorsOn(path),
      [, , brings] = way;
    const names = [vertices[edges[path[0]].target], ...path.map(e => vertices[edges[e].source])].map(x => x.name);
    const shown = names.length > 7 ? [...names.slice(0, 3), "…", ...names.slice(-3)] : names;
    const product = !factors
      ? ""
      : factors.length > 6
        ? `product of ${factors.length} local derivatives`
        : factors.map(x => written(x)).join(" · ");
    const amount = isNumber(v.value)
      ? `${written(brings)}`
      : typeof brings === "number"
        ? `${written(100 * brings, 3)} %`
        : "";
    const row = button("", () => player.light(player.lit === path ? null : path), { className: "path" });
    row.append(
      element("b", { className: "contribution" }, amount),
      ` ${shown.join(" ← ")}`,
      product && element("span", { className: "local" }, product)
    );
    row.onmouseenter = () => player.light(path);
    row.onmouseleave = () => player.light(null);
    return element("li", {}, row);
  });
  const count = data.counts[v.id],
    few = +count === rows.length;
  return [
    titled(
      few
        ? rows.length === 1
          ? "the only path from the result"
          : `all ${count} paths from the result`
        : `the strongest of ${count} paths from the result`,
      element("ul", { className: "paths" }, ...rows)
    )
  ];
}

// ---- what killed it, or blew it up ----
const NOTABLE = 1e3;
function verdict(v, player) {
  const found = culprit(v);
  if (!found) return [];
  const { e, said } = found;
  return [
    titled(
      "what made it so",
      element(
        "p",
        {},
        `${said} `,
        button(
          `${vertices[edges[e].target].name} (${vertices[edges[e].target].label})`,
          () => player.pick({ edge: e }),
          { className: "link" }
        )
      )
    )
  ];
}
export function culprit(v) {
  // the edge on its strongest path that shrinks or grows it most
  const way = data.ways[v.id].find(way => way[0] !== null);
  if (!way) return null;
  const path = pathTo(v, way),
    seed = vertices[edges[path[0]].target];
  const size = a => (a ? rms(a) : 0),
    factor = e => size(edges[e].contribution) / size(vertices[edges[e].target].grad);
  const own = size(v.grad),
    start = size(seed.grad);
  const broken = path.find(
    e => !Number.isFinite(size(edges[e].contribution)) && Number.isFinite(size(vertices[edges[e].target].grad))
  );
  if (broken !== undefined) return { e: broken, said: "It is not a finite number, first after" };
  const dead = path.find(e => size(edges[e].contribution) === 0 && size(vertices[edges[e].target].grad) > 0);
  if (own === 0 && dead !== undefined) return { e: dead, said: "It is 0: the local derivative is 0 at" };
  if (own > 0 && own < start / NOTABLE) {
    const least = path.reduce((a, b) => (factor(b) < factor(a) ? b : a));
    return {
      e: least,
      said: `It is ${written(own / start)} of what the backward pass started with. The smallest factor on the strongest path, ${written(factor(least))}, is at`
    };
  }
  if (own > start * NOTABLE) {
    const most = path.reduce((a, b) => (factor(b) > factor(a) ? b : a));
    return {
      e: most,
      said: `It is ${written(own / start)} times what the backward pass started with. The largest factor on the strongest path, ${written(factor(most))}, is at`
    };
  }
  return null;
}

// ---- an arrow ----
function edgeExplained(e, at, player) {
  const { source, target, contribution } = edges[e],
    [from, to] = [vertices[source], vertices[target]];
  const parts = [
    element("h2", {}, `${from.name} → ${to.name}`),
    element(
      "p",
      { className: "about" },
      `${to.name} = ${to.label} uses ${from.name}`,
      " ",
      button(`about ${from.name}`, () => player.pick({ node: source }, true), { className: "link" }),
      " ",
      button(`about ${to.name}`, () => player.pick({ node: target }, true), { className: "link" })
    )
  ];
  if (!contribution) return [...parts, element("p", { className: "about" }, "No gradient flows back along it.")];
  if (at < flowAt[e] && player.asking) return [...parts, later()];
  const several = arrivals[source].length;
  return [
    ...parts,
    flowView(e),
    element(
      "p",
      { className: "about" },
      several > 1 ? `One of ${several} contributions to ${from.name}. ` : `All that ${from.name} gets. `,
      Number.isFinite(flowAt[e]) && button(`step ${flowAt[e]}`, () => player.go(flowAt[e]), { className: "link" })
    )
  ];
}
