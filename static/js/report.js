/* The cards of a report: two choices each, the live difference, the reason for a lower number, last time's text. */
import { told } from "./forms.js";
import { all, on } from "./page.js";

const CARD = ".entry[data-part^='row-']";
const round = (number) => Number(number.toFixed(2));
const find = (card, name) => card.querySelector(`[data-${name}]`);
const speaks = (card) => card.querySelector(".evidence, .photo, [name*='-asks_']:checked") || card.querySelector("[name$='-asks_due_on']")?.value
  || all("textarea", card).some((field) => field.value.trim());

const sumOf = (card) => round(all("[data-town]", card).reduce((sum, town) => sum + Number(town.value), 0));

function dress(card) {
  const same = find(card, "no-change"), moves = find(card, "progress"), input = find(card, "previous");
  const by = input.value - input.dataset.previous, says = speaks(card), lower = find(card, "lower");
  if (!same.checked && (says || by)) moves.checked = true;
  const show = (place, name, shown) => place.classList.toggle(name, Boolean(shown));
  show(card, "is-closed", !same.checked && !moves.checked);
  show(card, "is-unchanged", same.checked);
  show(card, "is-silent", same.checked && !says);
  show(lower, "is-shown", by < 0 || lower.querySelector("textarea").value);
  input.readOnly = same.checked || "bound" in input.dataset;
  if (find(card, "sum")) find(card, "sum").textContent = sumOf(card);
  find(card, "difference").textContent = by ? (by > 0 ? "+" : "−") + round(Math.abs(by)) : "";
  find(card, "difference").className = by < 0 ? "lost" : "up";
  const percent = (input.value / (input.dataset.full || 100)) * 100, text = find(card, "counted");
  card.querySelector(".pace-actual")?.setAttribute("width", `${Math.min(Math.max(percent || 0, 0), 100)}%`);
  find(card, "count").textContent = `${Array.from(text.value.trim()).length} / ${text.dataset.most}`;
}

function dressLine(line) {
  const chosen = line.querySelector(":checked"), why = find(line, "why");
  why.classList.toggle("is-shown", /partly|not$/.test(chosen?.value) || why.querySelector("input").value !== "");
}

function follow({ target, type }) {
  const card = target.closest(CARD), line = target.closest(".line-followed"), folded = target.closest("details");
  if (target.closest(".towns")) {
    const input = find(card, "previous"), sum = sumOf(card);
    if ("bound" in input.dataset || sum >= input.dataset.previous) input.value = sum;
    if (type === "input") told(input);
  }
  if (card) dress(card);
  if (line) dressLine(line);
  if (type === "put" && folded && target.value && /^t/.test(target.type)) folded.open = true;
}
on("input", follow);
on("put", follow);

/* "No change" puts the number back, progress puts back what was typed. */
on("change", ({ target }) => {
  const isSame = "noChange" in target.dataset;
  if (!isSame && !("progress" in target.dataset)) return;
  const input = find(target.closest(CARD), "previous");
  if (isSame) input.dataset.typed = input.value;
  input.value = isSame ? input.dataset.previous : input.dataset.typed || input.value;
  told(input);
});

/* button[data-last]: last time's text; button[data-rest="Undo"]: "no change" where nothing was said, and back. */
on("click", (event) => {
  const button = event.target.closest("[data-last], [data-change], [data-rest]");
  if (!button) return;
  if ("change" in button.dataset) return find(button.closest(CARD), "previous").select();
  if ("last" in button.dataset) {
    const field = find(button.closest(CARD), "counted");
    field.value = `${field.value}\n${button.dataset.last}`.trim();
    field.focus();
    return told(field);
  }
  event.preventDefault();
  const silent = (card) => !find(card, "no-change").checked && !speaks(card)
    && find(card, "previous").value === find(card, "previous").dataset.previous;
  const chosen = button.chosen || all(CARD).filter(silent);
  chosen.forEach((card) => {
    find(card, "no-change").checked = !button.chosen;
    told(find(card, "no-change"));
  });
  button.chosen = button.chosen ? null : chosen;
  [button.textContent, button.dataset.rest] = [button.dataset.rest, button.textContent];
});

on("DOMContentLoaded", () => {
  all(CARD).forEach(dress);
  all(".line-followed").forEach(dressLine);
});
