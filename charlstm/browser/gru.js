// A step of stacked GRU layers, as keras.layers.GRU computes it with reset_after (Cho et al. 2014,
// the reset gate acting after the product, as in cuDNN), gates in the order z, r, n:
//
//     a = x W + b          u = h U + b_U
//     z = sigmoid(a_z + u_z)         r = sigmoid(a_r + u_r)         n = tanh(a_n + r u_n)
//     h' = z h + (1 - z) n

import { recurrentLayers, rowOf, sigmoid } from "./gates.js";

/** `names`: gru, gru_1, … A state is per layer [h], Float64Array (units,). */
export class GRULayers {
  constructor(weights, names, units) {
    this.units = units;
    this.rows = weights.values(`${names[0]}/kernel`);
    this.layers = recurrentLayers(weights, names); // a bias is b, then b_U
  }

  zeroState() {
    return this.layers.map(() => [new Float64Array(this.units)]);
  }

  /** The state after one more symbol; the old state is not changed. */
  step(symbol, state) {
    const width = 3 * this.units;
    let below = null;
    return this.layers.map(({ kernel, recurrent, bias }, layer) => {
      const [hidden] = state[layer];
      const a = below ? new Float64Array(width) : rowOf(this.rows, symbol, width);
      if (below) kernel.addTo(a, below);
      const u = bias.slice(width);
      recurrent.addTo(u, hidden);
      for (let i = 0; i < width; i += 1) a[i] += bias[i];
      below = nextHidden(a, u, hidden, this.units);
      return [below];
    });
  }
}

function nextHidden(a, u, hidden, units) {
  const newHidden = new Float64Array(units);
  for (let z = 0; z < units; z += 1) {
    const [r, n] = [z + units, z + 2 * units];
    const candidate = Math.tanh(a[n] + sigmoid(a[r] + u[r]) * u[n]);
    const update = sigmoid(a[z] + u[z]);
    newHidden[z] = update * hidden[z] + (1 - update) * candidate;
  }
  return newHidden;
}
