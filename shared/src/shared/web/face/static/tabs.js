// Tabs: <nav data-tabs> with links. Where they lead to pages, the arrow keys go from one to the next. Where they lead to
// sections of this page (#id), one section is shown at a time. Without it they are links, and all sections stand in the page.
export function improve(root) {
  root.querySelectorAll("[data-tabs]:not(.improved)").forEach(upgrade);
}

function upgrade(nav) {
  nav.classList.add("improved");
  const links = [...nav.querySelectorAll("a")];
  const panels = links.map((link) => link.getAttribute("href").startsWith("#") && document.getElementById(link.hash.slice(1)));
  const whole = links.length && panels.every(Boolean);
  const select = (at) => links.forEach((link, index) => {
    link.ariaSelected = String(index === at);
    link.tabIndex = index === at ? 0 : -1;
    panels[index].hidden = index !== at;
  });
  nav.addEventListener("keydown", (event) => {
    const at = links.indexOf(document.activeElement);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: links.length - 1 }[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    const next = (to + links.length) % links.length;
    links[next].focus();
    if (whole) select(next);
  });
  if (!whole) return;
  (nav.querySelector("ul") || nav).role = "tablist";
  const chosen = links.findIndex((link) => link.ariaCurrent);
  links.forEach((link, index) => {
    link.ariaCurrent = null; // Which one is shown is said by aria-selected from now on.
    link.id ||= `tab-${panels[index].id}`;
    link.role = "tab";
    if (link.parentElement.matches("li")) link.parentElement.role = "presentation";
    link.setAttribute("aria-controls", panels[index].id);
    panels[index].role = "tabpanel";
    panels[index].setAttribute("aria-labelledby", link.id);
    link.addEventListener("click", (event) => { event.preventDefault(); select(index); });
  });
  const asked = links.findIndex((link) => link.hash === location.hash);
  select(Math.max(0, asked < 0 ? chosen : asked));
}
