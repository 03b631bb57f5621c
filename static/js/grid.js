/* <table data-grid>: pasted cells fill the fields, by the name in front or from here on. */
import { told } from "./forms.js";
import { all, on } from "./page.js";

on("paste", (event) => {
  const grid = event.target.closest("[data-grid]");
  const text = event.clipboardData.getData("text").trimEnd();
  if (!grid || !/[\t\n]/.test(text)) return;
  event.preventDefault();
  const rows = Array.from(grid.tBodies[0].rows);
  const here = rows.indexOf(event.target.closest("tr"));
  const fields = (row) => all("input:not([type=hidden])", row);
  const first = fields(rows[here]).indexOf(event.target);
  const missed = [];
  text.split(/\r?\n/).forEach((line, place) => {
    const cells = line.split("\t").map((cell) => cell.trim().replace(/,/g, ""));
    const name = isNaN(cells[0]) ? cells.shift() : "";
    const row = name ? rows.find((each) => each.cells[0].textContent.trim() === name) : rows[here + place];
    if (!row) return missed.push(name || line);
    fields(row).slice(first).forEach((field, n) => { field.value = cells[n] || field.value; });
  });
  const said = document.querySelector("[data-missed]");
  said.textContent = missed.length ? said.dataset.missed + missed.join(", ") : "";
  told(event.target);
});
