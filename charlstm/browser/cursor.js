// The position of a model in a text: what it has read, and what may come next.
//
// A model that carries its state depends on everything before. A model that reads a window rereads the
// last `window` symbols from a zero state for every symbol; with the same weights it is another model.

/** A cursor before a text. `window`: how many symbols the model sees, or null. It never changes. */
export function startOf(network, window) {
  // A network that sees no further than the window needs no fresh start for each symbol.
  if (window === null || network.receptiveField <= window) {
    return new CarriedCursor(network, network.zeroState());
  }
  return new WindowCursor(network, window, []);
}

class CarriedCursor {
  constructor(network, state) {
    this.network = network;
    this.state = state;
  }

  /** The cursor after one more symbol. */
  read(symbol) {
    return new CarriedCursor(this.network, this.network.step(symbol, this.state));
  }

  logits() {
    return this.network.logits(this.state);
  }
}

class WindowCursor {
  constructor(network, window, seen) {
    this.network = network;
    this.window = window;
    this.seen = seen;
  }

  read(symbol) {
    return new WindowCursor(this.network, this.window, [...this.seen, symbol].slice(-this.window));
  }

  get state() {
    return this.seen.reduce((state, symbol) => this.network.step(symbol, state), this.network.zeroState());
  }

  logits() {
    return this.network.logits(this.state);
  }
}
