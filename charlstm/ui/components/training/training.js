// A run as it learns: progress, curves, and what its newest checkpoint writes.
//
// The server is asked for the progress about once a second, and answers all viewers from one
// reading. The page's script only runs again when the status changes or new samples arrive.

import { Writing } from "../../../browser/writing.js";
import { createDial, endDial, setModelOfDial, setRange, showLogits, turn } from "../dial/dial.js";
import { lookAs } from "../dial/dial_events.js";
import { Characters } from "../shared/characters.js";
import { showFigures } from "../shared/figures.js";
import { modelAt } from "../shared/models.js";
import { mounted } from "../shared/mount.js";
import { answerForPictures, svgPicture } from "../shared/picture.js";
import { readingWords } from "../shared/reading_words.js";
import { Slices } from "../shared/slices.js";
import { AddressWords } from "../shared/words.js";
import { LossChart } from "../loss_chart/loss_chart.js";

const LOOK_MS = 1000;
const RENEW_MS = 15_000; // the shortest time between two updates of the samples
const LENGTH = 300; // symbols

export class Training {
  constructor(root) {
    const find = (name) => root.querySelector(`.${name}`);
    Object.assign(this, { root, find, progress: {}, timer: 0, renewed: 0 });
    this.words = new AddressWords(() => this.dial.isTurning());
    this.dial = createDial(root.querySelector(".dial"), {
      turned: (temperature) => this.#turned(temperature),
      letGo: () => this.words.sendNow(),
      viewed: (view) => this.words.set(view),
      pick: null,
    });
    this.chart = new LossChart(root);
    this.text = new Characters(find("text"));
    this.slices = new Slices(() => this.#showText());
    this.prompt = find("prompt-input");
    this.prompt.addEventListener("change", () => {
      this.words.set({ prompt: this.prompt.value });
      this.#write();
    });
    this.noPictures = answerForPictures({
      losses: () => svgPicture(find("curves"), "Loss during the training; dashed: held out"),
    });
  }

  receive(data, { setStateValue, setTriggerValue }) {
    const isNews = this.words.receive(data, (state) => setStateValue("state", state));
    const isOther = this.data?.address !== data.address;
    this.data = data;
    this.renew = () => setTriggerValue("renew", Date.now());
    if (isNews) this.#takeWords(data.words);
    if (isOther) Object.assign(this, { model: null, modelAddress: null, progress: {} });
    this.#show(data.progress);
    if (isNews && this.model) this.#write();
    this.#lookSoon();
  }

  #takeWords(words) {
    setRange(this.dial, this.data);
    lookAs(this.dial, words);
    this.prompt.value = words.prompt;
    if (!this.dial.isTurning()) turn(this.dial, Number(words.temperature));
  }

  // Looking

  #lookSoon() {
    window.clearTimeout(this.timer);
    if (this.progress.alive) this.timer = window.setTimeout(() => this.#look(), LOOK_MS);
  }

  async #look() {
    if (!this.root.isConnected) return;
    if (!document.hidden) {
      try {
        const answer = await fetch(new URL(this.data.address, document.baseURI));
        if (answer.ok) this.#show(await answer.json());
        else this.renew(); // the run was deleted or renamed: the page says so
      } catch (error) {
        // The server does not answer, and the page says so; it may return.
      }
    }
    this.#lookSoon();
  }

  #show(progress) {
    const before = this.progress;
    this.progress = progress;
    const isNew = before.status && before.status !== progress.status;
    const hasSamples = progress.samples > (before.samples ?? progress.samples);
    this.isOld ||= hasSamples;
    if (isNew || (this.isOld && Date.now() - this.renewed > RENEW_MS)) {
      Object.assign(this, { renewed: Date.now(), isOld: false });
      this.renew();
    }
    this.#showProgress(progress);
    this.chart.show({
      training: progress.training,
      heldOut: progress.held_out,
      unit: progress.unit,
    });
    this.find("started").hidden = progress.training.length > 0 || !progress.alive;
    if (progress.model !== this.modelAddress) this.#open(progress);
  }

  #showProgress({ alive, fraction, sentence, figures, note, status }) {
    const bar = this.find("bar");
    bar.hidden = !alive;
    bar.ariaValueNow = String(Math.round(100 * fraction));
    this.find("done").style.width = `${100 * fraction}%`;
    const said = this.find("progress-sentence");
    if (said.textContent !== sentence) said.textContent = sentence;
    this.find("note").textContent = note;
    this.root.dataset.status = status;
    showFigures(this.find("figures"), figures);
  }

  // Writing

  async #open({ model: address, checkpoint }) {
    this.modelAddress = address;
    this.find("writes").hidden = this.dial.root.hidden = address === null;
    if (address === null) return;
    try {
      const model = await modelAt(address);
      if (address !== this.modelAddress) return; // there is a newer one
      const isOther = this.model?.vocabulary.symbols.join("\n") !== model.vocabulary.symbols.join("\n");
      this.model = model;
      if (isOther) setModelOfDial(this.dial, model, this.data.words.symbol);
      const newest = this.progress.alive ? "its newest checkpoint" : "its best checkpoint";
      this.find("which").textContent =
        `Written by ${newest}, at step ${checkpoint.toLocaleString("en")}.`;
      this.root.dataset.step = String(checkpoint);
      this.#write();
    } catch (error) {
      this.find("which").textContent = `This checkpoint cannot be opened: ${error.message}`;
    }
  }

  #write() {
    const reading = this.model.vocabulary.read(this.prompt.value);
    const temperatureAt = () => this.dial.temperature;
    this.writing = new Writing(this.model, reading.ids, 0, { temperatureAt });
    this.text.setPrompt(reading.text);
    this.find("reading").textContent = readingWords(reading);
    this.slices.start([this.writing], LENGTH);
    showLogits(this.dial, this.writing.distributionAt(0).logits);
  }

  #turned(temperature) {
    this.words.set({ temperature: String(temperature) });
    if (!this.writing) return;
    this.writing.rewrite({ temperatureAt: () => temperature });
    this.slices.start([this.writing], LENGTH);
  }

  #showText() {
    this.text.show(this.writing.symbols);
  }

  end() {
    window.clearTimeout(this.timer);
    this.noPictures();
    this.chart.observer.disconnect();
    this.slices.stop();
    this.words.end();
    endDial(this.dial);
  }
}

export default mounted(".training", Training);
