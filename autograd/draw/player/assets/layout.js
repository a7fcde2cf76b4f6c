// Place the visible part of a graph: layer by layer along the computation, box within box. Coordinates are (u, v): u along the
// computation, v across it; whoever draws turns them to the right or down.
const RANK_GAP = 36,
  NODE_GAP = 16,
  LINE_GAP = 10,
  HANG_GAP = 24,
  PORT_GAP = 10,
  EDGE = 12;
const IN = 1,
  OUT = 2; // ports: where a line enters or leaves an open box

// lines: [{source, target, from: boxes around the source from outside, to: the same of the target}]; the rest:
// sizeOf(id) -> [u, v] of a vertex or closed box; head: [u, v] that a frame needs for its title
export function layout(root, lines, { sizeOf, contents, order, head, hanging }) {
  const work = new Map(); // box -> what lies in it
  const at = box => work.get(box) || work.set(box, []).get(box);
  for (const line of lines) {
    const a = [...line.from, line.source],
      b = [...line.to, line.target];
    let c = 0;
    while (c < line.from.length && c < line.to.length && a[c] === b[c]) c++;
    for (let i = a.length - 2; i >= c; i--)
      at(a[i]).push({ line, from: a[i + 1], to: `out ${line.source}`, part: -i - 1 });
    at(a[c - 1]).push({ line, from: a[c], to: b[c], part: 0 });
    for (let i = c; i < b.length - 1; i++)
      at(b[i]).push({ line, from: `in ${line.source}`, to: b[i + 1], part: i + 1 });
  }
  const inside = place(root);
  const placed = new Map();
  const pieces = new Map(lines.map(line => [line, []]));
  spread(inside, 0, 0);
  for (const line of lines)
    line.points = pieces
      .get(line)
      .sort((a, b) => a.part - b.part)
      .flatMap(piece => piece.points);
  return { places: placed, size: [inside.u, inside.v] };

  function place(box) {
    const links = at(box),
      ports = new Set(links.flatMap(link => [link.from, link.to]).filter(id => typeof id === "string"));
    const nodes = contents(box).map(id => {
      const size = sizeOf(id),
        inner = size ? null : place(id),
        [u, v] = size || [inner.u, inner.v];
      return { id, u, v, inner, order: order(id) };
    });
    nodes.push(...[...ports].map(id => ({ id, u: 0, v: 0, port: id.startsWith("in") ? IN : OUT, order: 0 })));
    const found = layered(nodes, links, hanging);
    return box === root ? found : framed(found);
  }
  function framed(found) {
    // room for the frame and its title
    const [du, dv] = [EDGE + head[0], EDGE + head[1]];
    for (const n of found.nodes) {
      n.x += du;
      n.y += dv;
    }
    for (const link of found.links)
      for (const p of link.points) {
        p[0] += du;
        p[1] += dv;
      }
    const u = found.u + du + EDGE,
      v = Math.max(found.v + dv + EDGE, head[2]);
    const ports = new Map();
    for (const n of found.nodes)
      if (n.port) {
        ports.set(n.id, n.y);
        const end = n.port === IN ? 0 : u;
        for (const link of found.links)
          if (link.from === n.id) link.points.unshift([end, n.y]);
          else if (link.to === n.id) link.points.push([end, n.y]);
      }
    return { ...found, u, v, ports };
  }
  function spread(found, u, v) {
    // from places in each box to places in the whole
    for (const n of found.nodes)
      if (!n.port) {
        placed.set(n.id, [u + n.x - n.u / 2, v + n.y - n.v / 2, n.u, n.v]);
        if (n.inner) spread(n.inner, u + n.x - n.u / 2, v + n.y - n.v / 2);
      }
    for (const link of found.links)
      pieces.get(link.line).push({ part: link.part, points: link.points.map(([x, y]) => [u + x, v + y]) });
  }
}

// One sheet of nodes {id, u, v, inner, port, order} and links {from, to}: gives nodes centres x, y and links points.
function layered(nodes, links, hanging) {
  const by = new Map(nodes.map(n => [n.id, n]));
  const ends = links.map(link => {
    const [a, b] = [by.get(link.from), by.get(link.to)];
    const back = !a.port && !b.port && a.order > b.order; // against the order: drawn backward
    return back ? [b, a, link, true] : [a, b, link, false];
  });
  hang(nodes, ends, hanging);
  const flow = ends.filter(([a]) => !a.on),
    free = nodes.filter(n => !n.on);
  rank(free, flow);
  const layers = withDummies(free, flow);
  sortLayers(layers);
  attach(flow);
  align(layers);
  const size = measure(layers);
  for (const [a, b, link, back] of ends) link.points = a.on ? drop(a, b) : route(a, b, link, back);
  return { nodes, links, ...size };
}

