// A trained model as one file: its network, its vocabulary, and its origin.
//
// The file is the length of a header (uint32, little-endian), the header as JSON, then the weights in
// the header's order, as stored, in float16 or float32. They are widened to float64 here.

import { startOf } from "./cursor.js";
import { Network } from "./network.js";
import { vocabularyOf } from "./vocabulary.js";

const KEPT_AS = {
  float16: { bytes: 2, read: (view, at) => float16(view.getUint16(at, true)) },
  float32: { bytes: 4, read: (view, at) => view.getFloat32(at, true) },
};

/** The model in a file's bytes (an ArrayBuffer). */
export function modelFrom(buffer) {
  const view = new DataView(buffer);
  let offset = 4 + view.getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, offset - 4)));
  const weights = {};
  for (const { name, shape, dtype } of header.weights) {
    const count = shape.reduce((product, each) => product * each, 1);
    const { bytes, read } = KEPT_AS[dtype];
    const values = Float64Array.from({ length: count }, (_, i) => read(view, offset + i * bytes));
    weights[name] = { shape, values };
    offset += count * bytes;
  }
  return new LanguageModel(new Network(weights), vocabularyOf(header), header);
}

/** A half-precision number (IEEE 754): one bit of sign, five of exponent, ten of fraction. */
function float16(bits) {
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  const size = exponent ? (1 + fraction / 1024) * 2 ** (exponent - 15) : (fraction / 1024) * 2 ** -14;
  return bits >> 15 ? -size : size;
}

/** A network with the symbols that it knows, and how each of them is shown and spoken. */
export class LanguageModel {
  constructor(network, vocabulary, { run, step, window, labels, names }) {
    Object.assign(this, { network, vocabulary, run, step, window, labels, names });
  }

  /** The name of a symbol's kind. */
  get unit() {
    return this.vocabulary.unknownIds.length ? "token" : "character";
  }

  /** A cursor that has read these ids. */
  after(ids) {
    const seen = this.window === null ? ids : ids.slice(-this.window);
    return seen.reduce((cursor, id) => cursor.read(id), startOf(this.network, this.window));
  }

  /** The same model without unknown words, whose probability is divided among the known ones. */
  withoutUnknown() {
    const leftOut = this.vocabulary.unknownIds;
    const network = Object.create(this.network);
    network.logits = (state) => {
      const logits = this.network.logits(state);
      for (const id of leftOut) logits[id] = -Infinity;
      return logits;
    };
    return new LanguageModel(network, this.vocabulary, this);
  }
}
