// Writing: read, reweight, draw, append, repeat. Every step is kept, so that a text can be explained,
// changed at one position, or written again at another temperature.

import { draw, entropyBits, reweight, strategyApplied } from "./distribution.js";
import { Generator } from "./random.js";

const MOST_KEPT = 4_000_000; // logits in all, 32 MB

/**
 * A text that continues a prompt. Position n always draws with the n-th uniform of the seed.
 *
 * `temperatureAt(position)` and `strategies` say how; `picks` (a Map from positions to ids) replaces
 * drawn symbols; `start` is a cursor that has read the prompt, if there is one.
 */
export class Writing {
  constructor(model, promptIds, seed, how) {
    const { temperatureAt, strategies = [], picks = new Map() } = how;
    this.model = model;
    this.uniforms = [];
    this.generator = new Generator(seed);
    this.cursors = [how.start ?? model.after(promptIds)]; // the n-th has read the prompt and n symbols
    this.ids = []; // these symbols
    this.logits = [];
    this.steps = [];
    this.changed = null; // where the text first differs from the previous one, or null
    Object.assign(this, { temperatureAt, strategies, picks });
  }

  /** The text so far: characters, or words and marks. */
  get symbols() {
    return this.steps.map(({ symbol }) => this.model.vocabulary.symbols[symbol]);
  }

  get text() {
    return this.symbols.join("");
  }

  /** Writes up to `length` symbols until `isTime()`; returns whether all of them are written. */
  write(length, isTime = () => false) {
    while (this.steps.length < length) {
      if (isTime()) return false;
      const position = this.steps.length;
      const step = this.#stepAt(position);
      this.steps.push(step);
      if (step.symbol !== this.ids[position]) this.#read(position, step.symbol);
    }
    return true;
  }

  /**
   * Begins the text again with other { temperatureAt, strategies, picks }. The network's states up to
   * the first different symbol are kept, so writing the same symbols again costs little.
   */
  rewrite(changes) {
    Object.assign(this, changes, { steps: [], changed: null });
  }

  /** Another writing with everything that this one has computed, and the same uniforms. */
  copy() {
    const other = new Writing(this.model, [], 0, this);
    const { uniforms, generator, cursors, ids, logits, steps } = this;
    const own = { cursors: [...cursors], ids: [...ids], logits: [...logits], steps: [...steps] };
    return Object.assign(other, { uniforms, generator, ...own });
  }

  /** The distribution before a position: { logits, probabilities }. */
  distributionAt(position) {
    const logits = this.logits[position] ?? this.cursors[position].logits();
    if (position * logits.length < MOST_KEPT) this.logits[position] = logits;
    const reweighted = reweight(logits, this.temperatureAt(position));
    return { logits, probabilities: strategyApplied(reweighted, this.strategies) };
  }

  /** Reads another symbol at a position; everything that was read from there on is dropped. */
  #read(position, symbol) {
    if (position < this.ids.length) this.changed ??= position;
    this.ids.length = position;
    this.cursors.length = position + 1;
    this.logits.length = Math.min(this.logits.length, position + 1);
    this.ids.push(symbol);
    this.cursors.push(this.cursors[position].read(symbol));
  }

  /** { symbol, drawn, uniform, probability, bits, expectedBits } of a position. */
  #stepAt(position) {
    this.uniforms[position] ??= this.generator.random();
    const uniform = this.uniforms[position];
    const { probabilities } = this.distributionAt(position);
    const drawn = draw(probabilities, uniform);
    const symbol = this.picks.get(position) ?? drawn;
    const probability = probabilities[symbol];
    const bits = Math.abs(Math.log2(probability));
    return { symbol, drawn, uniform, probability, bits, expectedBits: entropyBits(probabilities) };
  }
}
