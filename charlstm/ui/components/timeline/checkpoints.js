// What the checkpoints of a run write. When a checkpoint is first selected, its model is fetched and its
// text is written; the most recently used are kept.

import { Writing } from "../../../browser/writing.js";
import { modelAt } from "../shared/models.js";
import { Slices } from "../shared/slices.js";

const MOST_NUMBERS = 10_000_000; // in the states that texts keep, 80 MB

export class Checkpoints {
  /** `changed(index)` is called when a checkpoint has more text, or a reason why it has none. */
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

  /** How all texts are written from now on; older ones are rewritten when they are needed. */
  setHow({ temperature, length }) {
    Object.assign(this, { temperature, length });
  }

  /** Fetches these checkpoints and writes their texts, the first one first. */
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

  /** The state of a checkpoint: { writing, failure }, or undefined while it is fetched. */
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
    this.takes.set(index, take); // the most recently used is at the end
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

  /** Continues the first incomplete text. */
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

  /** One text per frame, so that the page stays responsive. */
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
