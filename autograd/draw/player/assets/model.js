// The picture as Python sent it, and what is known after each step. Nothing here touches the page.
const sent = document.getElementById("data");
const unpacked = async text =>
  new Response(
    new Blob([Uint8Array.from(atob(text), c => c.charCodeAt(0))])
      .stream()
      .pipeThrough(new DecompressionStream("deflate"))
  ).text();
export const data = JSON.parse(sent.type === "application/json" ? sent.textContent : await unpacked(sent.textContent));
export const { vertices, edges, steps, boxes } = data;
export const root = boxes[0].id;
export const isBox = id => id >= vertices.length;
export const boxOf = id => boxes[id - vertices.length];
export const isNumber = a => a.shape.length === 0;

// ---- what was sent once is used in several places ----
function complete(a) {
  // an array sent whole says what its rows are
  if (a && !a.rows) {
    const width = a.shape.at(-1) ?? 1;
    a.rows = a.data.length
      ? Array.from({ length: a.data.length / width }, (_, i) => a.data.slice(i * width, (i + 1) * width))
      : [];
  }
  return a;
}
for (const v of vertices) for (const a of [v.value, v.grad]) complete(a);
for (const [id, after] of Object.entries(data.updated)) vertices[id].updated = complete(after);
for (const [id, g] of Object.entries(data.wrong?.vertices ?? {})) vertices[id].wrong = complete(g);
for (const [i, c] of Object.entries(data.wrong?.edges ?? {})) edges[i].wrong = complete(c);
for (const e of edges) e.contribution = e.contribution === "all" ? vertices[e.source].grad : complete(e.contribution);
for (const s of steps) if (s.kind === "backward") s.sum = s.last ? vertices[s.to].grad : complete(s.sum);

// ---- the edges at each vertex ----
export const into = vertices.map(() => []); // of each vertex: its inputs
export const outOf = vertices.map(() => []); // ... and the ops that use it
edges.forEach((e, i) => {
  into[e.target].push(i);
  outOf[e.source].push(i);
});
for (const list of outOf) list.reverse(); // in the order in which gradients return

// ---- when each thing becomes known: numbers of steps ----
export const bornAt = vertices.map(v => (v.op ? Infinity : 0)); // the value of a vertex
export const arrivals = vertices.map(() => []); // each part of its gradient
export const updatedAt = vertices.map(() => Infinity); // its value after the optimiser's update
export const flowAt = edges.map(() => Infinity); // the contribution of an edge
steps.forEach((s, i) => {
  if (s.kind === "forward") bornAt[s.vertex] = i + 1;
  if (s.kind === "seed") arrivals[s.vertex].push(i + 1);
  if (s.kind === "update") updatedAt[s.vertex] = i + 1;
  if (s.kind === "backward") {
    arrivals[s.to].push(i + 1);
    flowAt[s.edges[0]] = i + 1;
  }
});
export const firstBackward = steps.findIndex(s => s.kind === "seed");
export const gradientAt = v => arrivals[v].at(-1) ?? Infinity; // when the gradient of a vertex is complete
export const gradientSoFar = (v, at) => {
  // the sum of the parts that have arrived
  const n = arrivals[v].filter(t => t <= at).length,
    s = n && steps[arrivals[v][n - 1] - 1];
  return !n ? null : n === arrivals[v].length || s.kind === "seed" ? vertices[v].grad : s.sum;
};

// ---- boxes within boxes ----
export const outer = new Map(boxes.map(box => [box.id, box.outer]));
for (const box of boxes) for (const v of box.members) outer.set(v, box.id); // inner boxes come later and win
for (const box of boxes) box.inside = [];
for (const [id, box] of outer) if (box !== null) boxOf(box).inside.push(id);
export function* around(id) {
  // the boxes that a vertex or box lies in, from inside
  for (let box = outer.get(id); box != null; box = outer.get(box)) yield box;
}
export function seen(id, open) {
  // what stands for it: itself, or the outermost closed box around it
  let found = id;
  for (const box of around(id)) if (!open.has(box)) found = box;
  return found;
}
export const order = id => (isBox(id) ? boxOf(id).members.at(-1) : id); // its place in the computation
