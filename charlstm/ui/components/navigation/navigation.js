// Behaviour around Streamlit, once for all pages: one visit to a page is one entry in
// its history, and a page keeps working when the server is gone.

import { tellOfLostServer } from "./lost_server.js";

const MENU = "[data-testid='stHeader'], [data-testid='stTopNavPopover'], [data-testid='stSidebar']";

// A page completes its own address when it is entered. Until the person does something there, the
// completed address makes no new entry: going back would lead to the incomplete one, which is
// completed again at once. And the address of the next page can arrive before its entry is made.
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

export default function () {
  if (window.charlstmNavigation) return;
  window.charlstmNavigation = true;
  keepOneEntryForOneVisit();
  tellOfLostServer();
}
