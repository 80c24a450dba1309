// The film of a training: one checkpoint after the other, at a set pace, each once its text is complete.

const WAIT_MS = 30; // between checks whether the next text is complete

export class Film {
  /** `on`: { step() to the next checkpoint, isReady(): whether its text is complete, isLast(), changed() }. */
  constructor(root, on) {
    Object.assign(this, { on, playing: false, timer: 0 });
    this.button = root.querySelector(".play");
    this.paces = Array.from(root.querySelectorAll('input[name="speed"]'));
  }

  setPace(word) {
    for (const input of this.paces) input.checked = input.value === word;
  }

  start() {
    this.playing = true;
    this.#update();
    this.#wait();
  }

  stop() {
    window.clearTimeout(this.timer);
    if (!this.playing) return;
    this.playing = false;
    this.#update();
  }

  #wait() {
    const perSecond = Number(this.paces.find(({ checked }) => checked).value);
    this.timer = window.setTimeout(() => this.#next(), 1000 / perSecond);
  }

  #next() {
    if (!this.on.isReady()) {
      this.timer = window.setTimeout(() => this.#next(), WAIT_MS);
      return;
    }
    this.on.step();
    if (this.on.isLast()) this.stop();
    else this.#wait();
  }

  #update() {
    this.button.textContent = this.playing ? "Pause" : "Play";
    this.on.changed();
  }
}
