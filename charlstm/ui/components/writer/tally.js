// Drawing many times from one distribution: a tally grows next to the bars.

import { draw } from "../../../browser/distribution.js";
import { Generator } from "../../../browser/random.js";
import { drawTally } from "../shared/bars.js";
import { probabilityWords } from "../shared/probability.js";

const DRAWS = 100; // per press
const PER_FRAME = 2;

export class Tally {
  constructor(root, dial) {
    Object.assign(this, { words: root.querySelector(".tally-words"), dial, frame: 0 });
    root.querySelector("button").addEventListener("click", () => this.#press());
    this.#clear();
  }

  /** Sets the distribution to draw from; another one begins a new tally. */
  setMoment(probabilities, seed) {
    const isSame =
      seed === this.seed &&
      probabilities.length === this.probabilities?.length &&
      probabilities.every((p, symbol) => p === this.probabilities[symbol]);
    if (isSame) return;
    Object.assign(this, { probabilities, seed });
    this.#clear();
  }

  #clear() {
    window.cancelAnimationFrame(this.frame);
    if (this.total === 0) return;
    this.generator = null;
    this.counts = new Map();
    this.total = this.wanted = 0;
    this.words.textContent = "";
    drawTally(this.dial.chart, null);
  }

  #press() {
    this.generator ??= new Generator(this.seed);
    this.wanted += DRAWS;
    window.cancelAnimationFrame(this.frame);
    this.#more();
  }

  #more() {
    for (let n = 0; n < PER_FRAME && this.total < this.wanted; n += 1) {
      const symbol = draw(this.probabilities, this.generator.random());
      this.counts.set(symbol, (this.counts.get(symbol) ?? 0) + 1);
      this.total += 1;
    }
    drawTally(this.dial.chart, (symbol) => (this.counts.get(symbol) ?? 0) / this.total);
    if (this.total < this.wanted) this.frame = window.requestAnimationFrame(() => this.#more());
    else this.words.textContent = this.#sentence();
  }

  #sentence() {
    const [symbol, count] = [...this.counts].sort((a, b) => b[1] - a[1])[0];
    const p = probabilityWords(this.probabilities[symbol]);
    const label = this.dial.state.labels[symbol];
    return `${this.total} draws: “${label}” came ${count} times, and has ${p}.`;
  }

  end() {
    window.cancelAnimationFrame(this.frame);
  }
}
