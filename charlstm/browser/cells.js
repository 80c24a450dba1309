// Every cell's states on a text, and one step of an LSTM in its parts, as charlstm/cells/states.py
// computes them.

import { startOf } from "./cursor.js";
import { rowOf, sigmoid } from "./gates.js";

const STATES = { h: 0, c: 1 }; // their positions in the state of a layer
const GATES = ["i", "f", "g", "o"]; // in the order of the weights' columns

/** The states of all cells after each symbol of a text; the model is an LSTM. */
export class CellStates {
  constructor(model, ids) {
    Object.assign(this, { model, ids, cursor: startOf(model.network, model.window) });
    this.after = []; // for each symbol read, the network's state, per layer [h, c]
  }

  /** Reads the text until `isTime()` at the latest; returns whether all of it is read. */
  read(isTime = () => false) {
    while (this.after.length < this.ids.length && !isTime()) {
      this.cursor = this.cursor.read(this.ids[this.after.length]);
      this.after.push(this.cursor.state);
    }
    return this.after.length === this.ids.length;
  }

  /** The state "c" or "h" of a layer after a symbol, Float64Array (units,). */
  of(state, layer, position) {
    return this.after[position][layer][STATES[state]];
  }

  /**
   * What one cell did when a symbol was read: its gates and states by name, and for each gate the
   * contributions of the input, the state and the bias.
   */
  step(position, layer, cell) {
    const { network } = this.model;
    const before = this.#before(position);
    const after = network.step(this.ids[position], before);
    const numbers = {};
    const sums = this.#parts(position, layer, before, after).map((part, row) => {
      const parts = part.map((values) => values[row * network.units + cell]);
      const z = parts.reduce((sum, each) => sum + each);
      const value = GATES[row] === "g" ? Math.tanh(z) : sigmoid(z);
      numbers[GATES[row]] = value;
      return { gate: GATES[row], parts: [...parts, z], value };
    });
    const [[hBefore, cBefore], [h, c]] = [before[layer], after[layer]];
    Object.assign(numbers, { c_before: cBefore[cell], h_before: hBefore[cell], c: c[cell], h: h[cell] });
    return { numbers, sums };
  }

  /** The state before a symbol. A window starts a few symbols before this one, not with the text. */
  #before(position) {
    const { network, window } = this.model;
    if (window === null && position > 0 && this.after[position - 1]) return this.after[position - 1];
    const first = window === null ? 0 : Math.max(0, position + 1 - window);
    const read = this.ids.slice(first, position);
    return read.reduce((state, symbol) => network.step(symbol, state), network.zeroState());
  }

  /** The parts of the gates' sums, each for all gates, Float64Array (4 units,). */
  #parts(position, layer, before, after) {
    const { layers, rows } = this.model.network.layers;
    const { kernel, recurrent, bias } = layers[layer];
    const fromInput = layer ? new Float64Array(bias.length) : rowOf(rows, this.ids[position], bias.length);
    if (layer) kernel.addTo(fromInput, after[layer - 1][0]);
    const fromState = new Float64Array(bias.length);
    recurrent.addTo(fromState, before[layer][0]);
    return GATES.map(() => [fromInput, fromState, bias]);
  }
}
