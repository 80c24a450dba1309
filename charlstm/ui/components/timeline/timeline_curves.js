// The loss curves of a training as SVG, and the rule at the selected checkpoint.
// Works with positions (0, 1, 2 … for the checkpoints) and losses.
// The loss axis is logarithmic, so that it fits a training that explodes and one that learns.

import { powerOfTen } from "../shared/probability.js";
import { nats } from "./timeline_words.js";

const SVG = "http://www.w3.org/2000/svg";
const PLOT = { left: 38, right: 16, top: 8, bottom: 22 }; // px; left and right as in timeline.css
const LABEL_ROOM = 64; // px between two time labels
const LOSS_TICKS = [0.5, 1, 1.5, 2, 3, 4, 6, 10, 20, 50, 100, 200, 500, 1e3, 1e4, 1e5, 1e6];

/** Make the chart; `pick(index)` is called while a pointer scrubs, `release()` when it is released. */
export function createCurves(svg, { pick, release }) {
  const curves = { svg, data: null, index: 0, width: 0, height: 0 };
  curves.observer = new ResizeObserver(() => drawCurves(curves));
  curves.observer.observe(svg);
  let held = false;
  const scrub = (event) => pick(positionAt(curves, event.clientX));
  svg.addEventListener("pointerdown", (event) => {
    held = true;
    svg.setPointerCapture(event.pointerId);
    scrub(event);
  });
  svg.addEventListener("pointermove", (event) => held && scrub(event));
  for (const name of ["pointerup", "pointercancel"]) {
    svg.addEventListener(name, () => {
      if (held) release();
      held = false;
    });
  }
  return curves;
}

/** data: { training, heldOut: [[position, nats]], moments: [{ time, loss, heldOut, failure }], best } */
export function setCurves(curves, data) {
  curves.data = data;
  drawCurves(curves);
}

function drawCurves(curves) {
  const { svg, data } = curves;
  curves.width = svg.clientWidth;
  curves.height = svg.clientHeight;
  if (!data || !curves.width) return;
  const losses = [...data.training, ...data.heldOut].map(([, nats]) => nats).filter((nats) => nats > 0);
  curves.low = Math.log(Math.min(...losses, 4) * 0.94);
  curves.high = Math.log(Math.max(...losses, 2) * 1.06);
  svg.replaceChildren(
    ...lostBands(curves),
    ...lossTicks(curves),
    ...timeTicks(curves),
    ...bestMark(curves),
    shape("path", { class: "training", d: pathOf(curves, data.training) }),
    shape("path", { class: "held-out", d: pathOf(curves, data.heldOut) }),
  );
  curves.rule = svg.appendChild(shape("line", { class: "rule", y1: PLOT.top - 6, y2: curves.height - PLOT.bottom + 4 }));
  curves.dots = ["training", "held-out"].map((name) => svg.appendChild(shape("circle", { class: name, r: 6 })));
  moveRule(curves, curves.index);
}

/** Move the rule to a checkpoint. */
export function moveRule(curves, index) {
  curves.index = index;
  if (!curves.rule) return;
  const x = across(curves, index);
  curves.rule.setAttribute("x1", x);
  curves.rule.setAttribute("x2", x);
  const { loss, heldOut } = curves.data.moments[index];
  [loss, heldOut].forEach((nats, which) => {
    const dot = curves.dots[which];
    dot.style.display = nats > 0 ? "" : "none";
    dot.setAttribute("cx", x);
    if (nats > 0) dot.setAttribute("cy", down(curves, nats));
  });
}

function across({ width, data }, position) {
  const last = data.moments.length - 1;
  const fraction = last ? position / last : 0.5;
  return PLOT.left + fraction * (width - PLOT.left - PLOT.right);
}

function down({ height, low, high }, nats) {
  const fraction = (Math.log(nats) - low) / (high - low);
  return height - PLOT.bottom - Math.min(Math.max(fraction, 0), 1) * (height - PLOT.bottom - PLOT.top);
}

/** The checkpoint nearest to a position on the screen. */
function positionAt({ svg, width, data }, clientX) {
  const last = data.moments.length - 1;
  const x = clientX - svg.getBoundingClientRect().left - PLOT.left;
  return Math.round(Math.min(Math.max(x / (width - PLOT.left - PLOT.right), 0), 1) * last);
}

function pathOf(curves, points) {
  return points
    .filter(([, nats]) => nats > 0)
    .map(([position, nats], n) => `${n ? "L" : "M"}${across(curves, position).toFixed(1)} ${down(curves, nats).toFixed(1)}`)
    .join("");
}

function lossTicks(curves) {
  const inside = LOSS_TICKS.filter((nats) => Math.log(nats) > curves.low && Math.log(nats) < curves.high);
  const every = Math.ceil(inside.length / 6);
  return inside.filter((_, n) => n % every === 0).flatMap((nats) => {
    const y = down(curves, nats);
    const label = shape("text", { x: PLOT.left - 8, y: y + 4, "text-anchor": "end" });
    label.textContent = nats < 1e4 ? String(nats) : powerOfTen(nats);
    return [shape("line", { x1: PLOT.left, x2: curves.width - PLOT.right, y1: y, y2: y }), label];
  });
}

/** A mark for every checkpoint, with the time where there is room for it. */
function timeTicks(curves) {
  const base = curves.height - PLOT.bottom;
  let free = -Infinity;
  return curves.data.moments.flatMap(({ time }, index) => {
    const x = across(curves, index);
    const parts = [shape("line", { class: "mark", x1: x, x2: x, y1: base, y2: base + 5 })];
    if (x >= free && x < curves.width - 20) {
      const label = parts[parts.push(shape("text", { x, y: base + 18, "text-anchor": "middle" })) - 1];
      label.textContent = time;
      free = x + LABEL_ROOM;
    }
    return parts;
  });
}

function bestMark(curves) {
  if (curves.data.best === null) return [];
  const x = across(curves, curves.data.best);
  const [top, base] = [PLOT.top, curves.height - PLOT.bottom];
  const near = x > curves.width - PLOT.right - 40;
  const label = shape("text", { x: near ? x - 5 : x + 5, y: top + 6, "text-anchor": near ? "end" : "start" });
  label.textContent = "best";
  return [shape("line", { class: "best-mark", x1: x, x2: x, y1: top - 4, y2: base }), label];
}

/** The background of checkpoints that cannot write. */
function lostBands(curves) {
  return curves.data.moments.flatMap(({ failure }, index) => {
    if (!failure) return [];
    const [from, to] = [across(curves, index - 0.5), across(curves, index + 0.5)];
    const x = Math.max(from, PLOT.left);
    const width = Math.min(to, curves.width - PLOT.right) - x;
    return [shape("rect", { class: "lost", x, width, y: PLOT.top, height: curves.height - PLOT.top - PLOT.bottom })];
  });
}

function shape(tag, attributes) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}
