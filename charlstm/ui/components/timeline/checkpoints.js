// What the checkpoints of a run write. The model of each is fetched when it is first looked at, and its
// text is written then; what was looked at last is kept.

import { Writing } from "../../../browser/writing.js";
import { modelAt } from "../shared/models.js";
import { Slices } from "../shared/slices.js";

const MOST_NUMBERS = 10_000_000; // of the states that texts keep, 80 MB

export class Checkpoints {
  /** `changed(index)` is called when there is more of a checkpoint: of its text, or why it has none. */
  constructor(changed) {
    this.changed = changed;
    this.slices = new Slices((isDone) => this.#written(isDone));
    this.frame = 0;
  }

  /** Another run, prompt or seed: { addresses of models, prompt as the model reads it, seed }. */
  begin(asked) {
    this.stop();
    Object.assign(this, asked, { takes: new Map(), wanted: [] });
  }

  /** How all texts are written from now on; what was written otherwise is rewritten when it is wanted. */
  setHow({ temperature, length }) {
    Object.assign(this, { temperature, length });
  }

  /** Fetches and writes what these checkpoints have, the first of them first. */
  async want(indices) {
    const isStillWanted = () => this.wanted === indices;
    this.stop();
    this.wanted = indices;
    await this.#takeOf(indices[0]).ready;
    if (!isStillWanted()) return;
    this.#work();
    for (const index of indices.slice(1)) {
      this.#takeOf(index).ready.then(() => isStillWanted() && !this.working && this.#work());
    }
  }

  /** What there is of a checkpoint: { writing, failure }, or undefined while it is fetched. */
  at(index) {
    const take = this.takes.get(index);
    const isHere = take?.failure || take?.temperature === this.temperature;
    return isHere ? take : undefined;
  }

  /** Whether there is nothing to wait for. */
  isReady(index) {
    const take = this.at(index);
    return Boolean(take) && (Boolean(take.failure) || take.writing.steps.length >= this.length);
  }

  #takeOf(index) {
    const kept = this.takes.get(index);
    const take = kept && !kept.isLost ? kept : this.#fetched(index);
    this.takes.delete(index);
    this.takes.set(index, take); // the one that was wanted last is at the end
    return take;
  }

  #fetched(index) {
    const take = { writing: null, failure: "", temperature: null };
    take.ready = modelAt(this.addresses[index]).then(
      (model) => {
        const { ids } = model.vocabulary.read(this.prompt);
        take.writing = new Writing(model, ids, this.seed, { temperatureAt: () => take.temperature });
        this.#forgetOldest();
      },
      (error) => {
        take.isLost = error instanceof TypeError; // no answer: another try may succeed
        take.failure = take.isLost ? `The model cannot be loaded: ${error.message}` : error.message;
        this.changed(index);
      },
    );
    return take;
  }

  /** Writes at the first text that is not whole. */
  #work() {
    const index = this.wanted.find((each) => this.takes.get(each)?.writing && !this.isReady(each));
    this.working = index !== undefined;
    if (!this.working) return;
    const take = this.takes.get(index);
    this.now = index;
    if (take.temperature !== this.temperature) {
      take.temperature = this.temperature;
      take.writing.rewrite({});
    }
    this.slices.start([take.writing], this.length);
  }

  /** One text a frame: the page stays alive. */
  #written(isDone) {
    this.changed(this.now);
    if (isDone) this.frame = window.requestAnimationFrame(() => this.#work());
  }

  #forgetOldest() {
    let numbers = 0;
    for (const [index, { writing }] of [...this.takes].reverse()) {
      numbers += writing ? 2 * writing.model.network.units * this.length : 0;
      if (numbers > MOST_NUMBERS && !this.wanted.includes(index)) this.takes.delete(index);
    }
  }

  stop() {
    this.slices.stop();
    window.cancelAnimationFrame(this.frame);
    this.working = false;
  }
}
