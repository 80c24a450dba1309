// The models of a page: each is fetched once, and all parts of a page share it.

import { modelFrom } from "../../../browser/model.js";

const MOST_NUMBERS = 20_000_000; // the most weights that are kept in all, 160 MB
const models = new Map(); // by address, the one requested last at the end

/** The model at an address; `knownOnly`: it writes only known words. */
export async function modelAt(address, knownOnly = false) {
  const url = new URL(address, document.baseURI).href;
  const model = models.get(url) ?? fetched(url);
  models.delete(url);
  models.set(url, model);
  const found = await model;
  forgetOldest();
  return knownOnly ? found.withoutUnknown() : found;
}

/** Registers a model that the page already holds: nothing is fetched from this address. */
export function keepModel(address, model) {
  models.set(new URL(address, document.baseURI).href, Promise.resolve(model));
}

function fetched(url) {
  const model = fetch(url).then(async (answer) => {
    if (!answer.ok) throw new Error(await answer.text());
    const found = modelFrom(await answer.arrayBuffer());
    model.numbers = found.network.numbers;
    return found;
  });
  model.catch(() => models.delete(url)); // another try may succeed
  return model;
}

function forgetOldest() {
  let numbers = 0;
  for (const [url, model] of [...models].reverse()) {
    numbers += model.numbers ?? 0;
    if (numbers > MOST_NUMBERS) models.delete(url);
  }
}
