// The page By hand: one text, what each of its characters cost, and what else each could have been.
//
// Everything is computed here. The server provides the model, once, and later the invented words and
// copies of a text at rest, which only it can find.

import { TRUNK } from "../../../browser/trails.js";
import { typedToken } from "../../../browser/typed.js";
import {
  colourOf, createDial, endDial, setModelOfDial, setRange, showLogits, turn,
} from "../dial/dial.js";
import { lookAs, select } from "../dial/dial_events.js";
import { Draw } from "../draw/draw.js";
import { seedWithin, unitsWord } from "../seed_and_length/seed_and_length.js";
import { Characters } from "../shared/characters.js";
import { mounted } from "../shared/mount.js";
import { figure, pathWords, probabilityWords } from "../shared/probability.js";
import { Slices } from "../shared/slices.js";
import { Source } from "../shared/source.js";
import { AddressWords } from "../shared/words.js";
import { Paths, billOf, fractionsOf, rankAt, stepsOf } from "./paths.js";
import { Sheet } from "./sheet.js";
import { Tree } from "./tree.js";

const DROP_MS = 700; // how long the draw of a new character is shown
const MEANING = {
  bits: "the more bits it cost",
  probability: "the less probable it was",
  rank: "the more characters were likelier",
};

export class Hand {
  constructor(root) {
    const find = (name) => root.querySelector(`.${name}`);
    Object.assign(this, { root, find, sheet: null, paths: null, colour: "bits", dropped: null, timer: 0 });
    this.words = new AddressWords(() => this.dial.isTurning());
    this.dial = createDial(root.querySelector(".dial"), {
      turned: (temperature) => this.#turned(temperature),
      letGo: () => this.words.sendNow(),
      viewed: ({ order, scale }) => this.words.set({ order, scale }),
      pointed: (words) => this.draw.say(words),
      pick: (symbol) => this.#pick(symbol),
    });
    this.draw = new Draw(find("draw"));
    this.text = new Characters(find("shown"), (position) => this.#look(position), { hasEnd: true });
    this.other = new Characters(find("beside"));
    this.tree = new Tree(find("tree"), {
      look: (branch) => this.#change(() => this.sheet.lookAt(branch)),
      compare: (word) => this.#change(() => (this.sheet.beside = word)),
    });
    this.slices = new Slices((isDone) => this.#written(isDone));
    this.source = new Source(root, find("failure"), (model) => this.#opened(model));
    this.#listen();
  }

  #listen() {
    const press = (name, act) => this.find(name).addEventListener("click", () => this.#change(act));
    press("one", () => this.#letDraw(1));
    press("ten", () => this.#letDraw(10));
    press("undo", () => this.sheet.cut(this.sheet.position ?? this.sheet.length - 1));
    press("empty", () => this.sheet.keep([]));
    press("prune", () => this.sheet.removeBranches());
    this.find("new-text").addEventListener("click", () => this.#newText());
    this.find("type").addEventListener("click", () => this.#openTyping(this.find("typed-field").hidden));
    this.find("typed").addEventListener("input", ({ target }) => {
      this.#change(() => this.sheet.type(target.value));
    });
    this.find("word").addEventListener("change", ({ target }) => this.#typeWord(target));
    this.find("seed").addEventListener("change", ({ target }) => this.#setSeed(target.valueAsNumber));
    this.find("text-length").addEventListener("change", ({ target }) => {
      const length = Math.min(Math.max(Math.round(target.valueAsNumber) || 0, 0), this.data.maxLength);
      this.#change(() => this.sheet.setLength(length));
    });
    this.root.querySelector(".colours").addEventListener("change", ({ target }) => {
      this.colour = target.value;
      this.#change(() => {});
    });
    this.root.querySelector(".stays").addEventListener("change", ({ target }) => {
      this.#change(() => this.#stay(target.value === "1"));
    });
    const at = ({ target }) => {
      const index = target.closest?.(".character")?.dataset.index;
      this.#say(index === undefined ? null : Number(index));
    };
    this.find("shown").addEventListener("pointerover", at);
    this.find("shown").addEventListener("pointerleave", () => this.#say(null));
    this.find("shown").addEventListener("keydown", (event) => this.#keyed(event));
  }

  // What comes from the page

  receive(data, { setStateValue }) {
    const isNews = this.words.receive(data, (state) => {
      setStateValue("state", { ...state, typed: this.sheet?.typed ?? null });
    });
    this.data = data;
    this.find("marks-legend").textContent = data.legend;
    if (isNews) this.#takeWords(data.words);
    if (this.source.receive(data) && isNews) this.#begin();
    this.#mark();
  }

  #takeWords(words) {
    setRange(this.dial, this.data);
    lookAs(this.dial, words);
    this.seed = Number(words.seed);
    this.colour = words.colour;
    for (const input of this.root.querySelectorAll("[name=colour]")) {
      input.checked = input.value === words.colour;
    }
    if (!this.dial.isTurning()) turn(this.dial, Number(words.temperature));
  }

  #opened(model) {
    if (model !== this.model) {
      this.model = model;
      setModelOfDial(this.dial, model);
      const units = unitsWord(model.unit);
      for (const each of this.root.querySelectorAll(".unit")) each.textContent = units;
      this.find("word-field").hidden = model.unit !== "token";
      this.answer = null;
    }
    this.#begin();
  }

  #fail(words) {
    this.find("failure").textContent = words;
    this.find("failure").hidden = false;
  }

  /** The text of the address, from the prompt on. */
  #begin() {
    const { model, words, data } = this;
    this.sheet = new Sheet(model.vocabulary, words.words, data.typed);
    this.paths = null;
    if (this.sheet.typed !== null) {
      this.find("typed").value = this.sheet.typed;
      this.#openTyping(true, false);
    }
    this.#compute();
  }

  // What a person does

  /** Changes the sheet; text, figures and address follow. */
  #change(act) {
    if (!this.sheet) return;
    this.answer = null;
    this.find("failure").hidden = true;
    this.#forgetDrop();
    this.paths?.of(this.sheet.shown).write(this.sheet.length); // a person acts on the complete text
    try {
      act();
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.#fail(error.message);
    }
    this.words.set({ ...this.sheet.words, colour: this.colour, seed: String(this.seed) });
    this.#compute();
  }

  #turned(temperature) {
    this.words.set({ temperature: String(temperature) });
    if (!this.paths) return;
    this.#forgetDrop();
    this.paths.turn(temperature);
    this.#write();
  }

  #letDraw(count) {
    const { sheet } = this;
    const shown = this.paths.of(sheet.shown);
    shown.write(sheet.length + count);
    for (let n = 0; n < count && !sheet.isFull; n += 1) {
      const symbols = this.#symbols(shown, sheet.length + 1);
      sheet.append(symbols.slice(0, -1), symbols.at(-1), false);
    }
    if (count === 1) this.dropped = sheet.length - 1;
  }

  /** A symbol is chosen for the selected position. */
  #pick(id, isTyped = false) {
    this.#change(() => {
      const { sheet, model } = this;
      const symbol = model.vocabulary.symbols[id];
      const symbols = this.#symbols(this.paths.of(sheet.shown), sheet.length);
      if (sheet.position !== null) sheet.choose(sheet.position, symbol, symbols[sheet.position], isTyped);
      else if (!sheet.isFull) sheet.append(symbols, symbol, true);
    });
  }

  #keyed(event) {
    if (event.altKey || event.ctrlKey || event.metaKey || !this.sheet) return;
    const key = event.key === "Enter" ? "\n" : event.key;
    const isCharacter = Array.from(key).length === 1;
    if (isCharacter) event.stopPropagation(); // Streamlit listens for single letters on the page
    if (event.key === "Escape") this.#look(null);
    else if (event.key === "Backspace") this.#change(() => this.#takeBack());
    else if (isCharacter && this.model.unit === "character") this.#typeCharacter(key);
    else return;
    event.preventDefault();
  }

