// A person's settings in a component, as words of the page's address. They are sent to the server
// after a pause, so that links, the back button and other pages know them.

const REST_MS = 400;
const PRESSED_MS = 1000;
const LEAVING_MS = 3000;
const BUSY = ["running", "rerunRequested"]; // Streamlit's states of a running script

// A message would end the run that a press on one of Streamlit's own widgets is about to start, and
// after a press on a link it would lead back to this page. Until the run shows, there is this time.
let quietUntil = -Infinity;
for (const name of ["click", "keydown"]) window.addEventListener(name, keepQuiet, true);

function keepQuiet(event) {
  const link = event.target.closest?.("a[href]");
  const isLeaving = link && link.pathname !== window.location.pathname;
  const isOurs = event.composedPath().some((each) => each instanceof ShadowRoot);
  const pause = isLeaving ? LEAVING_MS : isOurs ? 0 : PRESSED_MS;
  quietUntil = Math.max(quietUntil, performance.now() + pause);
}

export class AddressWords {
  /** `isHeld()`: whether a person is in the middle of a movement; nothing is sent before its end. */
  constructor(isHeld = () => false) {
    this.isHeld = isHeld;
    this.words = {};
    this.text = null; // the written text or texts at rest, for figures that only the server has
    this.revision = null;
    this.timer = 0;
    this.send = () => {};
  }

  /** Takes the server's words; returns whether they are new to this component. */
  receive({ words, revision }, send) {
    this.send = send;
    if (revision === this.revision) return false;
    this.revision = revision;
    this.words = { ...words };
    this.known = this.#now();
    window.clearTimeout(this.timer);
    return true;
  }

  /** Sets some words: { name: word, or null for the default }. */
  set(changes) {
    const isSame = Object.entries(changes).every(([name, word]) => this.words[name] === word);
    if (isSame) return;
    Object.assign(this.words, changes);
    this.#sendSoon();
  }

  /** Takes a text at rest, or a list of several. */
  setText(text) {
    if (JSON.stringify(text) === JSON.stringify(this.text)) return;
    this.text = text;
    this.#sendSoon();
  }

  /** The text is being rewritten: the one sent before is outdated, as the next message will say. */
  dropText() {
    this.text = null;
  }

  /** A message would end the running script of the page, and with it the effect of a button. */
  #sendSoon() {
    window.clearTimeout(this.timer);
    const isBusy = () =>
      performance.now() < quietUntil ||
      BUSY.includes(document.querySelector(".stApp")?.dataset.testScriptState);
    const send = () => (this.isHeld() || isBusy() ? this.#sendSoon() : this.sendNow());
    this.timer = window.setTimeout(send, REST_MS);
  }

  /** Words that the server already has are not sent. */
  sendNow() {
    window.clearTimeout(this.timer);
    const now = this.#now();
    if (now === this.known) return;
    this.known = now;
    this.send({ words: this.words, text: this.text, revision: this.revision });
  }

  #now() {
    return JSON.stringify([Object.entries(this.words).sort(), this.text]);
  }

  end() {
    window.clearTimeout(this.timer);
  }
}
