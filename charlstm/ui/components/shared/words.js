// What a person sets in a component, as words of the page's address. They are sent to the server
// after a moment of rest, so that a link, the back button and other pages know them.

const REST_MS = 400;
const BUSY = ["running", "rerunRequested"]; // as Streamlit says of its script

export class AddressWords {
  /** `isHeld()`: a person is in the middle of a movement, and nothing is sent before its end. */
  constructor(isHeld = () => false) {
    this.isHeld = isHeld;
    this.words = {};
    this.text = null; // written and at rest, or several; for figures that only the server has
    this.revision = null;
    this.timer = 0;
    this.send = () => {};
  }

  /** Takes what the server has; returns whether that is news for this component. */
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

  /** A text that has come to rest, or a list of several. */
  setText(text) {
    if (JSON.stringify(text) === JSON.stringify(this.text)) return;
    this.text = text;
    this.#sendSoon();
  }

  /** The text is written anew: what was sent of it is over, which goes along with the next words. */
  dropText() {
    this.text = null;
  }

  /** A message ends the run of the page that is going on, and with it what a button has set or led to. */
  #sendSoon() {
    window.clearTimeout(this.timer);
    const isBusy = () => BUSY.includes(document.querySelector(".stApp")?.dataset.testScriptState);
    const send = () => (this.isHeld() || isBusy() ? this.#sendSoon() : this.sendNow());
    this.timer = window.setTimeout(send, REST_MS);
  }

  /** What the server knows already is not sent. */
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
