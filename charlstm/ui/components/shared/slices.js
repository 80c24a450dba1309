// Writing in slices: the page stays responsive, and no frame takes longer than 16 ms.

const SLICE_MS = 9;
const STRIDE = 16; // symbols

/** Writes texts, the first part at once and the rest frame by frame; calls `onMore(isDone)` now and then. */
export class Slices {
  constructor(onMore) {
    this.onMore = onMore;
    this.frame = 0;
  }

  /** Starts again: writings are Writing objects, all to be written up to a length. */
  start(writings, length) {
    this.due = 0;
    this.#go(writings, length);
  }

  #go(writings, length) {
    this.stop();
    const end = performance.now() + SLICE_MS;
    const isTime = () => performance.now() > end;
    const least = () => Math.min(...writings.map(({ steps }) => steps.length));
    let written = least();
    // Together, not one after the other: they are side by side on the page.
    while (written < length && !isTime()) {
      written = Math.min(written + STRIDE, length);
      for (const writing of writings) writing.write(written, isTime);
    }
    written = least();
    const isDone = written >= length;
    if (!isDone) this.frame = window.requestAnimationFrame(() => this.#go(writings, length));
    if (!isDone && written < this.due) return;
    this.due = 1.5 * written; // a long text is laid out a few times, not once a frame
    this.onMore(isDone);
  }

  stop() {
    window.cancelAnimationFrame(this.frame);
    this.frame = 0;
  }
}
