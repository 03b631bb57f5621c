/* The screen in a meeting: all teams are on the page, one is shown. Arrow keys and space turn, and so do the buttons; the
   place is kept on the server for whoever opens the screen next. Without a connection it turns all the same. */
import { all, on } from "./page.js";

const pages = all(".podium-team");
const foot = document.querySelector(".podium-foot");
const at = (place) => pages[Math.min(Math.max(place, 0), pages.length - 1)];
let shown = Math.max(0, pages.findIndex((page) => page.id === location.hash.slice(1) || page.dataset.shown === "yes"));

/* One place at a time, the last one last; what could not be sent goes when the connection is back. */
const form = document.querySelector("[data-place]");
const RETRY = 5000;
let sending = false, unsent = null;

function tellLost(lost) {
  all("[data-cut]").forEach((note) => { note.hidden = !lost; });
}

async function keepPlace(page) {
  if (!form || !page) return;
  unsent = page;
  if (sending) return;
  sending = true;
  try {
    while (unsent) {
      const now = unsent;
      const address = form.dataset.place.replace(/0\/$/, `${now.dataset.item}/`);
      await fetch(address, { method: "POST", body: new URLSearchParams(new FormData(form)), redirect: "manual" });
      if (unsent === now) unsent = null;
    }
    tellLost(false);
  } catch (lost) {
    tellLost(true);
    setTimeout(() => keepPlace(unsent), RETRY);
  }
  sending = false;
}
on("offline", () => tellLost(true), window);
on("online", () => {
  tellLost(false);
  keepPlace(unsent);
}, window);

function show(place, kept) {
  if (place < 0 || place >= pages.length) return;
  shown = place;
  pages.forEach((page, each) => page.classList.toggle("is-shown", each === place));
  foot.querySelector("[data-number]").textContent = `${place + 1} / ${pages.length}`;
  all("[data-turn]", foot).forEach((button) => {
    const other = place + Number(button.dataset.turn);
    button.disabled = other < 0 || other >= pages.length;
    const name = at(other).dataset.name;
    button.textContent = Number(button.dataset.turn) < 0 ? `← ${name}` : `${name} →`;
  });
  window.scrollTo(0, 0);
  if (!kept) keepPlace(at(place));
}

on("click", (event) => {
  const button = event.target.closest("[data-turn]");
  if (button) show(shown + Number(button.dataset.turn));
});
on("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  const forward = ["ArrowRight", "PageDown", " "].includes(event.key);
  const back = ["ArrowLeft", "PageUp"].includes(event.key);
  if (!forward && !back) return;
  event.preventDefault();
  show(shown + (forward ? 1 : -1));
});

if (pages.length) show(shown, true);
