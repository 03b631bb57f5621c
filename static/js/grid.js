/* <table data-grid>: pasted cells fill the fields, by the name in front or from here on. Serial numbers before the
   names, a header and a line of totals are left out. */
import { told } from "./forms.js";
import { all, on } from "./page.js";

const bare = (text) => text.replace(/\s/g, "");
const isNumber = (text) => text !== "" && !isNaN(text);

on("paste", (event) => {
  const grid = event.target.closest("[data-grid]");
  const text = event.clipboardData.getData("text").trimEnd();
  if (!grid || !/[\t\n]/.test(text)) return;
  event.preventDefault();
  const rows = Array.from(grid.tBodies[0].rows);
  const here = rows.indexOf(event.target.closest("tr"));
  const fields = (row) => all("input:not([type=hidden], [type=checkbox])", row);
  const first = fields(rows[here]).indexOf(event.target);
  const missed = [];
  const left = document.querySelector("[data-totals]");
  const sums = left.dataset.sums.split(" ");
  let totals = false;
  text.split(/\r?\n/).forEach((line, place) => {
    const cells = line.split("\t").map((cell) => cell.trim().replace(/,/g, ""));
    if (cells.length > 1 && /^(\d{1,3}[.、)）]?)?$/.test(cells[0]) && isNaN(cells[1])) cells.shift();
    const name = isNaN(cells[0]) ? bare(cells.shift()) : "";
    if (sums.includes(name.replace(/[(（].*|[:：]$/g, "").toLowerCase())) return totals = true;
    const row = name ? rows.find((each) => bare(each.cells[0].textContent) === name) : rows[here + place];
    if (!row && place === 0 && name && cells.length && !cells.some(isNumber)) return;
    if (!row) return missed.push(name || line);
    fields(row).slice(first).forEach((field, n) => { field.value = cells[n] || field.value; });
  });
  const said = document.querySelector("[data-missed]");
  said.textContent = missed.length ? said.dataset.missed + missed.join(", ") : "";
  left.textContent = totals ? left.dataset.totals : "";
  told(event.target);
});
