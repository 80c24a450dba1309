// A step of stacked LSTM layers, as keras.layers.LSTM computes it (Hochreiter & Schmidhuber 1997,
// with the forget gate of Gers et al. 2000), gates in the order i, f, g, o:
//
//     z = x W + h U + b
//     c' = sigmoid(z_f) c + sigmoid(z_i) tanh(z_g)
//     h' = sigmoid(z_o) tanh(c')

import { recurrentLayers, rowOf, sigmoid } from "./gates.js";

/** `names`: lstm, lstm_1, … A state is per layer [h, c], each Float64Array (units,). */
export class LSTMLayers {
  constructor(weights, names, units) {
    this.units = units;
    this.rows = weights.values(`${names[0]}/kernel`);
    this.layers = recurrentLayers(weights, names);
  }

  zeroState() {
    return this.layers.map(() => [new Float64Array(this.units), new Float64Array(this.units)]);
  }

  /** The state after one more symbol; the old state is not changed. */
  step(symbol, state) {
    let below = null;
    return this.layers.map(({ kernel, recurrent, bias }, layer) => {
      const [hidden, cell] = state[layer];
      const z = below ? new Float64Array(bias.length) : rowOf(this.rows, symbol, bias.length);
      if (below) kernel.addTo(z, below);
      recurrent.addTo(z, hidden);
      const after = nextCell(z, bias, cell, this.units);
      [below] = after;
      return after;
    });
  }
}

function nextCell(z, bias, cell, units) {
  const newHidden = new Float64Array(units);
  const newCell = new Float64Array(units);
  for (let i = 0; i < units; i += 1) {
    const [f, g, o] = [i + units, i + 2 * units, i + 3 * units];
    const input = sigmoid(z[i] + bias[i]) * Math.tanh(z[g] + bias[g]);
    newCell[i] = sigmoid(z[f] + bias[f]) * cell[i] + input;
    newHidden[i] = sigmoid(z[o] + bias[o]) * Math.tanh(newCell[i]);
  }
  return [newHidden, newCell];
}
