// The training's timeline: what each checkpoint of a run writes, to be scrubbed and played.
//
// Everything is computed here: checkpoints.js fetches the models and writes the texts, film.js plays,
// timeline_curves.js draws the curves. The server is only told the selected checkpoint, and asked for
// the invented words of a text at rest.

import { byProbability } from "../../../browser/distribution.js";
import { colourOf, createDial, endDial, setModelOfDial, setRange, showLogits, turn } from "../dial/dial.js";
import { lookAs } from "../dial/dial_events.js";
import { SeedAndLength } from "../seed_and_length/seed_and_length.js";
import { Characters } from "../shared/characters.js";
import { fillTexts, findTexts } from "../shared/dial_words.js";
import { modelAt } from "../shared/models.js";
import { mounted } from "../shared/mount.js";
import { answerForPictures, svgPicture } from "../shared/picture.js";
import { AddressWords } from "../shared/words.js";
import { Checkpoints } from "./checkpoints.js";
import { Film } from "./film.js";
import { createCurves, moveRule, setCurves } from "./timeline_curves.js";
import { bits, nats, sharedStart, sharedWords, spokenMoment } from "./timeline_words.js";

const AHEAD = 3; // checkpoints that are fetched and written ahead of the film

export class Timeline {
  constructor(root) {
    const find = (name) => root.querySelector(`.${name}`);
    Object.assign(this, { root, find, texts: findTexts(root), index: 0, moments: [], isScrubbing: false });
    root.querySelector(".dial").classList.add("small");
    this.words = new AddressWords(() => this.dial.isTurning() || this.film.playing || this.isScrubbing);
    this.dial = createDial(root.querySelector(".dial"), {
      turned: () => this.#writeAnew({ temperature: String(this.dial.temperature) }),
      letGo: () => this.words.sendNow(),
      viewed: (view) => this.words.set(view),
      pick: null,
    });
    this.asked = new SeedAndLength(root, {
      seed: (seed) => {
        this.words.set({ seed: String(seed) });
        this.#begin();
      },
      length: (length) => this.#writeAnew({ length: String(length) }),
      text: () => this.data.prompt + this.#symbols(this.index).join(""),
    });
    this.checkpoints = new Checkpoints((index) => this.#more(index));
    this.film = new Film(root, {
      step: () => this.#go(this.index + 1),
      isReady: () => this.checkpoints.isReady(this.index + 1),
      isLast: () => this.index === this.moments.length - 1,
      changed: () => this.#played(),
    });
    this.text = new Characters(find("text"));
    this.curves = createCurves(find("curves"), {
      pick: (index) => {
        this.isScrubbing = true;
        this.#goByHand(index);
      },
      release: () => (this.isScrubbing = false),
    });
    this.slider = root.querySelector(".checkpoint");
    this.#listen();
    const heading = "Loss in nats during the training; blue: training, dashed: held out";
    this.noPicture = answerForPictures({ timeline: () => svgPicture(find("curves"), heading) });
  }

  #listen() {
    const { slider } = this;
    slider.addEventListener("input", () => this.#goByHand(Number(slider.value)));
    slider.addEventListener("pointerdown", () => (this.isScrubbing = true));
    for (const name of ["pointerup", "pointercancel"]) {
      slider.addEventListener(name, () => (this.isScrubbing = false));
    }
    this.find("play").addEventListener("click", () => {
      if (this.film.playing) return this.film.stop();
      this.film.start();
      if (this.index === this.moments.length - 1) this.#go(0);
      return this.#want();
    });
    const targets = { back: () => this.index - 1, step: () => this.index + 1, best: () => this.data.best };
    for (const [name, target] of Object.entries(targets)) {
      const button = this.find(name);
      button.addEventListener("click", () => {
        this.#goByHand(target());
        if (button.disabled) slider.focus(); // keep the focus on the page
      });
    }
    for (const input of this.film.paces) {
      input.addEventListener("change", () => this.words.set({ pace: input.value }));
    }
  }

  // What comes from the page

  receive(data, { setStateValue }) {
    const isNews = this.words.receive(data, (state) => setStateValue("state", state));
    this.data = data;
    const source = JSON.stringify([data.prompt, data.checkpoints]);
    const isOther = source !== this.source;
    this.source = source;
    if (isNews) this.#takeWords(data.words);
    if (isOther) {
      this.#setMoments();
      this.#rank();
    }
    if (isNews || isOther) this.#begin();
    this.invented.set(data.invented.text, data.invented);
    this.#mark();
  }

  #takeWords(words) {
    setRange(this.dial, this.data);
    lookAs(this.dial, words);
    this.film.setPace(words.pace);
    this.asked.take(words, this.data);
    if (!this.dial.isTurning()) turn(this.dial, Number(words.temperature));
  }

