// Showing texts symbol by symbol: play, pause, step, at once, again.

const USUAL_SPEED = "30"; // symbols per second
const LONGEST_FRAME_S = 0.25; // a tab that was asleep must not show everything at once

export class Player {
  /**
   * Uses the buttons in the first `.tools` of a root. `words` are AddressWords, which keep the speed and
   * where the texts are paused; `box` holds the texts. `on`: { show(count), which shows that many symbols
   * of every text, and changed() }.
   */
  constructor(root, words, box, on) {
    const tools = root.querySelector(".tools");
    const find = (name) => tools.querySelector(`.${name}`);
    Object.assign(this, { root, words, box, on, length: 0, count: 0, due: 0, playing: false });
    this.announcement = root.querySelector(".announcement");
    this.play = find("play");
    this.stepping = find("step");
    this.all = find("all");
    this.again = find("again");
    this.speed = find("speed");
    this.counter = find("counter");
    this.#listen();
  }

  #listen() {
    this.play.addEventListener("click", () => (this.playing ? this.pause() : this.start()));
    this.stepping.addEventListener("click", () => this.step());
    this.all.addEventListener("click", () => this.pauseAt(this.length));
    this.again.addEventListener("click", () => this.startFrom(0));
    this.speed.addEventListener("change", () => {
      this.words.set({ speed: this.speed.value });
      if (this.playing) this.start();
    });
  }

  get isComplete() {
    return this.count >= this.length;
  }

  /** Symbols per second; "at once" is infinite. */
  get rate() {
    return this.speed.value === "all" ? Infinity : Number(this.speed.value);
  }

  /** With reduced motion the finished text is shown at once, unless a speed was asked for. */
  setSpeed(word) {
    const isCalm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.speed.value = word || (isCalm ? "all" : USUAL_SPEED);
  }

  startFrom(count) {
    this.due = 0;
    this.#moveTo(count);
    this.start();
  }

  start() {
    window.cancelAnimationFrame(this.frame);
    if (this.rate === Infinity) this.#moveTo(this.length);
    this.playing = !this.isComplete;
    this.then = null;
    if (this.playing) this.frame = window.requestAnimationFrame((now) => this.#next(now));
    this.#update();
  }

  pause() {
    window.cancelAnimationFrame(this.frame);
    this.playing = false;
    this.#update();
  }

  pauseAt(count) {
    this.#moveTo(count);
    this.pause();
  }

  step() {
    this.pauseAt(Math.min(this.count + 1, this.length));
    if (this.isComplete) this.again.focus(); // the button is disabled now
  }

  /** Lets the right arrow key show one more symbol, anywhere in the root except in a field. */
  stepByKey() {
    this.root.addEventListener("keydown", (event) => {
      if (event.key !== "ArrowRight" || event.target.matches("input, select, [role=option]")) return;
      event.preventDefault();
      this.step();
    });
  }

  /** Other texts: the position is kept. */
  setLength(length) {
    const wasComplete = this.isComplete && this.length > 0;
    this.length = length;
    if (wasComplete || this.count > length) this.count = length;
    this.#update();
  }

  /** Announces that the texts, of `unit`s, are complete. */
  announce(unit) {
    const news = `The text is complete: ${this.length} ${unit}s.`;
    if (this.announcement.textContent !== news) this.announcement.textContent = news;
  }

  end() {
    window.cancelAnimationFrame(this.frame);
  }

  #next(now) {
    const elapsed = Math.min((now - (this.then ?? now)) / 1000, LONGEST_FRAME_S);
    this.then = now;
    this.due += elapsed * this.rate;
    const more = Math.floor(this.due);
    this.due -= more;
    if (more > 0) this.#moveTo(Math.min(this.count + more, this.length));
    this.playing = !this.isComplete;
    if (this.playing) this.frame = window.requestAnimationFrame((next) => this.#next(next));
    if (more > 0) this.#update();
  }

  #moveTo(count) {
    this.count = count;
    this.on.show(count);
  }

  #update() {
    this.counter.textContent = `${this.count} of ${this.length}`;
    this.play.textContent = this.playing ? "Pause" : "Play";
    this.play.disabled = this.stepping.disabled = this.all.disabled = this.isComplete;
    const isPaused = !this.playing && !this.isComplete;
    this.words.set({ shown: isPaused ? String(this.count) : null });
    Object.assign(this.root.dataset, { shown: String(this.count), complete: String(this.isComplete) });
    this.box.ariaHidden = this.playing ? "true" : null; // a text that grows is not read aloud
    this.on.changed();
  }
}
