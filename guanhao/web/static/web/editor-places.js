// Places in the editor's text, counted the way the server counts: characters that are no white space, across tags.

const MARKS = "\ufeff"; // what the editor itself puts in; \s does not cover zero-width characters, and they count
const blank = (character) => /\s/.test(character) || character === MARKS;

/**
 * The stretch of text nodes that holds `length` characters after `skip` characters, white space not counted.
 * Answers a list of { node, from, to } in order, or null where the text is too short.
 */
export function stretch(root, skip, length) {
  const walker = root.ownerDocument.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const parts = [];
  let seen = 0;
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    let from = -1;
    let to = -1;
    for (let at = 0; at < node.data.length && seen < skip + length; at += 1) {
      if (blank(node.data[at])) continue;
      // A character outside the basic plane is one for the server and two halves here.
      const isTail = node.data[at] >= "\udc00" && node.data[at] <= "\udfff";
      if (!isTail) seen += 1;
      if (seen > skip) { if (from < 0) from = at; to = at + 1; }
    }
    if (from >= 0) parts.push({ node, from, to: tail(node.data, to) });
    if (seen >= skip + length) return parts;
  }
  return null;
}

const tail = (text, to) => (text[to] >= "\udc00" && text[to] <= "\udfff" ? to + 1 : to);

/** The characters of a stretch without white space. */
export function dense(text) {
  return Array.from(text).filter((character) => !blank(character)).join("");
}

export const wordsOf = (parts) => parts.map(({ node, from, to }) => node.data.slice(from, to)).join("");

/**
 * The stretch of a finding: where it was counted, or, where the text has moved since, the nearest place with the same words.
 * Null where they are gone. Without words (personal data is not repeated) only the counted place is believed.
 */
export function placeOf(root, { skip, length, words }) {
  const counted = stretch(root, skip, length);
  if (!words) return counted;
  const wanted = dense(words);
  if (counted && dense(wordsOf(counted)) === wanted) return counted;
  const whole = Array.from(dense(root.textContent)).join("");
  let best = -1;
  for (let at = whole.indexOf(wanted); at >= 0; at = whole.indexOf(wanted, at + 1)) {
    const here = Array.from(whole.slice(0, at)).length;
    if (best < 0 || Math.abs(here - skip) < Math.abs(best - skip)) best = here;
  }
  return best < 0 ? null : stretch(root, best, Array.from(wanted).length);
}

/** A range over a stretch. */
export function rangeOver(parts) {
  const range = parts[0].node.ownerDocument.createRange();
  range.setStart(parts[0].node, parts[0].from);
  const last = parts[parts.length - 1];
  range.setEnd(last.node, last.to);
  return range;
}

/** Put other words in: the first text node takes them, so that what was bold stays bold. */
export function rewrite(parts, text) {
  parts.slice().reverse().forEach(({ node, from, to }, index) => {
    node.replaceData(from, to - from, index === parts.length - 1 ? text : "");
  });
}
