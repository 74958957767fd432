// What the pages do beyond HTML: a sign of life, and care for a form that is being filled in while its record moves.
(() => {
  "use strict";

  document.documentElement.classList.add("js");

  const byId = (id) => document.getElementById(id);

  // -- live

  function showLive(on, news = "") {
    const sign = byId("live");
    if (!sign) return;
    sign.textContent = on ? sign.dataset.on + news : sign.dataset.off;
    sign.classList.toggle("off", !on);
  }

  document.addEventListener("htmx:sseOpen", (event) => {
    showLive(true);
    // What changed while nobody listened, also between the drawing of the page and this moment, is asked for once.
    event.target.querySelectorAll('[hx-trigger*="sse:changed"]').forEach((part) => htmx.trigger(part, "sse:changed"));
  });

  document.addEventListener("htmx:sseError", () => {
    showLive(false);
  });

  // The stream was ended on purpose: the session or the link is over, and the page says so itself.
  document.addEventListener("htmx:sseClose", (event) => {
    if (event.detail.type === "message") location.reload();
  });

  // -- the steps of a record are drawn anew only when the record has moved, and never under somebody's hands

  function tellOfChange(steps) {
    if (byId("moved")) return;
    const words = document.createElement("p");
    words.id = "moved";
    words.className = "notice waiting";
    words.setAttribute("role", "status");
    words.textContent = `${steps.dataset.changed} `;
    const link = document.createElement("a");
    link.href = steps.dataset.address;
    link.textContent = steps.dataset.refresh;
    words.append(link);
    steps.prepend(words);
  }

  document.addEventListener("htmx:oobBeforeSwap", (event) => {
    const steps = event.detail.target;
    if (steps.id !== "steps") return;
    const fresh = event.detail.fragment.querySelector("#steps");
    const moved = !fresh || fresh.dataset.version !== steps.dataset.version;
    const busy = steps.querySelector("details[open]") !== null;
    if (moved && busy) tellOfChange(steps);
    if (!moved || busy) event.detail.shouldSwap = false;
  });

  // A new state is read out: the sign of life is the page's live region.
  let state = document.querySelector("#facts .badge")?.textContent;
  document.addEventListener("htmx:oobAfterSwap", () => {
    const now = document.querySelector("#facts .badge")?.textContent;
    if (now !== state) showLive(true, ` · ${now}`);
    state = now;
  });

  // -- one sending a form

  document.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (!button || event.target.method !== "post") return;
    // After this event, or the button's own form would not be sent.
    setTimeout(() => {
      button.disabled = true;
      button.setAttribute("aria-busy", "true");
    });
  });

  addEventListener("pageshow", () => {
    document.querySelectorAll("button[aria-busy]").forEach((button) => {
      button.disabled = false;
      button.removeAttribute("aria-busy");
    });
  });

  // -- how a step went is read out, told once, and not kept in the address

  const outcome = byId("outcome");
  if (outcome) {
    outcome.focus();
    const address = new URL(location.href);
    address.searchParams.delete("done");
    history.replaceState(history.state, "", address);
  }
})();
