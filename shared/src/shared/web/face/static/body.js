// The body map: <div data-body-map="felt-place"> with figures whose regions are links (?place=…), a select of the same places,
// a slider over weeks (form[data-weeks]), layers (…-week-3) and a list by weeks ([data-week]). A region that is touched is
// chosen in its place; the slider shows other weeks as it moves. Without it regions and weeks are links to the page anew.

const LAYERS = 5;
const calm = matchMedia("(prefers-reduced-motion: reduce)");

export function improve(root) {
  for (const map of root.querySelectorAll("[data-body-map]:not(.touchable)")) {
    map.classList.add("touchable");
    const select = document.getElementById(map.dataset.bodyMap);
    if (select) choosing(map, select);
    const slider = map.querySelector("[data-weeks] input[type=range]");
    if (slider) sliding(map, slider);
  }
}

function choosing(map, select) {
  const links = [...map.querySelectorAll("a.p-link")];
  const placeOf = (link) => new URL(link.getAttribute("href"), location).searchParams.get("place");
  const mark = () => {
    for (const link of links) {
      if (placeOf(link) === select.value) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  };
  map.addEventListener("click", (event) => {
    const link = event.target.closest("a.p-link");
    if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    select.value = placeOf(link);
    select.dispatchEvent(new Event("change", { bubbles: true }));
    const form = select.form.closest("section");
    form.scrollIntoView({ behavior: calm.matches ? "auto" : "smooth", block: "start" });
    select.focus({ preventScroll: true });
  });
  select.addEventListener("change", mark);
  // What waits to be sent leaves an empty form behind, and a draft may have come back into it.
  select.form.addEventListener("reset", () => setTimeout(mark));
  mark();
}

function sliding(map, slider) {
  const form = slider.form;
  const names = new Map([...form.querySelectorAll("option")].map((option) => [-option.value, option.label]));
  const [earlier, later] = ["earlier", "later"].map((way) => form.querySelector(`[data-${way}]`));
  const show = () => {
    const week = -slider.value;
    for (const layer of map.querySelectorAll("g.p-layer")) {
      const age = Number(layer.id.split("-").at(-1)) - week;
      layer.setAttribute("class", `p-layer ${age >= 0 && age < LAYERS ? `p-faded-${age}` : "p-unshown"}`);
    }
    let seen = 0;
    for (const section of map.querySelectorAll("[data-week]")) {
      const age = Number(section.dataset.week) - week;
      section.hidden = age < 0 || age >= LAYERS;
      seen += !section.hidden;
    }
    const nothing = map.querySelector("[data-no-week]");
    if (nothing) nothing.hidden = seen > 0;
    const name = names.get(week) ?? "";
    form.querySelector("output").textContent = name;
    slider.setAttribute("aria-valuetext", name);
    for (const [link, to] of [[earlier, week + 1], [later, week - 1]]) if (link) link.href = addressOf(to);
    if (later) later.hidden = week < 1;
    history.replaceState(history.state, "", addressOf(week));
  };
  const addressOf = (week) => {
    const address = new URL(location);
    address.searchParams.set("week", Math.max(week, 0));
    return address.pathname + address.search;
  };
  slider.addEventListener("input", show);
  for (const [link, step] of [[earlier, -1], [later, 1]]) {
    link?.addEventListener("click", (event) => {
      const to = Number(slider.value) + step;
      // Beyond the slider's ends there is another page.
      if (event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey || to < slider.min || to > slider.max) return;
      event.preventDefault();
      slider.value = to;
      show();
    });
  }
  form.querySelector("button").style.visibility = "hidden";
}
