// Both loss curves of a training against its seconds: nats on the left, bits on the right.

import { svgPart } from "../shared/picture.js";

const PLOT = { left: 46, right: 46, top: 10, bottom: 40 }; // px
const NATS_TO_BITS = 1 / Math.LN2;
const STEPS = [1, 2, 2.5, 5, 10];

/** The chart in an element with its HTML; next to the legend are the values under the pointer. */
export class LossChart {
  constructor(root) {
    const svg = root.querySelector(".curves");
    const words = root.querySelector(".pointed");
    this.svg = svg;
    this.data = { training: [], heldOut: [], unit: "character" };
    this.observer = new ResizeObserver(() => this.draw());
    this.observer.observe(svg);
    svg.addEventListener("pointermove", (event) => (words.textContent = this.#wordsAt(event)));
    svg.addEventListener("pointerleave", () => (words.textContent = ""));
  }

  /** { training, heldOut: [[seconds, nats]], unit } */
  show(data) {
    this.data = data;
    this.draw();
  }

  draw() {
    const { svg, data } = this;
    const points = [...data.training, ...data.heldOut];
    const [width, height] = [svg.clientWidth, svg.clientHeight];
    if (!width || !points.length) return svg.replaceChildren();
    const losses = points.map(([, nats]) => nats);
    const [low, high] = [Math.min(...losses), Math.max(...losses)];
    const margin = (high - low) * 0.05 || 0.1;
    Object.assign(this, { width, height, low: low - margin, high: high + margin });
    this.last = Math.max(...points.map(([seconds]) => seconds), 1);
    svg.replaceChildren(
      ...this.#ticks(1, "start"),
      ...this.#ticks(NATS_TO_BITS, "end"),
      ...this.#secondsTicks(),
      svgPart("path", { class: "of-training", d: this.#path(data.training) }),
      svgPart("path", { class: "of-held-out", d: this.#path(data.heldOut) }),
      ...this.#dots(),
    );
    return undefined;
  }

  #across(seconds) {
    return PLOT.left + (seconds / this.last) * (this.width - PLOT.left - PLOT.right);
  }

  #down(nats) {
    const fraction = (nats - this.low) / (this.high - this.low);
    return this.height - PLOT.bottom - fraction * (this.height - PLOT.bottom - PLOT.top);
  }

  #path(points) {
    return points
      .map(([seconds, nats], n) => {
        const at = `${this.#across(seconds).toFixed(1)} ${this.#down(nats).toFixed(1)}`;
        return `${n ? "L" : "M"}${at}`;
      })
      .join("");
  }

  /** Held-out losses are measured rarely: if there are few, each is marked. */
  #dots() {
    const { heldOut } = this.data;
    if (heldOut.length > 60) return [];
    return heldOut.map(([seconds, nats]) => {
      const at = { cx: this.#across(seconds), cy: this.#down(nats), r: 3 };
      return svgPart("circle", { class: "of-held-out", ...at });
    });
  }

  /** The ticks of the left axis, in nats, or of the right one, in bits. */
  #ticks(factor, side) {
    const x = side === "start" ? PLOT.left - 6 : this.width - PLOT.right + 6;
    const anchor = side === "start" ? "end" : "start";
    const unit = side === "start" ? "nats" : "bits";
    const parts = roundNumbers(this.low * factor, this.high * factor, 5).flatMap((value) => {
      const y = this.#down(value / factor);
      const label = svgPart("text", { x, y: y + 4, "text-anchor": anchor }, String(value));
      if (side === "end") return [label];
      const line = { class: "grid", x1: PLOT.left, x2: this.width - PLOT.right, y1: y, y2: y };
      return [svgPart("line", line), label];
    });
    const [left, middle] = [side === "start" ? 11 : this.width - 5, this.height / 2];
    const turned = { transform: `rotate(-90 ${left} ${middle})`, "text-anchor": "middle" };
    parts.push(svgPart("text", { x: left, y: middle, ...turned }, `${unit} per ${this.data.unit}`));
    return parts;
  }

  #secondsTicks() {
    const base = this.height - PLOT.bottom;
    const parts = roundNumbers(0, this.last, 8).map((seconds) =>
      svgPart(
        "text",
        { x: this.#across(seconds), y: base + 16, "text-anchor": "middle" },
        seconds.toLocaleString("en"),
      ),
    );
    const middle = { x: (PLOT.left + this.width - PLOT.right) / 2, y: base + 33 };
    parts.push(svgPart("text", { ...middle, "text-anchor": "middle" }, "seconds of training"));
    return parts;
  }

  /** The nearest point of each curve, in words. */
  #wordsAt({ clientX }) {
    const x = clientX - this.svg.getBoundingClientRect().left;
    const said = [["training", this.data.training], ["held out", this.data.heldOut]].map(
      ([name, points]) => {
        if (!points.length) return "";
        const near = points.reduce((best, each) =>
          Math.abs(this.#across(each[0]) - x) < Math.abs(this.#across(best[0]) - x) ? each : best,
        );
        const [seconds, nats] = near;
        const bits = (nats * NATS_TO_BITS).toFixed(3);
        return `${name} at ${seconds.toFixed(1)} s: ${nats.toFixed(3)} nats, ${bits} bits`;
      },
    );
    return said.filter(Boolean).join(" · ");
  }
}

/** About `count` round numbers from low to high. */
function roundNumbers(low, high, count) {
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = STEPS.map((each) => each * power).find((each) => each >= rough);
  const first = Math.ceil(low / step);
  const found = [];
  for (let n = first; n * step <= high; n += 1) found.push(Number((n * step).toPrecision(6)));
  return found;
}
