// What is wider than the page and scrolls by itself: <div class="scrolled" data-scrolled> begins where something in it is
// chosen (`.p-chosen`). Without it it begins at its end.
export function improve(root) {
  for (const scroller of root.querySelectorAll("[data-scrolled]:not(.improved)")) {
    scroller.classList.add("improved");
    const chosen = scroller.querySelector(".p-chosen")?.getBoundingClientRect();
    const seen = scroller.getBoundingClientRect();
    if (chosen) scroller.scrollBy({ left: chosen.left + chosen.width / 2 - seen.left - seen.width / 2, behavior: "instant" });
  }
}
