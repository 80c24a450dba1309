// Mounting a component that is an object on a page of Streamlit.

/** The default function of a component: one object of the class per root element. */
export function mounted(selector, Component) {
  const all = new WeakMap(); // an object outlives re-renders
  return ({ data, parentElement, setStateValue, setTriggerValue }) => {
    const root = parentElement.querySelector(selector);
    if (!all.has(root)) {
      all.set(root, new Component(root));
      root.addEventListener("keydown", keepLetters);
    }
    const component = all.get(root);
    component.receive(data, { setStateValue, setTriggerValue });
    return () => {
      component.end();
      all.delete(root);
    };
  };
}

/** Streamlit has single-letter shortcuts, which must not react to letters typed into a field. */
function keepLetters(event) {
  if (event.target.matches("input, select, textarea")) event.stopPropagation();
}
