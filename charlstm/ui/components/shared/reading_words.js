// Sentences on how a prompt was read: nothing is changed silently.

const MOST = 12; // characters that are listed

/** Sentences about a reading of browser/vocabulary.js; "" if a prompt is read unchanged. */
export function readingWords({ folded, reformed, dropped, unknown }) {
  const sentences = [
    folded.length && "Capitals are read as lower case.",
    reformed.length && `Read in the other form of Unicode: ${listed(reformed)}.`,
    dropped.length && `Dropped, because the model has never seen them: ${listed(dropped)}.`,
    unknown.length && `Read as its unknown word <unk>: ${listed(unknown)}.`,
  ];
  return sentences.filter(Boolean).join(" ");
}

function listed(symbols) {
  const more = symbols.length > MOST ? `  and ${symbols.length - MOST} more` : "";
  return symbols.slice(0, MOST).join("  ") + more;
}
