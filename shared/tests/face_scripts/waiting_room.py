"""A form that waits on a device, and what lies there of it."""

from playwright.sync_api import BrowserContext, Page, expect
from werkzeug.wrappers import Response

from face_scripts.site import Site, document, open_page

FORM = """
<form method="post" action="/sign-out" data-sign-out><button id="out">Out</button></form>
<form method="post" action="/room" data-offline="Vitals"><input type="hidden" name="number" value="1">
<label for="said">Blood  pressure <span>(mmHg)</span></label><input id="said" name="words">
<label for="where">Where</label><select id="where" name="where"><option value="l">Left arm</option></select>
<fieldset><legend>How</legend><label><input type="radio" name="how" value="s" checked> Sitting</label>
<label><input type="radio" name="how" value="l"> Lying</label></fieldset>
<label><input type="checkbox" name="again" value="yes"> Look again soon</label>
<label for="code">Code</label><input id="code" type="password" name="code" value="hunter2">
<button id="send">Write down</button></form>
"""

OLDER = """days => new Promise((resolve) => {
  const open = indexedDB.open("afterglow", 1);
  open.onsuccess = () => {
    const change = open.result.transaction("waiting", "readwrite");
    const store = change.objectStore("waiting");
    const older = (one) => store.put({ ...one, at: one.at - days * 86400000 });
    store.getAll().onsuccess = (event) => event.target.result.forEach(older);
    change.oncomplete = () => resolve(null);
  };
})"""


KEPT = """() => new Promise((resolve) => {
  const open = indexedDB.open("afterglow", 1);
  open.onsuccess = () => {
    const asked = open.result.transaction("waiting").objectStore("waiting").getAll();
    asked.onsuccess = () => {
      const text = (key, value) => (value instanceof Uint8Array ? new TextDecoder().decode(value) : value);
      resolve(JSON.stringify([asked.result, { ...localStorage }, { ...sessionStorage }], text));
    };
  };
})"""
"""All that lies there, as text; of what is sealed, as much as is one."""


def where_nothing_is_taken(site: Site) -> Site:
    """A room with a form, whose service refuses what is sent."""
    show(site, "maple")
    site.views["POST /room"] = lambda _: Response(
        document("<p>Not now.</p>", **of("maple")), 403, content_type="text/html"
    )
    site.views["/sign-out"] = lambda _: document("<h1>Goodbye</h1>")
    return site


def of(clinic: str) -> dict[str, str]:
    return {"data_person": "a", "data_clinic": clinic, "data_worker": "/intake/look/worker.js", "data_csrf": "x"}


def show(site: Site, clinic: str) -> None:
    site.views["/room"] = lambda _: document(FORM, **of(clinic))


def with_a_file(site: Site) -> None:
    form = FORM.replace('action="/room"', 'action="/room" enctype="multipart/form-data"').replace(
        'type="password" name="code" value="hunter2"', 'type="file" name="code"'
    )
    site.views["/room"] = lambda _: document(form, **of("maple"))


def write_without_connection(tab: Page, context: BrowserContext) -> None:
    open_page(tab, "/room", "offline")
    context.set_offline(True)
    tab.fill("#said", "120/80")
    tab.click("#send")
    expect(tab.get_by_text("Waiting to be sent (1)")).to_be_visible()
