// The page Temperature: the model writes, the dial turns, and the text follows.
//
// Everything is computed here. The server provides the model, once, and later the invented words and
// copies of a text at rest, which only it can find.

import { Writing } from "../../../browser/writing.js";
import {
  colourOf, createDial, endDial, setModelOfDial, setRange, showLogits, turn,
} from "../dial/dial.js";
import { lookAs } from "../dial/dial_events.js";
import { Draw } from "../draw/draw.js";
import { SeedAndLength } from "../seed_and_length/seed_and_length.js";
import { Characters } from "../shared/characters.js";
import { mounted } from "../shared/mount.js";
import { Player } from "../shared/player.js";
import { Slices } from "../shared/slices.js";
import { Source } from "../shared/source.js";
import { AddressWords } from "../shared/words.js";
import { Tally } from "./tally.js";
import { temperatureAt, turnsAfter, turnsFrom, wordOfTurns } from "./turns.js";

const SLOWEST_DROP = 30; // symbols per second; at higher speeds the random number does not visibly drop

export class Writer {
  constructor(root) {
    const find = (name) => root.querySelector(`.${name}`);
    Object.assign(this, { root, find, turns: [[0, 1]], selected: null, invented: null });
    this.words = new AddressWords(() => this.dial.isTurning());
    this.dial = createDial(root.querySelector(".dial"), {
      turned: (temperature) => this.#turned(temperature),
      letGo: () => this.words.sendNow(),
      viewed: (view) => this.words.set(view),
      pointed: (words) => this.draw.say(words),
      pick: null,
    });
    this.draw = new Draw(find("draw"));
    this.text = new Characters(find("text"), (position) => this.#look(position));
    this.player = new Player(root, this.words, find("text"), {
      show: () => this.#showText(),
      changed: () => this.#played(),
    });
    this.slices = new Slices((isDone) => this.#written(isDone));
    this.tally = new Tally(find("tally"), this.dial);
    this.asked = new SeedAndLength(root, {
      seed: (seed) => this.#setSeed(seed),
      length: (length) => this.#setLength(length),
      text: () => this.data.prompt + this.writing.text,
    });
    this.source = new Source(root, find("failure"), (model) => this.#opened(model));
  }

  // What comes from the page

  receive(data, { setStateValue }) {
    const isNews = this.words.receive(data, (state) => setStateValue("state", state));
    this.data = data;
    this.invented = data.invented;
    this.find("marks-legend").textContent = data.legend;
    if (isNews) this.#takeWords(data.words);
    if (this.source.receive(data) && isNews) this.#begin();
    this.#mark();
  }

  #takeWords(words) {
    setRange(this.dial, this.data);
    lookAs(this.dial, words);
    this.player.setSpeed(words.speed);
    this.asked.take(words, this.data);
    this.turns = turnsFrom(Number(words.temperature), words.turns);
    this.shown = words.shown ? Number(words.shown) : null;
    this.selected = words.position ? Number(words.position) - 1 : null;
    for (const input of this.root.querySelectorAll("[name=acts]")) {
      input.checked = (input.value === "rest") === this.turns.length > 1;
    }
    if (!this.dial.isTurning()) turn(this.dial, Number(words.temperature));
  }

  #opened(model) {
    if (model !== this.model) {
      this.model = model;
      setModelOfDial(this.dial, model, this.data.words.symbol);
      this.asked.setUnit(model.unit);
    }
    this.#begin();
  }

  // Writing

  /** A new text: another model, prompt, seed or strategy. */
  #begin() {
    const { model, data } = this;
    this.ids = model.vocabulary.read(data.prompt).ids;
    this.writing = new Writing(model, this.ids, this.asked.seed, {
      temperatureAt: temperatureAt(this.turns),
      strategies: data.strategies,
    });
    this.text.setPrompt(data.prompt);
    this.player.setLength(this.asked.length);
    const { shown, selected } = this;
    if (shown === null && selected === null) this.player.startFrom(0);
    else this.player.pauseAt(shown ?? this.asked.length);
    this.slices.start([this.writing], this.asked.length);
  }

