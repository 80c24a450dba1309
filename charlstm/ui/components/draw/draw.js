// One draw as a picture: all probability as one line, cut into a piece for every symbol in the order
// of the vocabulary. The random number drops onto the line and picks the symbol of its piece.

import { make } from "../shared/elements.js";
import { probabilityWords } from "../shared/probability.js";

const LEAST = 0.006; // neighbours that are less likely share a piece
const LEAST_LABELLED = 0.016;

/** The picture in a `.draw` element. */
export class Draw {
  constructor(root) {
    this.root = root;
    this.pieces = root.querySelector(".pieces");
    this.needle = root.querySelector(".needle");
    this.words = root.querySelector(".draw-words");
  }

  /**
   * Shows a distribution, and the draw from it if there was one: { symbol, drawn, uniform, bits }.
   * `said` is what the sentence goes on with.
   */
  show({ probabilities, labels, step, colour, drops, said = "" }) {
    this.root.style.setProperty("--temperature-colour", colour);
    const pieces = piecesOf(probabilities, step?.symbol);
    pieces.forEach((piece, index) => this.#showPiece(index, piece, labels, step));
    for (const extra of [...this.pieces.children].slice(pieces.length)) extra.remove();
    this.needle.hidden = !step;
    this.sentence = step ? sentence(step, labels) + said : "";
    this.say(null);
    if (!step) return;
    this.needle.style.left = `${step.uniform * 100}%`;
    this.needle.getAnimations().forEach((each) => each.cancel());
    if (drops) {
      this.needle.animate([{ translate: "-50% -14px" }, { translate: "-50% 0" }], {
        duration: 140,
        easing: "ease-in",
      });
    }
  }

  /** Something else than the sentence about the draw, for a moment; null: that sentence. */
  say(words) {
    this.words.textContent = words ?? this.sentence;
  }

  #showPiece(index, { from, to, symbol }, labels, step) {
    const piece = this.pieces.children[index] ?? this.pieces.appendChild(make("span"));
    piece.style.width = `${(to - from) * 100}%`;
    piece.textContent = symbol !== null && to - from >= LEAST_LABELLED ? labels[symbol] : "";
    piece.className = symbol !== null && symbol === step?.symbol ? "picked" : "";
  }
}

/** Pieces of the line: [{ from, to, symbol }], symbol null where several share it. */
function piecesOf(probabilities, picked) {
  const pieces = [];
  let from = 0;
  probabilities.forEach((p, symbol) => {
    if (p === 0) return;
    const last = pieces.at(-1);
    const isSmall = p < LEAST && symbol !== picked;
    if (isSmall && last?.isSmall) Object.assign(last, { to: from + p, symbol: null });
    else pieces.push({ from, to: from + p, symbol, isSmall });
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
