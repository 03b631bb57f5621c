/* The wall chart: turned back to other evenings by a slider; on a screen it takes in the new picture by itself. */
import { all, on } from "./page.js";

/* data-turns="evenings": a range that turns through the days of a list; its form's day shows which. */
on("input", (event) => {
  const days = document.getElementById(event.target.dataset.turns);
  if (!days) return;
  const day = days.options[event.target.value].value;
  event.target.form.elements.on.value = day;
  event.target.setAttribute("aria-valuetext", day);
});

/* data-refresh="60": a page on the wall takes in the new picture; while none comes it keeps the old and says since when. */
const every = Number(document.body.dataset.refresh);
const time = () => new Date().toTimeString().slice(0, 5);
let since = "";

async function refresh() {
  try {
    const answer = await fetch(location.href);
    if (answer.status > 499) throw answer;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (page.head.innerHTML !== document.head.innerHTML) return location.reload();
    document.body.replaceWith(page.body);
    since = "";
  } catch (lost) {
    since = since || time();
    all("[data-away]").forEach((note) => {
      note.hidden = false;
      note.querySelector("b").textContent = since;
    });
  }
}

if (every) {
  setInterval(() => all("[data-clock]").forEach((clock) => { clock.textContent = time(); }), 5000);
  setInterval(refresh, every * 1000);
}
