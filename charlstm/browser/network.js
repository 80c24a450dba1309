// A whole network: the layers of its kind, and a dense layer that gives logits.

import { Conv1DLayers, DILATIONS } from "./conv1d.js";
import { GRULayers } from "./gru.js";
import { LSTMLayers } from "./lstm.js";
import { Matrices } from "./product.js";

const LAYERS = { lstm: LSTMLayers, gru: GRULayers, conv1d: Conv1DLayers };

/**
 * `weights`: { name: { shape, values: Float64Array } } under their Keras names.
 * States are never changed, so any of them can be kept and continued.
 */
export class Network {
  constructor(weights) {
    const matrices = new Matrices();
    const values = (name) => weights[name].values;
    const matrix = (name) => matrices.add(values(name), ...weights[name].shape);
    this.kind = Object.keys(LAYERS).find((kind) => `${kind}/kernel` in weights);
    const names = [this.kind];
    while (`${this.kind}_${names.length}/kernel` in weights) names.push(`${this.kind}_${names.length}`);
    [this.units, this.symbols] = weights["dense/kernel"].shape;
    this.layers = new LAYERS[this.kind]({ values, matrix, matrices }, names, this.units);
    this.dense = matrix("dense/kernel");
    this.bias = values("dense/bias");
    this.numbers = matrices.end; // of weights that are kept
    /** How many symbols an output depends on; Infinity if the state carries everything. */
    this.receptiveField = Infinity;
    if (this.kind === "conv1d") {
      const stacks = names.length / DILATIONS.length;
      this.receptiveField = 1 + stacks * DILATIONS.reduce((sum, dilation) => sum + dilation);
    }
  }

  zeroState() {
    return this.layers.zeroState();
  }

  step(symbol, state) {
    return this.layers.step(symbol, state);
  }

  /** Logits of the next symbol, Float64Array (symbols,). */
  logits(state) {
    const logits = this.bias.slice();
    this.dense.addTo(logits, state[state.length - 1][0]);
    return logits;
  }
}
