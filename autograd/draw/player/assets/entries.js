// Arrays entry by entry: point at an entry of a value or of a contribution, and the sum it comes from is written out.
import { edges, into, isNumber, vertices } from "./model.js";
import { element, heat, indexOf, titled, written } from "./numbers.js";

const MOST_TERMS = 6,
  SAME = 1e-9;
const pairsOf = (rows, o) => {
  // [[entry of the source, derivative], ...] at an entry of the target
  const row = Array.isArray(rows) ? rows[o] : [0, rows],
    found = [];
  for (let k = 0; k < row.length; k += 2) found.push([row[k], row[k + 1]]);
  return found;
};
const entryName = (v, i) => (isNumber(v.value) ? v.name : v.name + indexOf(v.value, i));
function mark(box, entries, kind) {
  for (const cell of box.querySelectorAll("td[data-entry]"))
    cell.classList.toggle(kind, entries.has(+cell.dataset.entry));
}
const bracketed = x => (typeof x === "number" && x < 0 ? `(${written(x)})` : written(x));
function sum(terms, total) {
  // terms: [colour and text of each factor]
  const line = element("p", { className: "sum" }),
    shown = terms.slice(0, terms.length > MOST_TERMS ? MOST_TERMS - 1 : MOST_TERMS);
  shown.forEach((factors, i) => {
    if (i) line.append(" + ");
    factors.forEach(([kind, said], j) => line.append(j ? " · " : "", element("span", { className: kind }, said)));
  });
  if (shown.length < terms.length) line.append(` + … ${terms.length - shown.length} more`);
  if (!terms.length) line.append("nothing flows to it");
  line.append(" = ", element("b", {}, written(total)));
  if (total === 0 && terms.some(factors => factors.some(([, said]) => /[∞n]/.test(said))))
    line.append(" (a zero upstream gradient stays zero)");
  return line;
}

// ---- forward: an entry of a value as a sum of products, where the op is one ----
// Which inputs make it up: those whose entries times their derivatives add up to the value. For x W + b these are x and b, or W and b.
function makesUp(v, o) {
  const inputs = into[v.id].filter(e => edges[e].local !== null && vertices[edges[e].source].value.data);
  const parts = inputs.map(e =>
    pairsOf(edges[e].local, o).map(([i, d]) => ({ e, i, d, x: vertices[edges[e].source].value.data[i] }))
  );
  const choices = [
    ...inputs.map((_, k) => [k]),
    ...inputs.flatMap((_, k) => inputs.slice(k + 1).map((_, j) => [k, k + 1 + j])),
    inputs.map((_, k) => k)
  ];
  const y = v.value.data[o];
  return choices
    .map(choice => choice.flatMap(k => parts[k]))
    .find(terms => {
      const [total, size] = terms.reduce(([a, b], { x, d }) => [a + x * d, b + Math.abs(x * d)], [0, 0]);
      return terms.length && Math.abs(total - y) <= SAME * size;
    });
}
function writeValue(v, o) {
  const terms = makesUp(v, o),
    name = entryName(v, o);
  if (terms) {
    const factors = ({ e, i, d, x }) => [
      ["value", `${entryName(vertices[edges[e].source], i)} ${bracketed(x)}`],
      ...(d === 1 ? [] : [["value", bracketed(d)]])
    ];
    return [
      element("p", {}, `${name} is a sum${terms.some(t => t.d !== 1) ? " of products" : ""}:`),
      sum(terms.map(factors), v.value.data[o])
    ];
  }
  const row = into[v.id].flatMap(e =>
    pairsOf(edges[e].local, o).map(([i, d]) => [entryName(vertices[edges[e].source], i), d])
  );
  return [
    element("p", {}, `${name} = ${written(v.value.data[o])}. Its local derivatives:`),
    element(
      "p",
      { className: "sum" },
      ...row
        .slice(0, 2 * MOST_TERMS)
        .flatMap(([x, d], k) => [k ? ", " : "", `by ${x} `, element("span", { className: "local" }, written(d))])
    )
  ];
}
export function valueView(v) {
  // the value of a vertex, with its inputs beside it
  const inputs = v.op ? into[v.id].map(e => ({ e, x: vertices[edges[e].source] })) : [];
  const told = element("div", { className: "entry-sum" }),
    tables = inputs.map(({ x }) => heat(x.value, true));
  const explained = inputs.some(({ e }) => edges[e].local !== null) && v.value.data && !isNumber(v.value);
  const own = heat(
    v.value,
    explained &&
      (o => {
        mark(own, new Set([o]), "here");
        inputs.forEach(({ e }, k) => mark(tables[k], new Set(pairsOf(edges[e].local, o).map(([i]) => i)), "used"));
        told.replaceChildren(...writeValue(v, o));
      })
  );
  if (explained) told.append(element("p", { className: "hint" }, "Point at an entry: it says what it comes from."));
  return element(
    "div",
    {},
    element(
      "div",
      { className: "heats" },
      ...inputs.map(({ x }, k) => titled(x.name, tables[k])),
      titled(inputs.length ? `gives ${v.name}` : v.name, own)
    ),
    told
  );
}

// ---- backward: an entry of a contribution as the sum over the entries of the result it goes through ----
export function flowView(e) {
  const edge = edges[e],
    [source, target] = [vertices[edge.source], vertices[edge.target]];
  const told = element("div", { className: "entry-sum" }),
    g = target.grad,
    c = edge.contribution;
  const explained = edge.local !== null && g?.data && c?.data;
  const upstream = heat(g, true),
    own = heat(c, explained && !isNumber(c) && show);
  function show(i) {
    const terms = g.data.flatMap((upstream, o) =>
      pairsOf(edge.local, o)
        .filter(([j]) => j === i)
        .map(([, d]) => ({ o, upstream, d }))
    );
    mark(own, new Set([i]), "here");
    mark(upstream, new Set(terms.map(({ o }) => o)), "used");
    told.replaceChildren(
      element(
        "p",
        {},
        isNumber(c)
          ? "upstream · local derivative:"
          : `entry ${indexOf(c, i)}: upstream · local derivative, over all it goes to:`
      ),
      sum(
        terms.map(({ upstream, d }) => [
          ["upstream", bracketed(upstream)],
          ["local", bracketed(d)]
        ]),
        c.data[i]
      )
    );
  }
  if (explained && isNumber(c)) show(0);
  else if (explained)
    told.append(
      element("p", { className: "hint" }, "Point at an entry of the contribution: it says what it is the sum of.")
    );
  return element(
    "div",
    {},
    element(
      "div",
      { className: "heats" },
      titled(`upstream: gradient of ${target.name}`, upstream),
      titled(`contribution to ${source.name}`, own)
    ),
    told
  );
}
