// The article as a phone shows it: a sandboxed page of ours, exchanged without flicker and opened at the paragraph being edited.

/** Drive the two frames of a preview: one is seen while the other loads. */
export function phonePreview(holder) {
  const frames = Array.from(holder.querySelectorAll("iframe"));
  let shown = 0;
  let asked = 0;
  return {
    show(version, block) {
      const next = frames[1 - shown];
      asked += 1;
      const mine = asked;
      next.addEventListener("load", () => {
        if (mine !== asked) return;
        next.hidden = false;
        frames[shown].hidden = true;
        shown = 1 - shown;
      }, { once: true });
      // A hidden frame would not scroll to its fragment, so the waiting one lies under the other until it is ready.
      next.hidden = false;
      next.src = `${holder.dataset.preview}?v=${version}${block ? `#b${block}` : ""}`; // the first block means the title too
    },
  };
}