  #setMoments() {
    const { training, heldOut, best, checkpoints } = this.data;
    this.invented = new Map(); // by text, the words that the server found in it
    this.moments = checkpoints.map((each) => ({ ...each, failure: "" }));
    this.slider.max = String(this.moments.length - 1);
    this.slider.disabled = this.find("play").disabled = this.moments.length < 2;
    setCurves(this.curves, { training, heldOut, best, moments: this.moments });
  }

  // Writing

  /** New texts: another run, prompt or seed, or an address with other words. */
  #begin() {
    const { prompt, checkpoints } = this.data;
    this.text.setPrompt(prompt);
    this.checkpoints.begin({ addresses: checkpoints.map(({ model }) => model), prompt, seed: this.asked.seed });
    const step = Number(this.words.words.checkpoint);
    this.index = Math.max(this.moments.findIndex((each) => each.step === step), 0);
    this.#writeAnew({});
  }

  /** The order of the symbols is fixed: by their probability at the best checkpoint. */
  async #rank() {
    const { source, data: { best, checkpoints, prompt } } = this;
    this.ranked = undefined;
    if (best === null) return;
    try {
      const model = await modelAt(checkpoints[best].model);
      if (source !== this.source) return;
      this.ranked = byProbability(model.after(model.vocabulary.read(prompt).ids).logits());
      this.#showBars();
    } catch (error) {
      // Then the order is that of the shown checkpoint.
    }
  }

  #writeAnew(words) {
    this.words.set(words);
    this.checkpoints.setHow({ temperature: this.dial.temperature, length: this.asked.length });
    this.find("writing").style.setProperty("--temperature-colour", colourOf(this.dial.colours, this.dial.temperature));
    this.#go(this.index);
  }

  /** Selects a checkpoint. */
  #go(index) {
    this.index = index;
    this.words.set({ checkpoint: String(this.moments[index].step) });
    this.#showMoment();
    this.#showText();
    this.#want();
  }

  /** This checkpoint, the one before it, and what comes next. */
  #want() {
    const { index, moments, film } = this;
    const ahead = Array.from({ length: film.playing ? AHEAD : 1 }, (_, n) => index + 1 + n);
    this.checkpoints.want([index, index - 1, ...ahead].filter((each) => each in moments));
  }

  #goByHand(index) {
    this.film.stop();
    this.#go(index);
  }

  /** A checkpoint has more text, or a failure. */
  #more(index) {
    const { failure } = this.checkpoints.at(index) ?? {};
    if (failure && !this.moments[index].failure) {
      this.moments[index].failure = failure;
      setCurves(this.curves, this.curves.data);
    }
    if (index === this.index || index === this.index - 1) this.#showText();
  }

  #played() {
    this.root.dataset.playing = String(this.film.playing);
    this.find("text").ariaHidden = this.film.playing ? "true" : null; // it is read when the film stops
    if (!this.film.playing) this.#rest();
  }

  /** A text at rest is sent to the server, which knows the words of the corpus. */
  #rest() {
    const { checkpoints, index, film } = this;
    if (film.playing || !checkpoints.isReady(index)) return;
    const isSpoken = this.root.getRootNode().activeElement === this.slider; // the slider itself reads it aloud
    if (!isSpoken) this.find("announcement").textContent = spokenMoment(this.moments[index]);
    const text = this.#symbols(index).join("");
    if (text && !this.invented.has(text)) this.words.setText(text);
  }

  // Showing

  /** The figures of the checkpoint, which are known from the start. */
  #showMoment() {
    const { moments, index, data } = this;
    const moment = moments[index];
    this.slider.value = String(index);
    moveRule(this.curves, index);
    fillTexts(this.texts, {
      "time": moment.time || "unknown time",
      "epoch": moment.epoch === null ? "?" : moment.epoch.toFixed(2),
      "step": moment.step.toLocaleString("en"),
      "number": String(index + 1),
      "count": String(moments.length),
      "loss": nats(moment.loss, moment.time ? "no longer a number" : "–"),
      "loss-bits": bits(moment.loss),
      "held-out": nats(moment.heldOut, "–"),
      "held-out-bits": bits(moment.heldOut),
    });
    this.slider.setAttribute("aria-valuetext", spokenMoment(moment));
    this.find("back").disabled = index === 0;
    this.find("step").disabled = index === moments.length - 1;
    this.find("best").disabled = data.best === null || data.best === index;
    this.root.dataset.step = String(moment.step);
  }

  /** The text written so far, and the distribution before it. */
  #showText() {
    const { checkpoints, index } = this;
    const take = checkpoints.at(index);
    this.root.setAttribute("aria-busy", String(!take));
    this.root.dataset.written = checkpoints.isReady(index) ? String(this.moments[index].step) : "";
    if (!take) return; // the previous content stays, dimmed
    this.find("failure").textContent = take.failure;
    this.find("text").hidden = Boolean(take.failure);
    this.root.dataset.lost = String(Boolean(take.failure));
    this.find("chart").inert = Boolean(take.failure);
    this.text.show(this.#symbols(index));
    this.#showShared();
    this.#showBars();
    this.#mark();
    this.#rest();
  }

  #symbols(index) {
    const { writing } = this.checkpoints.at(index) ?? {};
    if (!writing) return [];
    return writing.symbols.slice(0, this.asked.length);
  }

  /** What the text shares with that of the previous checkpoint, and where they begin to differ. */
  #showShared() {
    const { checkpoints, index } = this;
    const isKnown = index > 0 && checkpoints.isReady(index) && checkpoints.isReady(index - 1);
    const here = this.#symbols(index);
    const before = isKnown ? this.#symbols(index - 1) : [];
    const text = here.join("");
    const shared = sharedStart(text, before.join(""));
    const said = isKnown && text ? sharedWords(shared, Array.from(text).length) : "";
    this.find("shared").textContent = said;
    const position = here.findIndex((symbol, at) => symbol !== before[at]);
    const isMarked = said !== "" && shared > 0 && position >= 0;
    this.text.setClass("differs", isMarked ? [[position, position + 1]] : []);
  }

  #showBars() {
    const { writing } = this.checkpoints.at(this.index) ?? {};
    if (!writing) return;
    const { model } = writing;
    if (model.vocabulary.symbols.join("\n") !== this.dial.symbols.join("\n")) {
      setModelOfDial(this.dial, model, this.words.words.symbol);
      this.asked.setUnit(model.unit);
    }
    this.dial.where = `step ${this.moments[this.index].step.toLocaleString("en")}, `;
    showLogits(this.dial, writing.distributionAt(0).logits, [], this.dial.temperature, this.ranked);
  }

  #mark() {
    const { spans, legend } = this.invented.get(this.#symbols(this.index).join("")) ?? {};
    this.text.setClass("invented", spans ?? []);
    this.find("marks-legend").textContent = legend ?? "";
  }

  end() {
    this.film.stop();
    this.checkpoints.stop();
    this.words.end();
    this.noPicture();
    this.curves.observer.disconnect();
    endDial(this.dial);
  }
}

export default mounted(".timeline", Timeline);