// A leaf that joins the stream at one card hangs above or below that card, and needs no layer of its own.
function hang(nodes, ends, wanted) {
  for (const n of nodes) Object.assign(n, { above: n.v / 2, below: n.v / 2, broad: n.u, hung: [] });
  if (!wanted) return;
  const comes = new Map(),
    goes = new Map();
  const add = (map, n, other) => (map.has(n) ? map.get(n).push(other) : map.set(n, [other]));
  for (const [a, b] of ends) {
    add(comes, b, a);
    add(goes, a, b);
  }
  const leaf = n => !n.port && !n.inner && !comes.has(n);
  for (const [n, sources] of comes)
    if (!n.port && !n.inner && sources.some(a => !leaf(a)))
      for (const a of sources.filter(a => leaf(a) && goes.get(a).length === 1).slice(0, 2)) {
        const side = n.hung.length ? "below" : "above";
        n.hung.push(a);
        a.on = side;
        n[side] += a.v + HANG_GAP;
        n.broad = Math.max(n.broad, a.u);
      }
}
const drop = (a, b) =>
  a.on === "above"
    ? [
        [a.x, a.y + a.v / 2],
        [b.x, b.y - b.v / 2]
      ]
    : [
        [a.x, a.y - a.v / 2],
        [b.x, b.y + b.v / 2]
      ];

function rank(nodes, ends) {
  for (const n of nodes) Object.assign(n, { before: [], after: [], rank: 0 });
  for (const [a, b] of ends) {
    a.after.push(b);
    b.before.push(a);
  }
  const sorted = [...nodes].sort((a, b) => (a.port || 1.5) - (b.port || 1.5) || a.order - b.order);
  for (const n of sorted) n.rank = Math.max(0, ...n.before.map(b => b.rank + 1));
  const most = Math.max(0, ...nodes.filter(n => n.port !== OUT).map(n => n.rank));
  for (const n of sorted.reverse()) {
    if (n.port === OUT) n.rank = most + 1;
    else if (!n.before.length && n.after.length && !n.port) n.rank = Math.min(...n.after.map(a => a.rank)) - 1; // a leaf stands beside its use
  }
}

function withDummies(nodes, ends) {
  // a link over several layers goes through a point in each; those
  const trunks = new Map(),
    tied = new Set(); // from one node share these, so that they branch off a trunk
  const layers = Array.from({ length: 1 + Math.max(0, ...nodes.map(n => n.rank)) }, () => []);
  for (const n of [...nodes].sort((a, b) => a.order - b.order)) {
    layers[n.rank].push(n);
    n.down = [];
    n.up = [];
  }
  for (const [a, b, link] of ends) {
    link.via = Array.from({ length: b.rank - a.rank - 1 }, (_, i) => trunk(a, a.rank + 1 + i));
    const way = [a, ...link.via, b];
    for (let k = 1; k < way.length; k++) {
      // a tie between neighbours, with where on them the line ends
      if (k < way.length - 1 && tied.has(way[k])) continue;
      tied.add(way[k]);
      const tie = {
        p: way[k - 1],
        q: way[k],
        shift: () => (k === 1 ? link.after || 0 : 0) - (k === way.length - 1 ? link.before || 0 : 0)
      };
      tie.p.down.push(tie);
      tie.q.up.push(tie);
    }
  }
  return layers;
  function trunk(a, rank) {
    const key = `${a.id} ${rank}`;
    if (!trunks.has(key)) {
      trunks.set(key, { u: 0, v: 0, broad: 0, above: 0, below: 0, hung: [], rank, up: [], down: [], dummy: true });
      layers[rank].push(trunks.get(key));
    }
    return trunks.get(key);
  }
}

function sortLayers(layers) {
  // few crossings: each node at the middle of its neighbours
  const number = () =>
    layers.forEach(layer =>
      layer.forEach((n, i) => {
        n.at = i;
      })
    );
  number();
  let best = Infinity,
    kept = layers.map(layer => [...layer]);
  for (let round = 0; round < 8 && best > 0; round++) {
    const [way, end] = round % 2 ? ["down", "q"] : ["up", "p"],
      list = round % 2 ? [...layers].reverse() : layers;
    for (const layer of list) {
      for (const n of layer)
        n.wish = n[way].length ? n[way].reduce((sum, tie) => sum + tie[end].at, 0) / n[way].length : n.at;
      layer.sort((a, b) => a.wish - b.wish);
      layer.forEach((n, i) => {
        n.at = i;
      });
    }
    const crossed = crossings(layers);
    if (crossed < best) [best, kept] = [crossed, layers.map(layer => [...layer])];
  }
  layers.forEach((layer, i) => layer.splice(0, layer.length, ...kept[i]));
  number();
}
function crossings(layers) {
  let found = 0;
  for (const layer of layers) {
    const pairs = layer.flatMap(n => n.down.map(tie => [n.at, tie.q.at])).sort((a, b) => a[0] - b[0] || a[1] - b[1]);
    if (pairs.length > 400) continue; // nobody sees these apart
    for (let i = 0; i < pairs.length; i++) for (let j = 0; j < i; j++) if (pairs[j][1] > pairs[i][1]) found++;
  }
  return found;
}

