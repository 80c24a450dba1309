// A typed word and the token that it is taken for, by the rule in charlstm/exploring/trails.py.

import { UNKNOWN, unknownFor } from "./vocabulary.js";

/**
 * { word, symbol, isFolded, isUnknown, likelierThan }, given the logits of the next token. A word with
 * a space before it and the same word without one are two tokens. Typed with a space, it is the first;
 * typed without, the likelier of those that the vocabulary holds. If it holds neither, the word is
 * tried in lower case, then taken as an unknown token. An Error says why a text is no token.
 */
export function typedToken(vocabulary, typed, logits) {
  const word = typed.trim();
  const tokens = vocabulary.tokensOf(word).map((token) => token.trim()).filter(Boolean);
  if (tokens.length !== 1) {
    const parts = tokens.slice(0, 6).map((token) => `“${token}”`).join(", ");
    const found = tokens.length ? `These are ${tokens.length}: ${parts}.` : "There is none here.";
    throw new Error(`Type one word or mark at a time. ${found}`);
  }
  const forms = /^\s/.test(typed) ? [` ${word}`] : [` ${word}`, word];
  const among = (tried) => tried.map((form) => vocabulary.equivalent(form)).filter((each) => each !== undefined);
  const known = among(forms);
  const lowered = among(forms.map((form) => form.toLowerCase()));
  const found = known.length ? known : lowered;
  const candidates = found.length ? found : forms.map(unknownFor);
  const scores = candidates.map((symbol) => logits[vocabulary.ids.get(symbol)]);
  const best = scores.indexOf(Math.max(...scores));
  if (!found.length && scores[best] === -Infinity) {
    throw new Error(`“${word}” is not in the vocabulary: it would be ${UNKNOWN}, which is not written here.`);
  }
  const likelierThan = found.length === 2 ? candidates[1 - best] : null;
  return { word, symbol: candidates[best], isFolded: !known.length && lowered.length > 0, isUnknown: !found.length, likelierThan };
}
