// The text of the page and a person's changes to it. Makes no elements and runs no model.
//
// Either the model writes the text, and the dial rewrites it; or it is a person's own: fixed symbols,
// typed, pasted, picked or drawn. Both can have branches: other choices at some positions, after
// which the text is drawn again with the same random numbers.

import { TRUNK, grown, indexIn, readBack, withPick, writtenDown } from "../../../browser/trails.js";

const USUAL_LENGTH = 200;
const MOST = { written: 1000, own: 500 }; // symbols of a text that can still grow
const LONGEST_IN_ADDRESS = 500; // characters of a typed text

export class Sheet {
  /** From the words of an address. `typed`: a text that is too long for one, or null. */
  constructor(vocabulary, words, typed) {
    this.vocabulary = vocabulary;
    this.own = null; // { symbols, pieces, picked }; pieces are the symbols as they were spelled
    this.typed = words.text ?? (words.written === null ? typed : null);
    if (this.typed !== null) this.own = read(vocabulary, this.typed);
    else if (words.written !== null) this.own = spelled(vocabulary, words.written, words.picked);
    const least = this.own ? this.own.symbols.length : 0;
    this.length = words.length === null ? least : Math.max(Number(words.length), least);
    if (!this.own && words.length === null) this.length = USUAL_LENGTH;
    this.branches = readBack(words.branches ?? "", vocabulary.ids) ?? [TRUNK];
    this.branch = Math.min(Number(words.branch ?? Infinity), this.branches.length - 1);
    this.beside = words.beside; // the word of the branch to compare with, "none", or null: its parent
    this.setPosition(words.position === null ? null : Number(words.position));
  }

  /** The words of an address for all of this. */
  get words() {
    const { own, typed, branches, branch } = this;
    const isShort = typed !== null && Array.from(typed).length <= LONGEST_IN_ADDRESS;
    const usual = own ? own.symbols.length : USUAL_LENGTH;
    const isSpelled = own && typed === null;
    return {
      text: isShort ? typed : null,
      written: isSpelled ? wordOf(this.vocabulary, own.symbols) : null,
      picked: isSpelled && own.picked.length ? own.picked.join(",") : null,
      branches: writtenDown(branches) || null,
      branch: branch === branches.length - 1 ? null : String(branch),
      beside: this.beside,
      length: this.length === usual ? null : String(this.length),
      position: this.position === null ? null : String(this.position),
    };
  }

  get shown() {
    return this.branches[this.branch];
  }

  /** The branch to compare with, or null: the nearest ancestor of the shown one, unless one was chosen. */
  get compared() {
    const { branches, branch, beside, shown } = this;
    if (beside !== null) return beside === "none" || Number(beside) === branch ? null : branches[beside] ?? null;
    const ends = shown.map((_, end) => end).reverse();
    const parent = ends.map((end) => indexIn(branches, shown.slice(0, end))).find((each) => each >= 0);
    return parent === undefined ? null : branches[parent];
  }

  get isFull() {
    return this.length >= (this.own ? MOST.own : MOST.written);
  }

  /** The fixed symbols of a branch: a Map from positions to symbols. */
  picksOf(branch) {
    const fork = branch.length ? branch[0][0] : Infinity;
    const own = this.own ? this.own.symbols.slice(0, fork) : [];
    return new Map([...own.entries(), ...branch]);
  }

  /** The positions in a branch that were chosen by hand. */
  pickedIn(branch) {
    const fork = branch.length ? branch[0][0] : Infinity;
    const own = this.own ? this.own.picked.filter((position) => position < fork) : [];
    return [...own, ...branch.map(([position]) => position)].filter((position) => position < this.length);
  }

  /** How the symbols of a branch are spelled. */
  piecesOf(branch, symbols) {
    if (this.typed === null) return symbols;
    const fork = branch.length ? branch[0][0] : Infinity;
    return symbols.map((symbol, position) => (position < fork ? this.own.pieces[position] : null) ?? symbol);
  }

