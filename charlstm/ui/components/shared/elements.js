// Small helpers for elements of a page.

/** A new element with a class. */
export function make(tag, name = "") {
  const element = document.createElement(tag);
  if (name) element.className = name;
  return element;
}