  #takeBack() {
    const { sheet } = this;
    if (sheet.position === null && sheet.length) sheet.cut(sheet.length - 1);
    else sheet.setPosition(Math.max((sheet.position ?? 0) - 1, 0));
  }

  #typeCharacter(key) {
    const { ids } = this.model.vocabulary.read(key);
    if (!ids.length) this.find("cost").textContent = `The model has never seen “${key}”.`;
    for (const id of ids) this.#pick(id, true);
  }

  /** A word that has no bar. */
  #typeWord(field) {
    if (!field.value.trim()) return;
    const { sheet, model } = this;
    const { logits, probabilities } = this.#momentOf(sheet.position ?? sheet.length);
    try {
      const found = typedToken(model.vocabulary, field.value, logits);
      const id = model.vocabulary.ids.get(found.symbol);
      field.value = "";
      const words = wordsOfTyped(found, probabilities[id], this.dial.temperature, model.labels, model.vocabulary);
      this.#pick(id);
      this.#answer(words);
    } catch (error) {
      this.#answer(error.message); // the word stays in the field, to be corrected
    }
  }

  /** It stays until the next thing that a person does. */
  #answer(words) {
    this.answer = words;
    this.#say(null);
  }

  /** Whether the dial leaves the text as it is. */
  #stay(stays) {
    const { sheet } = this;
    const symbols = this.#symbols(this.paths.of(sheet.shown), sheet.length);
    const picked = sheet.pickedIn(sheet.shown);
    if (stays) sheet.keep(symbols, picked);
    else sheet.letWrite(sheet.length, picked.map((position) => [position, symbols[position]]));
  }

  /** The model writes another text; in place of a person's text, its own. */
  #newText() {
    const { sheet, seed } = this;
    if (!sheet) return;
    this.#openTyping(false);
    if (sheet.own || sheet.branches.length > 1) {
      this.#change(() => sheet.letWrite(sheet.own ? 0 : sheet.length, TRUNK));
    } else {
      this.#setSeed(seed + 1);
    }
  }

  #setSeed(seed) {
    this.seed = seedWithin(seed, this.data.maxSeed);
    this.paths = null;
    this.#change(() => {});
  }

  #openTyping(isOpen, focuses = true) {
    this.find("typed-field").hidden = !isOpen;
    this.find("type").setAttribute("aria-expanded", String(isOpen));
    if (!isOpen || !focuses) return;
    this.find("typed").value = this.sheet.typed ?? (this.sheet.own ? this.sheet.own.symbols.join("") : "");
    this.find("typed").focus();
  }

  /** Another position is selected; `length` or null is the end. */
  #look(position) {
    if (!this.sheet) return;
    this.#forgetDrop();
    this.sheet.setPosition(position);
    this.words.set(this.sheet.words);
    this.#showMoment();
    this.#say(this.sheet.position);
    this.#showButtons();
  }

  // Writing

  #compute() {
    const { model, data, sheet, seed, dial } = this;
    this.paths ??= new Paths(model, model.vocabulary.read(data.prompt).ids, seed, dial.temperature);
    this.paths.update(sheet);
    this.#write();
  }

  /** The visible branches first, then the others of the tree. */
  #write() {
    const { sheet, paths } = this;
    const seen = [sheet.shown, sheet.compared].filter(Boolean).map((branch) => paths.of(branch));
    this.isSeen = false;
    this.slices.start(seen, sheet.length);
  }

  #written(isDone) {
    if (isDone && !this.isSeen) {
      this.isSeen = true;
      this.#show();
      this.slices.start(this.paths.all, this.sheet.length);
      return;
    }
    if (this.isSeen) this.tree.show(this.sheet, this.paths);
    else this.#show();
    this.root.setAttribute("aria-busy", String(!isDone));
  }

  // Showing

  #symbols(writing, length) {
    const { symbols } = this.model.vocabulary;
    return stepsOf(writing, length).map(({ symbol }) => symbols[symbol]);
  }

  #momentOf(position) {
    const writing = this.paths.of(this.sheet.shown);
    writing.write(Math.min(position, this.sheet.length));
    return writing.distributionAt(position);
  }

  #show() {
    const { sheet, data } = this;
    const { shown, compared } = sheet;
    this.text.setPrompt(data.prompt);
    this.other.setPrompt(data.prompt);
    const pieces = this.#showText(this.text, shown);
    this.find("beside").hidden = compared === null;
    if (compared) {
      const others = this.#showText(this.other, compared);
      const fork = pieces.findIndex((piece, position) => piece !== others[position]);
      for (const text of [this.text, this.other]) text.setClass("differs", fork < 0 ? [] : [[fork, fork + 1]]);
    } else {
      this.text.setClass("differs", []);
    }
    this.#showBill();
    this.#showMoment();
    this.#say(null);
    this.#showButtons();
    this.#rest(pieces);
  }

  #showText(characters, branch) {
    const { sheet, paths, colour } = this;
    const writing = paths.of(branch);
    const steps = stepsOf(writing, sheet.length);
    const pieces = sheet.piecesOf(branch, this.#symbols(writing, sheet.length));
    characters.show(pieces);
    characters.setFractions(fractionsOf(writing, steps, colour));
    characters.setClass("marked", sheet.pickedIn(branch).map((position) => [position, position + 1]));
    return pieces;
  }

  #showBill() {
    const { sheet, paths, model } = this;
    const steps = stepsOf(paths.of(sheet.shown), sheet.length);
    const { bits, expectedBits } = billOf(steps);
    const pieces = sheet.piecesOf(sheet.shown, this.#symbols(paths.of(sheet.shown), sheet.length));
    // The mean leaves unknown words out: their bits are those of a token, not of their letters.
    const isKnown = ({ symbol }) => !model.vocabulary.unknownIds.includes(symbol);
    const knownBits = billOf(steps.filter(isKnown)).bits;
    const characters = Array.from(pieces.filter((_, at) => isKnown(steps[at])).join("")).length;
    const isNoneLeft = sheet.typed && !steps.length; // the model knows no character of the text
    const bitsOrNone = (amount) => (isNoneLeft ? "–" : `${figure(amount)} bits`);
    this.find("count").textContent = String(steps.length);
    this.find("by-hand").textContent = `${sheet.pickedIn(sheet.shown).length} by hand`;
    this.find("spent").textContent = bitsOrNone(bits);
    this.find("path").textContent = steps.length ? `probability ${pathWords(-bits)}` : "";
    this.find("expected").textContent = bitsOrNone(expectedBits);
    const mean = Number.isFinite(knownBits) ? (knownBits / characters).toFixed(3) : "infinitely many";
    this.find("mean").textContent = characters ? `${mean} bits` : "–";
    Object.assign(this.root.dataset, { bits: String(bits), expectedBits: String(expectedBits), run: model.run });
  }

  /** The bars and the draw of the selected position. */
  #showMoment() {
    const { sheet, model, dial } = this;
    const at = sheet.position ?? sheet.length;
    const writing = this.paths.of(sheet.shown);
    if (at > writing.steps.length) return; // it is being written
    const { logits, probabilities } = writing.distributionAt(at);
    const step = sheet.position === null ? null : writing.steps[at];
    showLogits(dial, logits);
    select(dial, step ? step.symbol : null);
    this.find("moment").textContent = step
      ? `What else could ${model.unit} ${at + 1} be?`
      : "What could come next?";
    const drop = this.dropped ?? at;
    const isDropping = this.dropped !== null && writing.steps[drop];
    this.draw.show({
      probabilities: isDropping ? writing.distributionAt(drop).probabilities : probabilities,
      labels: model.labels,
      step: isDropping ? writing.steps[drop] : step,
      colour: colourOf(dial.colours, dial.temperature),
      drops: isDropping || this.dropping !== at,
    });
    this.dropping = at;
    if (isDropping) {
      window.clearTimeout(this.timer);
      this.timer = window.setTimeout(() => {
        this.#forgetDrop();
        this.#showMoment();
      }, DROP_MS);
    }
    this.text.setCurrent(sheet.position);
    this.find("shown").classList.toggle("at-end", sheet.position === null);
    this.#scroll();
  }

  /** Keeps the selected position of a long text visible. */
  #scroll() {
    const box = this.find("texts");
    if (box.scrollHeight <= box.clientHeight) return;
    const span = this.text.spans[this.sheet.position];
    const top = span ? span.offsetTop : box.scrollHeight;
    const bottom = top + (span?.offsetHeight ?? 0);
    if (top < box.scrollTop) box.scrollTop = top - 8;
    else if (bottom > box.scrollTop + box.clientHeight) box.scrollTop = bottom - box.clientHeight + 8;
  }

  #forgetDrop() {
    window.clearTimeout(this.timer);
    this.dropped = null;
  }

  /** A sentence about a character, or about how to continue. */
  #say(position) {
    const { sheet, paths, model } = this;
    if (!sheet || !paths) return;
    const writing = paths.of(sheet.shown);
    const step = position === null ? null : stepsOf(writing, sheet.length)[position];
    this.find("cost").textContent = step ? this.#wordsOf(writing, step, position) : this.answer ?? this.#hint();
    this.root.dataset.unit = model.unit;
  }

  #wordsOf(writing, step, position) {
    const { sheet, model } = this;
    const isPicked = sheet.pickedIn(sheet.shown).includes(position);
    const cost = `p = ${probabilityWords(step.probability)}, rank ${rankAt(writing, position)}, ${bitsWords(step.bits)} bits`;
    return `“${model.labels[step.symbol]}”${isPicked ? ", chosen by hand" : ""}: ${cost}; ${step.expectedBits.toFixed(2)} were expected`;
  }

  #hint() {
    const { sheet, model, colour } = this;
    if (!sheet.length) {
      return model.unit === "token"
        ? `Nothing yet: click a bar, type a word, or let the model draw. Any of the ${model.labels.length.toLocaleString("en")} tokens can be typed.`
        : "Nothing yet: click a bar, type a character, or let the model draw.";
    }
    return `The stronger the colour, ${MEANING[colour]}; in a blue frame: chosen by hand. Click a ${model.unit} to see what else it could have been, and choose that: the rest is drawn with the same random numbers.`;
  }

  #showButtons() {
    const { sheet } = this;
    for (const name of ["one", "ten"]) this.find(name).disabled = sheet.isFull;
    this.find("undo").disabled = this.find("empty").disabled = !sheet.length;
    this.find("undo").textContent = sheet.position === null ? "Undo" : "Undo from here";
    this.find("seed").value = String(this.seed);
    this.find("text-length").value = String(sheet.length);
    for (const input of this.root.querySelectorAll("[name=stays]")) {
      input.checked = Boolean(input.value) === Boolean(sheet.own);
    }
    const field = this.find("typed");
    const isElsewhere = field.getRootNode().activeElement !== field;
    if (!this.find("typed-field").hidden && isElsewhere) {
      field.value = sheet.typed ?? (sheet.own ? sheet.own.symbols.join("") : "");
    }
  }

  /** A text at rest is sent to the server, which knows the words of the corpus. */
  #rest(pieces) {
    if (pieces.length < this.sheet.length) return;
    this.words.setText(pieces.join(""));
    this.#mark();
  }

  #mark() {
    const { invented } = this.data;
    const isOfThisText = this.paths && invented.text === this.text.symbols.join("");
    this.text.setClass("invented", isOfThisText ? invented.spans : []);
    this.find("marks-legend").hidden = !isOfThisText;
  }

  end() {
    this.slices.stop();
    this.words.end();
    window.clearTimeout(this.timer);
    endDial(this.dial);
  }
}

function bitsWords(bits) {
  return Number.isFinite(bits) ? bits.toFixed(2) : "infinitely many";
}

/** Which token a typed word was taken for, and the token's probability. */
function wordsOfTyped({ word, symbol, isFolded, isUnknown, likelierThan }, p, temperature, labels, { ids, symbols }) {
  const label = (each) => `“${labels[ids.get(each)]}”`;
  const had = `It had ${probabilityWords(p)} at T = ${temperature}`;
  if (isUnknown) {
    return `“${word}” is not among the ${symbols.length.toLocaleString("en")} tokens of the vocabulary: to this model it is <unk>, so ${label(symbol)} was taken. ${had}.`;
  }
  const other = likelierThan === null ? "" : `, more than ${label(likelierThan)}`;
  return `“${word}” was taken as ${label(symbol)}${isFolded ? ", in lower case" : ""}. ${had}${other}.`;
}

export default mounted(".hand", Hand);
