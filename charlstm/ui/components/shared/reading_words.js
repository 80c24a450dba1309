// How a prompt was read, in sentences: nothing is guessed silently.

const MOST = 12; // characters that are named

/** Sentences about a reading of browser/vocabulary.js; "" where a prompt is read as it is. */
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
