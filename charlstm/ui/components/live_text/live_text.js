// Submits typed or pasted text of a text area at once, without Ctrl+Enter or a click elsewhere: the
// script presses Ctrl+Enter for the person.

const PAUSE_MS = 500;

export default function ({ data }) {
  let timer = 0;

  function changed(event) {
    const area = event.target.closest?.(`.st-key-${data.key} textarea`);
    if (!area) return;
    window.clearTimeout(timer);
    const isPasted = /^insertFrom(Paste|Drop)/.test(event.inputType);
    if (!isPasted && !data.typing) return;
    const keys = { key: "Enter", ctrlKey: true, bubbles: true };
    timer = window.setTimeout(
      () => area.dispatchEvent(new KeyboardEvent("keydown", keys)),
      isPasted ? 0 : PAUSE_MS,
    );
  }

  document.addEventListener("input", changed);
  return () => document.removeEventListener("input", changed);
}
