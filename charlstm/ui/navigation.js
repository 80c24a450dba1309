// What the browser does around Streamlit, once for all pages: one visit of a page is one entry of
// its history, and every press of a button whose presses count is one run of the page.

const COUNTED = ".stApp [class*='st-key-counted_'] button";
const MENU = "[data-testid='stHeader'], [data-testid='stTopNavPopover'], [data-testid='stSidebar']";

// A page completes its own address when it is entered. Until the person does something there, that
// is no entry of its own: going back from the first would lead to the one that follows it at once.
function keepOneEntryForOneVisit() {
  const push = window.history.pushState;
  let acted = false;
  window.history.pushState = function (state, title, url) {
    const isSamePage = new URL(url, document.baseURI).pathname === window.location.pathname;
    if (isSamePage && !acted) return this.replaceState(state, title, url);
    acted = false;
    return push.call(this, state, title, url);
  };
  for (const kind of ["pointerdown", "keydown"]) {
    window.addEventListener(kind, (event) => (acted = !event.target.closest?.(MENU)), true);
  }
}

// Streamlit makes one run of several presses that come while it is busy. Here each waits until the
// run before it has ended.
function countEveryPress() {
  const app = document.querySelector(".stApp");
  const waiting = [];
  let isAsked = false;
  const isRunning = () => app.dataset.testScriptState === "running";

  window.addEventListener(
    "click",
    (event) => {
      const pressed = event.target.closest?.(COUNTED);
      if (!pressed) return;
      if (isAsked || isRunning()) {
        event.stopPropagation();
        waiting.push(keyOf(pressed));
      } else {
        isAsked = true;
      }
    },
    true,
  );

  new MutationObserver((changes) => {
    if (isRunning() || !changes.some((change) => change.oldValue === "running")) return;
    isAsked = false;
    const key = waiting.shift();
    const button = key && document.querySelector(`.${CSS.escape(key)} button`);
    if (button && !button.disabled) button.click();
    else waiting.length = 0;
  }).observe(app, { attributeFilter: ["data-test-script-state"], attributeOldValue: true });
}

function keyOf(button) {
  const classes = [...button.closest("[class*='st-key-counted_']").classList];
  return classes.find((each) => each.startsWith("st-key-counted_"));
}

export default function () {
  if (window.charlstmNavigation) return;
  window.charlstmNavigation = true;
  keepOneEntryForOneVisit();
  countEveryPress();
}