function attach(ends) {
  // where on its side each line meets a node; a trunk meets it once
  const sides = new Map();
  for (const [a, b, link] of ends)
    for (const [n, side, other] of [
      [a, "after", link.via[0] || b],
      [b, "before", link.via.at(-1) || a]
    ]) {
      const key = `${side} ${n.id}`;
      if (!sides.has(key)) sides.set(key, { n, side, by: new Map() });
      const { by } = sides.get(key),
        found = by.get(other.dummy ? other : link);
      if (found) found.links.push(link);
      else by.set(other.dummy ? other : link, { other, links: [link] });
    }
  for (const { n, side, by } of sides.values()) {
    const step = Math.min(LINE_GAP, (0.8 * n.v) / by.size);
    [...by.values()]
      .sort((a, b) => a.other.at - b.other.at)
      .forEach(({ links }, i) => {
        for (const link of links) {
          const port = n.inner?.ports.get(`${link.to === n.id ? "in" : "out"} ${link.line.source}`);
          link[side] = port !== undefined ? port - n.v / 2 : (i - (by.size - 1) / 2) * step;
        }
      });
  }
}

function align(layers) {
  const gap = (a, b) => a.below + b.above + (a.dummy && b.dummy ? LINE_GAP : NODE_GAP);
  for (const layer of layers) {
    let y = 0;
    layer.forEach((n, i) => {
      n.y = y += i ? gap(layer[i - 1], n) : 0;
    });
    for (const n of layer) n.y -= y / 2;
  }
  for (let round = 0; round < 12; round++) {
    const way = round % 2 ? "down" : "up",
      both = round > 8;
    for (const layer of round % 2 ? [...layers].reverse() : layers) {
      const wishes = layer.map(n => {
        const near = both ? [...n.up, ...n.down] : n[way];
        return near.length
          ? near.reduce((sum, tie) => sum + (tie.q === n ? tie.p.y + tie.shift() : tie.q.y - tie.shift()), 0) /
              near.length
          : n.y;
      });
      settle(layer, wishes, gap);
    }
  }
}
// The places nearest to the wishes in least squares that keep order and gaps: pools of neighbours that touch (Ayer et al. 1955).
function settle(layer, wishes, gap) {
  let shift = 0;
  const shifts = layer.map((n, i) => (shift += i ? gap(layer[i - 1], n) : 0)),
    pools = [];
  layer.forEach((n, i) => {
    let pool = { sum: 0, weight: 0, count: 1 };
    pool.weight = n.dummy ? 4 : 1;
    pool.sum = (wishes[i] - shifts[i]) * pool.weight;
    while (pools.length && pools.at(-1).sum / pools.at(-1).weight > pool.sum / pool.weight) {
      const last = pools.pop();
      pool = { sum: pool.sum + last.sum, weight: pool.weight + last.weight, count: pool.count + last.count };
    }
    pools.push(pool);
  });
  let i = 0;
  for (const { sum, weight, count } of pools)
    for (let k = 0; k < count; k++, i++) layer[i].y = sum / weight + shifts[i];
}

function measure(layers) {
  const all = layers.flat(),
    top = Math.min(...all.map(n => n.y - n.above)),
    bottom = Math.max(...all.map(n => n.y + n.below));
  let x = 0;
  layers.forEach((layer, i) => {
    const u = Math.max(0, ...layer.map(n => n.broad));
    for (const n of layer) {
      Object.assign(n, { x: x + u / 2, y: n.y - top, wide: u });
      for (const a of n.hung)
        Object.assign(a, { x: n.x, y: a.on === "above" ? n.y - n.above + a.v / 2 : n.y + n.below - a.v / 2 });
    }
    x += u + (i + 1 === layers.length ? 0 : u && layers[i + 1].some(n => n.u) ? RANK_GAP : PORT_GAP);
  });
  return { u: x, v: bottom - top };
}

function route(a, b, link, back) {
  const points = [[a.x + a.u / 2, a.y + (link.after || 0)]];
  if (a.u < a.wide) points.push([a.x + a.wide / 2, a.y + (link.after || 0)]);
  for (const n of link.via) points.push([n.x - n.wide / 2, n.y], [n.x + n.wide / 2, n.y]);
  if (b.u < b.wide) points.push([b.x - b.wide / 2, b.y + (link.before || 0)]);
  points.push([b.x - b.u / 2, b.y + (link.before || 0)]);
  return back ? points.reverse() : points;
}