  // A person's actions

  /** null means the end of the text. */
  setPosition(position) {
    this.position = position === null || position >= this.length ? null : position;
  }

  /** Adds a symbol, drawn or picked by hand, after `symbols`, those of the shown branch. */
  append(symbols, symbol, isPicked) {
    const at = this.length;
    if (this.own && !this.shown.length) {
      const picked = isPicked ? [...this.own.picked, at] : this.own.picked;
      this.#setOwn([...symbols, symbol], picked);
    } else {
      this.length += 1;
      if (isPicked) this.#replaceShown(withPick(this.shown, at, symbol));
    }
    this.position = null;
  }

  /** Another symbol within the text. `isTyped`: the next position is selected, to continue typing. */
  choose(position, symbol, stands, isTyped) {
    if (symbol !== stands) {
      const branch = withPick(this.shown, position, symbol);
      const goesOn = isTyped && this.shown.at(-1)?.[0] === position - 1;
      if (goesOn) this.#replaceShown(branch);
      else this.#show(grown(this.branches, branch), branch);
    }
    this.setPosition(isTyped ? position + 1 : position);
  }

  /** The text ends before a position. */
  cut(position) {
    const { own, shown } = this;
    const left = shown.filter(([at]) => at < position);
    if (own && own.symbols.length > position) {
      this.#setOwn(own.symbols.slice(0, position), own.picked);
    }
    this.length = position;
    if (left.length < shown.length) this.#replaceShown(left);
    this.position = null;
  }

  /** A person's own text; `picked` are positions that were chosen by hand. */
  keep(symbols, picked = []) {
    if (symbols.length > MOST.own) return this.type(symbols.join("")); // no address holds it
    this.length = symbols.length;
    this.#setOwn(symbols, picked);
    this.setPosition(this.position);
    return this.removeBranches();
  }

  type(text) {
    this.typed = text;
    this.own = read(this.vocabulary, text);
    this.length = this.own.symbols.length;
    this.removeBranches();
    this.position = null;
  }

  /** The model writes the text, with what was picked by hand. */
  letWrite(length, picks) {
    this.own = this.typed = null;
    this.length = Math.min(length || USUAL_LENGTH, MOST.written);
    this.#show(grown([TRUNK], picks), picks);
    this.setPosition(this.position);
  }

  setLength(length) {
    if (length < this.length) this.cut(length);
    else this.length = length;
    this.setPosition(this.position);
  }

  lookAt(branch) {
    this.branch = branch;
  }

  removeBranches() {
    this.#show([TRUNK], TRUNK);
  }

  #setOwn(symbols, picked) {
    this.own = { symbols, pieces: symbols, picked: picked.filter((position) => position < symbols.length) };
    this.typed = null;
    this.length = Math.max(symbols.length, this.length);
  }

  /** The shown branch becomes another one. */
  #replaceShown(branch) {
    const others = this.branches.filter((each) => each !== this.shown || !each.length);
    this.#show(grown(others, branch), branch);
  }

  #show(branches, branch) {
    this.branches = branches;
    this.branch = indexIn(branches, branch);
    this.beside = null;
  }
}

function read(vocabulary, text) {
  const reading = vocabulary.read(text);
  return {
    symbols: reading.ids.map((id) => vocabulary.symbols[id]),
    pieces: vocabulary.tokensOf(reading.text),
    picked: [],
  };
}

function spelled({ symbols, unknownIds, ids }, word, picked) {
  const given = unknownIds.length
    ? word.split(".").filter(Boolean).map((id) => symbols[id])
    : Array.from(word);
  const known = given.filter((symbol) => ids.has(symbol));
  const positions = (picked ?? "").split(",").filter(Boolean).map(Number);
  return { symbols: known, pieces: known, picked: positions.filter((position) => position < known.length) };
}

function wordOf({ unknownIds, ids }, symbols) {
  return unknownIds.length ? symbols.map((symbol) => ids.get(symbol)).join(".") : symbols.join("");
}
