// "Copy link": the address bar, which holds the state of the page, goes to the clipboard.
// copyText is in copy.js.

import { copyText } from "../shared/copy.js";

const SAID_MS = 2500;

export default function ({ parentElement }) {
  const root = parentElement.querySelector(".share");
  if (root.dataset.ready) return;
  root.dataset.ready = "true";
  const button = root.querySelector("button");
  const word = root.querySelector(".word");
  const said = root.querySelector(".said");
  let timer = 0;
  button.disabled = false; // until the script is loaded, a click would do nothing
  button.addEventListener("click", async () => {
    const copied = await copyText(window.location.href);
    word.textContent = copied ? "Copied" : "Not copied";
    said.textContent = copied
      ? "The link to this view is on the clipboard."
      : "The browser does not allow it; copy the address bar.";
    window.clearTimeout(timer);
    timer = window.setTimeout(() => {
      word.textContent = "Copy link";
      said.textContent = "";
    }, SAID_MS);
  });
}
