// What a person sets in a component, as words of the page's address. They are sent to the server
// after a moment of rest, so that a link, the back button and other pages know them.

const REST_MS = 400;

export class AddressWords {
  constructor() {
    this.words = {};
    this.text = null; // written and at rest, for figures that only the server has
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
    window.clearTimeout(this.timer);
    return true;
  }

  /** Sets some words: { name: word, or null for the default }. */
  set(changes) {
    const isSame = Object.entries(changes).every(([name, word]) => this.words[name] === word);
    if (isSame) return;
    Object.assign(this.words, changes);
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.sendNow(), REST_MS);
  }

  /** A text that has come to rest. */
  setText(text) {
    if (text === this.text) return;
    this.text = text;
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.sendNow(), REST_MS);
  }

  sendNow() {
    window.clearTimeout(this.timer);
    this.send({ words: this.words, text: this.text, revision: this.revision });
  }

  end() {
    window.clearTimeout(this.timer);
  }
}
