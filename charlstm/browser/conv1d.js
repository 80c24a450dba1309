// A step of causal dilated convolutions with gates (van den Oord et al. 2016, equation 2). Each has
// kernel size 2 and dilation d, and all but the first a residual connection:
//
//     f = x[t - d] K0 + x[t] K1 + b          g = x[t - d] G0 + x[t] G1 + c
//     y[t] = tanh(f) sigmoid(g)              the next x[t] is x[t] + y[t], or y[t] after the first
//
// Before the text all x are zero. The part of a step that depends on the past, x[t - d] [K0 G0], is
// computed when x[t - d] is known. So a step is one product per convolution, x [K0 G0 K1 G1], and its
// left half waits in a queue for d steps.

import { rowOf, sigmoid } from "./gates.js";

export const DILATIONS = [1, 2, 4, 8, 16];

/** `names`: conv1d, conv1d_1, … A state is per convolution [output, ...queue], the oldest first. */
export class Conv1DLayers {
  constructor({ values, matrices }, names, units) {
    this.units = units;
    this.layers = names.map((name, index) => {
      const taps = joined(values(`${name}/kernel`), values(`${name}_gate/kernel`), units);
      return {
        dilation: DILATIONS[index % DILATIONS.length],
        rows: index ? null : taps,
        product: index ? matrices.add(taps, units, 4 * units) : null,
        biases: [...values(`${name}/bias`), ...values(`${name}_gate/bias`)],
      };
    });
  }

  zeroState() {
    const zeros = () => new Float64Array(2 * this.units);
    return this.layers.map(({ dilation }) => [
      new Float64Array(this.units),
      ...Array.from({ length: dilation }, zeros),
    ]);
  }

  /** The state after one more symbol; the old state is not changed. */
  step(symbol, state) {
    let signal = null;
    return this.layers.map(({ rows, product, biases }, layer) => {
      const [, due, ...waiting] = state[layer];
      const taps = signal ? new Float64Array(4 * this.units) : rowOf(rows, symbol, 4 * this.units);
      if (signal) product.addTo(taps, signal);
      signal = this.#output(taps, due, biases, signal);
      return [signal, ...waiting, taps.subarray(0, 2 * this.units)];
    });
  }

  #output(taps, due, biases, signal) {
    const out = new Float64Array(this.units);
    for (let f = 0, g = this.units; f < this.units; f += 1, g += 1) {
      const gate = sigmoid(taps[2 * this.units + g] + due[g] + biases[g]);
      out[f] = Math.tanh(taps[2 * this.units + f] + due[f] + biases[f]) * gate;
      if (signal) out[f] += signal[f];
    }
    return out;
  }
}

/** [K0 G0 K1 G1] from kernel and gate, each of shape (2, inputs, units). */
function joined(kernel, gate, units) {
  const half = kernel.length / 2;
  const taps = new Float64Array(kernel.length + gate.length);
  for (let row = 0; row < half / units; row += 1) {
    [kernel, gate].forEach((each, part) => {
      for (const time of [0, 1]) {
        const from = time * half + row * units;
        taps.set(each.subarray(from, from + units), (4 * row + 2 * time + part) * units);
      }
    });
  }
  return taps;
}
