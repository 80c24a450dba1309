// What the browser does around Streamlit, once for all pages: one visit of a page is one entry of
// its history, and every press of a button whose presses count is one run of the page.

import { tellOfLostServer } from "./lost_server.js";

const COUNTED = ".stApp [class*='st-key-counted_'] button";
const MENU = "[data-testid='stHeader'], [data-testid='stTopNavPopover'], [data-testid='stSidebar']";
const LOST_MS = 10_000;

// A page completes its own address when it is entered. Until the person does something there, that
// is no entry of its own: going back from the first would lead to the one that follows it at once.
// And the address of the next page can arrive before its entry is made: it is not that of this page.
function keepOneEntryForOneVisit() {
  const push = window.history.pushState;
  let phase = "entered"; // then "acted", or "leaving"
  window.history.pushState = function (state, title, url) {
    const isSamePage = new URL(url, document.baseURI).pathname === window.location.pathname;
    if (isSamePage && phase === "leaving") return undefined; // the entry of the next page has it
    if (isSamePage && phase === "entered") return this.replaceState(state, title, url);
    if (!isSamePage) phase = "entered";
    return push.call(this, state, title, url);
  };
  for (const kind of ["pointerdown", "keydown"]) {
    window.addEventListener(kind, ({ target }) => (phase = phaseAfter(target, phase)), true);
  }
  window.addEventListener("popstate", () => (phase = "entered"));
}

function phaseAfter(target, phase) {
  const link = target.closest?.("a[href]");
  if (link && link.origin === window.location.origin && link.pathname !== window.location.pathname) {
    return "leaving";
  }
  return target.closest?.(MENU) ? phase : "acted";
}

// Streamlit makes one run of several presses that come while it is busy. Here each waits until the
// server has counted the one before it and the page has come to rest.
function countEveryPress() {
  const app = document.querySelector(".stApp");
  const waiting = [];
  let sent = 0;
  let counted = 0;
  let when = 0; // ms
  const isLost = () => performance.now() - when > LOST_MS; // with the connection, say
  const isBusy = () => app.dataset.testScriptState === "running" || (sent > counted && !isLost());

  const next = () => {
    if (!waiting.length || isBusy()) return;
    const button = document.querySelector(`.${CSS.escape(waiting.shift())} button`);
    if (button && !button.disabled) button.click();
    else waiting.length = 0;
  };
  window.addEventListener(
    "click",
    (event) => {
      const pressed = event.target.closest?.(COUNTED);
      if (!pressed) return;
      if (isBusy()) {
        event.stopPropagation();
        waiting.push(keyOf(pressed));
      } else {
        sent = counted + 1;
        when = performance.now();
      }
    },
    true,
  );
  new MutationObserver(next).observe(app, { attributeFilter: ["data-test-script-state"] });
  return (count) => {
    counted = count;
    next();
  };
}

function keyOf(button) {
  const classes = [...button.closest("[class*='st-key-counted_']").classList];
  return classes.find((each) => each.startsWith("st-key-counted_"));
}

export default function ({ data }) {
  if (!window.charlstmNavigation) {
    keepOneEntryForOneVisit();
    tellOfLostServer();
    window.charlstmNavigation = countEveryPress();
  }
  window.charlstmNavigation(data.counted);
}
