/* A judge's sheet: all teams are on the page, one is shown. Enter and the buttons go to the next one and never sign;
   the arrows up and down change the mark by half a point, left and right at its ends turn. Saving is drafts.js. */
import { all, on } from "./page.js";

const form = document.getElementById("sheet-form"), cards = all(".mark-card", form), pips = all(".pips li");
const marks = all("[data-mark]", form), line = document.querySelector(".own-marks");
const sign = document.querySelector("[data-sign]");
const field = (card) => card.querySelector("[data-mark]");
const fits = (mark) => /^\d+(\.\d)?$/.test(mark.value.trim()) && Number(mark.value) <= Number(mark.max);
let shown = 0;

function show(place, focuses = true) {
  shown = Math.min(Math.max(place, 0), cards.length - 1);
  const dots = all("[data-dot]");
  cards.forEach((card, at) => card.classList.toggle("is-shown", at === shown));
  dots.forEach((dot) => dot.classList.toggle("is-shown", dot.dataset.dot === cards[shown].dataset.part));
  pips.forEach((pip, at) => at === shown ? pip.setAttribute("aria-current", "step") : pip.removeAttribute("aria-current"));
  const mark = field(cards[shown]);
  if (focuses && mark) {
    mark.focus();
    mark.select();
  }
  all("[data-turn]").forEach((button) => {
    button.hidden = shown === (button.dataset.turn < 0 ? 0 : cards.length - 1);
  });
  offerSigning();
}

const opened = (from, by) => {
  let place = from + by;
  while (cards[place] && !field(cards[place])) place += by;
  return cards[place] ? place : from + by;
};

/* The mark as typed, everywhere on the page. */
function follow(mark) {
  const card = mark.closest(".mark-card"), key = card.dataset.part, value = mark.value.trim();
  const pip = pips[cards.indexOf(card)], dot = document.querySelector(`[data-dot='${key}']`);
  pip.querySelector("small").textContent = value || "—";
  pip.classList.toggle("is-done", fits(mark));
  document.querySelector(`[data-row='${key}'] b`).textContent = value || "—";
  dot.toggleAttribute("hidden", !fits(mark));
  const low = Number(line.dataset.low), high = Number(line.dataset.high);
  const x = Math.max(0, (Number(value) - low) / (high - low)) * 100 + "%";
  dot.firstElementChild.setAttribute("cx", x);
  dot.lastElementChild.setAttribute("x", x);
}

/* Counted are the marks of the page's indicator; what the sheet has besides was there before. */
const started = marks.filter(fits).length, before = all("[data-done]").map((place) => Number(place.textContent));
const asked = document.querySelector("[data-of]");

function count() {
  const more = marks.filter(fits).length - started;
  all("[data-done]").forEach((place, at) => { place.textContent = before[at] + more; });
}

function offerSigning() {
  if (!sign) return;
  const whole = before[0] + marks.filter(fits).length - started === Number(asked.textContent);
  sign.classList.toggle("without-js", !whole);
  sign.classList.toggle("button-primary", whole);
  all("[data-turn='1']").forEach((button) => button.classList.toggle("button-primary", !whole));
}

on("input", (event) => {
  if (!event.target.matches("[data-mark]")) return;
  follow(event.target);
  count();
  offerSigning();
}, form);

on("keydown", (event) => {
  const mark = event.target;
  if (!mark.matches("[data-mark]")) return;
  if (event.key === "Enter") {
    event.preventDefault();
    event.stopPropagation();
    show(opened(shown, 1));
  } else if (event.key === "ArrowUp" || event.key === "ArrowDown") {
    event.preventDefault();
    const button = event.key === "ArrowUp" ? "0.5" : "-0.5";
    mark.closest(".stepper").querySelector(`[data-step='${button}']`).click();
  } else if (event.key === "ArrowRight" && mark.selectionStart === mark.value.length) show(opened(shown, 1));
  else if (event.key === "ArrowLeft" && mark.selectionEnd === 0) show(opened(shown, -1));
}, form);

on("click", (event) => {
  const turn = event.target.closest("[data-turn]"), pip = event.target.closest(".pips a");
  if (turn) show(shown + Number(turn.dataset.turn));
  if (!pip) return;
  event.preventDefault();
  show(pips.indexOf(pip.parentElement));
});

on("put", (event) => {
  if (event.target.matches("[data-mark]")) follow(event.target);
});

form.classList.add("is-turned");
on("DOMContentLoaded", () => {
  marks.forEach(follow);
  count();
  const first = cards.findIndex((card) => `#${card.id}` === location.hash);
  const empty = cards.findIndex((card) => field(card) && !field(card).value);
  show(first >= 0 ? first : Math.max(empty, 0), false);
});