  #turned(temperature) {
    const actsOnRest = this.root.querySelector("[name=acts]:checked").value === "rest";
    const from = actsOnRest && !this.player.isComplete ? this.player.count : 0;
    this.turns = turnsAfter(this.turns, from, temperature);
    this.words.set({ temperature: String(temperature), turns: wordOfTurns(this.turns) });
    if (!this.writing) return;
    this.writing.rewrite({ temperatureAt: temperatureAt(this.turns) });
    this.marksChange = from === 0;
    this.slices.start([this.writing], this.asked.length);
  }

  #setSeed(seed) {
    this.#forget();
    this.words.set({ seed: String(seed) });
    if (this.source.isOpen) this.#begin();
  }

  #setLength(length) {
    this.words.set({ length: String(length) });
    if (!this.source.isOpen) return;
    this.player.setLength(length);
    this.slices.start([this.writing], length);
  }

  /** Nothing is selected or paused any more. */
  #forget() {
    this.selected = this.shown = null;
    this.turns = [[0, this.dial.temperature]];
    this.words.set({ position: null, shown: null, turns: null });
  }

  #written(isDone) {
    this.isWritten = isDone;
    this.root.setAttribute("aria-busy", String(!isDone));
    this.#showText();
    const { changed } = this.writing;
    this.text.setClass("changed", this.marksChange && changed !== null ? [[changed, changed + 1]] : []);
    this.#rest();
  }

  // Showing

  #showText() {
    if (!this.writing) return;
    this.text.show(this.writing.symbols.slice(0, this.player.count));
    const colour = (_, position) =>
      colourOf(this.dial.colours, temperatureAt(this.turns)(position));
    this.text.setColours(this.turns.length > 1 ? this.text.symbols.map(colour) : null);
    this.#showMoment();
  }

  /** The distribution and the draw of the selected character, or of the newest. */
  #showMoment() {
    const { writing, model, player } = this;
    const position = this.selected ?? Math.max(player.count - 1, 0);
    const isDrawn = this.selected !== null || player.count > 0;
    if (position > writing.steps.length || (isDrawn && !writing.steps[position])) return;
    const temperature = isDrawn ? writing.temperatureAt(position) : this.dial.temperature;
    const { logits, probabilities } = writing.distributionAt(position);
    showLogits(this.dial, logits, this.data.strategies, temperature);
    this.tally.setMoment(probabilities, this.asked.seed);
    this.draw.show({
      probabilities,
      labels: model.labels,
      step: isDrawn ? writing.steps[position] : null,
      colour: colourOf(this.dial.colours, temperature),
      drops: player.rate <= SLOWEST_DROP || !player.playing,
      said: temperature === 0 ? " At T = 0 the likeliest is taken." : "",
    });
    this.text.setCurrent(this.selected);
  }

  #look(position) {
    this.selected = position === this.selected ? null : position;
    this.words.set({ position: this.selected === null ? null : String(this.selected + 1) });
    if (this.player.playing) this.player.pause();
    this.#showMoment();
  }

  /** The person played, paused or stepped, or one more character is shown. */
  #played() {
    if (this.player.playing && this.selected !== null) {
      this.selected = null;
      this.words.set({ position: null });
    }
    this.#rest();
  }

  /** A complete text at rest is sent to the server, which knows the words of the corpus. */
  #rest() {
    const isResting = this.isWritten && this.player.isComplete && this.writing;
    if (!isResting) return;
    this.words.setText(this.writing.text);
    this.player.announce(this.model.unit);
  }

  #mark() {
    const isOfThisText = this.writing && this.invented.texts[0] === this.writing.text;
    this.text.setClass("invented", isOfThisText ? this.invented.spans[0] : []);
    this.find("marks-legend").hidden = !isOfThisText;
  }

  end() {
    this.player.end();
    this.slices.stop();
    this.words.end();
    this.tally.end();
    endDial(this.dial);
  }
}

export default mounted(".writer", Writer);
