// One draw as a picture: the whole probability as one line, with a piece for every symbol in the order
// of the vocabulary. The random number drops onto the line and picks the symbol of its piece.

import { make } from "../shared/elements.js";
import { probabilityWords } from "../shared/probability.js";

const LEAST = 0.006; // less likely neighbours share a piece
const LEAST_LABELLED = 0.016;

/** The picture in a `.draw` element. */
export class Draw {
  constructor(root) {
    this.root = root;
    this.pieces = new Pieces(root.querySelector(".pieces"));
    this.needle = root.querySelector(".needle");
    this.words = root.querySelector(".draw-words");
  }

  /**
   * Shows a distribution, and the draw from it if there was one: { symbol, drawn, uniform, bits }.
   * `said` continues the sentence.
   */
  show({ probabilities, labels, step, colour, drops, said = "" }) {
    this.root.style.setProperty("--temperature-colour", colour);
    this.pieces.show(probabilities, labels, step?.symbol);
    this.sentence = step ? sentence(step, labels) + said : "";
    this.say(null);
    pointAt(this.needle, step?.uniform, drops);
  }

  /** Replaces the sentence about the draw for a moment; null restores it. */
  say(words) {
    this.words.textContent = words ?? this.sentence;
  }
}

/** Drops a needle onto the line at the random number, if there is one. */
export function pointAt(needle, uniform, drops) {
  needle.hidden = uniform === undefined;
  needle.style.left = `${uniform * 100}%`;
  needle.drop?.cancel(); // getAnimations would cost a layout of the page
  if (!drops || needle.hidden) return;
  needle.drop = needle.animate([{ translate: "-50% -14px" }, { translate: "-50% 0" }], {
    duration: 140,
    easing: "ease-in",
  });
}

/** A distribution as the pieces of one line, in an element. */
export class Pieces {
  constructor(element) {
    this.element = element;
  }

  /** `picked` is the symbol that was picked, if there is one. */
  show(probabilities, labels, picked) {
    const pieces = piecesOf(probabilities, picked);
    pieces.forEach((piece, index) => this.#showPiece(index, piece, labels, picked));
    for (const extra of [...this.element.children].slice(pieces.length)) extra.remove();
  }

  #showPiece(index, piece, labels, picked) {
    const { from, to, p, symbol, count } = piece;
    const element = this.element.children[index] ?? this.element.appendChild(make("span"));
    const label = count > 1 ? `${count} symbols` : `“${labels[symbol]}”`;
    element.style.width = `${p * 100}%`;
    element.textContent = hasLabel(piece) ? labels[symbol] : "";
    element.className = symbol === picked ? "picked" : "";
    element.title = `${label}: ${probabilityWords(p)}, from ${from.toFixed(6)} to ${to.toFixed(6)}`;
  }
}

/** Whether there is room for the label of a piece. */
export function hasLabel({ p, count }) {
  return count === 1 && p >= LEAST_LABELLED;
}

/** Pieces of the line: [{ from, to, p, symbol, count }]; the first symbol if several share one. */
export function piecesOf(probabilities, picked) {
  const pieces = [];
  let from = 0;
  probabilities.forEach((p, symbol) => {
    if (p === 0) return;
    const last = pieces.at(-1);
    const isSmall = p < LEAST && symbol !== picked;
    if (isSmall && last?.isSmall) {
      last.to += p;
      last.p += p;
      last.count += 1;
    } else {
      pieces.push({ from, to: from + p, p, symbol, count: 1, isSmall });
    }
    from += p;
  });
  return pieces;
}

function sentence({ symbol, drawn, uniform, probability, bits }, labels) {
  const cost = `p = ${probabilityWords(probability)}, ${bits.toFixed(2)} bits`;
  const number = uniform.toFixed(3);
  if (symbol === drawn) return `The random number ${number} picks “${labels[symbol]}”: ${cost}.`;
  return `“${labels[symbol]}” was chosen by hand: ${cost}. The random number ${number} would have
 picked “${labels[drawn]}”.`;
}
