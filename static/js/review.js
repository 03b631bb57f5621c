/* The review: keys to move and to lead to a decision, and the foot that follows what is written; nothing depends on it. */
import { all, on } from "./page.js";

const form = document.getElementById("review-form");
const foot = form.querySelector(".verdict");

function move(step) {
  const links = all(".judge .table-title", form);
  const row = document.activeElement.closest(".judge");
  const next = links[row ? links.findIndex((link) => row.contains(link)) + step : 0];
  if (next) next.focus();
}

/* The first press leads to a decision, the second makes it. */
function decide(name) {
  const button = foot && foot.querySelector(`[name=${name}]`);
  if (!button || button.disabled) return;
  if (document.activeElement === button) button.click();
  else button.focus();
}

const KEYS = {
  j: () => move(1),
  k: () => move(-1),
  a: () => decide("accept"),
  r: () => decide("return"),
  n: () => {
    const next = document.querySelector(".queue [aria-current] + li a");
    if (next) next.click();
  },
};

on("keydown", (event) => {
  const typing = event.target.closest("input:not([type=checkbox]), select, textarea");
  if (typing || event.repeat || event.ctrlKey || event.metaKey || event.altKey || !KEYS[event.key]) return;
  event.preventDefault();
  KEYS[event.key]();
});

/* A reason arms the return and turns accepting off. */
function follow() {
  if (!foot) return;
  const boxes = all(".phrases input", form);
  boxes.forEach((box) => box.closest(".chip").classList.toggle("is-on", box.checked));
  const isBack = boxes.some((box) => box.checked) || all(".phrases textarea", form).some((area) => area.value.trim());
  foot.classList.toggle("is-back", isBack);
  foot.querySelector("[name=accept]").disabled = isBack;
  foot.querySelector(".verdict-off").hidden = !isBack;
}
["change", "input", "put", "pageshow"].forEach((event) => on(event, follow, event === "pageshow" ? window : document));
follow();
