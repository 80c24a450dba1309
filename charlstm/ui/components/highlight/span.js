// Selecting a span of characters: with the pointer held down, or with Shift and the arrow keys.
// A span is sent when the pointer or the Shift key is let go.

export function listenToSpans(line) {
  const drawn = () => line.data?.spans;
  let anchor = null; // where the span began
  let end = null; // where it is now

  const indexAt = (event) => {
    // A captured or touching pointer keeps its first target: find the element under it.
    const scope = line.box.getRootNode();
    const under = scope.elementFromPoint(event.clientX, event.clientY)?.closest?.(".character");
    return under && line.box.contains(under) ? Number(under.dataset.index) : null;
  };
  const extend = (index) => {
    if (index === null || anchor === null) return;
    end = index;
    markSpan(line, ...ordered(anchor, end));
  };
  const finish = () => {
    if (anchor === null || end === null) return;
    const span = ordered(anchor, end);
    anchor = end = null;
    line.on.span(...span);
  };
  const forget = () => {
    if (anchor === null) return;
    anchor = end = null;
    markSpan(line, ...(line.data.span ?? [0, 0]));
  };

  line.box.addEventListener("pointerdown", (event) => {
    if (!drawn() || event.button !== 0) return;
    anchor = indexAt(event);
    extend(anchor);
    if (anchor === null) return;
    line.box.setPointerCapture?.(event.pointerId);
  });
  line.box.addEventListener("pointermove", (event) => anchor !== null && extend(indexAt(event)));
  line.box.addEventListener("pointerup", () => drawn() && finish());
  line.box.addEventListener("pointercancel", forget);
  line.box.addEventListener("keydown", (event) => {
    if (!drawn()) return;
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const element = event.target.closest?.(".character");
    if (event.key === "Escape") forget();
    if (!step || !element || !event.shiftKey) return;
    // highlight.js has moved the focus already: the span reaches to where it is now.
    const from = Number(element.dataset.index);
    const to = Math.min(Math.max(from + step, 0), line.characters.length - 1);
    anchor ??= from;
    extend(to);
  });
  line.box.addEventListener("keyup", (event) => {
    if (event.key === "Shift" && drawn()) finish();
  });
}

function ordered(one, other) {
  return [Math.min(one, other), Math.max(one, other) + 1];
}

export function markSpan(line, start, stop) {
  line.characters.forEach((element, index) => {
    element.classList.toggle("within", index >= start && index < stop);
  });
}
