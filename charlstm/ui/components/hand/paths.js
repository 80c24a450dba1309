// The branches of a tree as the model writes them, each with the figures of its steps.

import { rankOf, writtenDown } from "../../../browser/trails.js";
import { Writing } from "../../../browser/writing.js";

const STRONGEST_BITS = 10;

/** How strongly a symbol is coloured, from 0 to 1: by { bits, probability } and its rank. */
const FRACTIONS = {
  bits: ({ bits }) => Math.min(bits / STRONGEST_BITS, 1),
  probability: ({ probability }) => 1 - probability,
  rank: (_, rank, count) => Math.log(rank()) / Math.log(Math.max(count, 2)),
};

export class Paths {
  constructor(model, promptIds, seed, temperature) {
    Object.assign(this, { model, promptIds, seed, temperature });
    this.writings = new Map(); // by the branch as a word
  }

  /** Takes the branches of a sheet. Computed results that are still valid are kept. */
  update(sheet) {
    const before = this.writings;
    this.writings = new Map();
    for (const branch of sheet.branches) {
      const word = writtenDown([branch]);
      const writing = before.get(word) ?? this.#begun(branch, before);
      if (writing.own !== sheet.own || writing.branch !== branch) {
        const { ids } = this.model.vocabulary;
        const picks = [...sheet.picksOf(branch)].map(([position, symbol]) => [position, ids.get(symbol)]);
        writing.rewrite({ picks: new Map(picks) });
        Object.assign(writing, { own: sheet.own, branch });
      }
      this.writings.set(word, writing);
    }
  }

  /** A writing for a new branch: the part it shares with the nearest one is not computed again. */
  #begun(branch, before) {
    for (let end = branch.length; end >= 0; end -= 1) {
      const word = writtenDown([branch.slice(0, end)]);
      const parent = this.writings.get(word) ?? before.get(word);
      if (parent) return parent.copy();
    }
    return new Writing(this.model, this.promptIds, this.seed, { temperatureAt: () => this.temperature });
  }

  turn(temperature) {
    this.temperature = temperature;
    for (const writing of this.writings.values()) writing.rewrite({});
  }

  of(branch) {
    return this.writings.get(writtenDown([branch]));
  }

  get all() {
    return [...this.writings.values()];
  }
}

/** The first steps of a writing. */
export function stepsOf(writing, length) {
  return writing.steps.length > length ? writing.steps.slice(0, length) : writing.steps;
}

/** What a text costs: { bits, expectedBits }. */
export function billOf(steps) {
  const bill = { bits: 0, expectedBits: 0 };
  for (const { bits, expectedBits } of steps) {
    bill.bits += bits;
    bill.expectedBits += expectedBits;
  }
  return bill;
}

export function rankAt(writing, position) {
  return rankOf(writing.distributionAt(position).logits, writing.steps[position].symbol);
}

/** How strongly each symbol is coloured, by "bits", "probability" or "rank". */
export function fractionsOf(writing, steps, colour) {
  const count = writing.model.vocabulary.symbols.length;
  return steps.map((step, position) => FRACTIONS[colour](step, () => rankAt(writing, position), count));
}
