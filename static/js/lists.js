/* Lists: keys to move and select with, and the bar that appears once a row is selected; nothing depends on it. */
import { all, on } from "./page.js";

const one = (selector) => document.querySelector(selector);
const row = () => document.activeElement.closest("#list tbody tr");

function move(step) {
  const links = all("#list tbody .table-title");
  const here = row();
  const next = links[here ? links.findIndex((link) => here.contains(link)) + step : 0];
  if (next) next.focus();
}

const KEYS = {
  j: () => move(1),
  k: () => move(-1),
  x: () => {
    const box = row() && row().querySelector("[name=row]");
    if (box) box.click();
  },
  "/": () => {
    const search = one("#filters [name=q]");
    if (search) search.focus();
  },
  "?": () => {
    const keys = one(".keys");
    if (keys) keys.open = !keys.open;
  },
};

on("keydown", (event) => {
  const typing = event.target.closest("input:not([type=checkbox]), select, textarea");
  if (typing || event.ctrlKey || event.metaKey || event.altKey || !KEYS[event.key]) return;
  event.preventDefault();
  KEYS[event.key]();
});

/* Sorting replaces the rows alone: a chip above them is told how they are sorted now. */
on("click", (event) => {
  const chip = event.target.closest("#chips a");
  if (!chip) return;
  const asked = new URL(chip.href);
  const sort = new URLSearchParams(location.search).get("sort");
  if (sort) asked.searchParams.set("sort", sort);
  chip.href = asked;
});

on("change", (event) => {
  const bar = one(".bulk");
  if (!bar || !event.target.closest("#list")) return;
  const boxes = all("#list [name=row]");
  if ("all" in event.target.dataset) boxes.forEach((box) => (box.checked = event.target.checked));
  const count = boxes.filter((box) => box.checked).length;
  all("#list [data-all]").forEach((box) => (box.checked = count === boxes.length));
  one("[data-selected]").textContent = count;
  bar.classList.toggle("is-on", count > 0);
});
