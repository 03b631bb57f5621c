/* The page of a meeting in the administration: rows moved and added, marks by their letters, guests looked up.
   Without it numbers move rows, and one blank row of each table is there. */
import { all, on } from "./page.js";

const form = document.getElementById("meeting_form");
if (form) document.body.dataset.person = form.dataset.person; // whose text kept.js keeps

const numberOf = (row) => row.querySelector("[name$='-order']");
const rowOf = (field) => field.closest("[data-rows] tbody tr");
const changed = (field) => field.dispatchEvent(new Event("input", { bubbles: true }));

/* Rows: the number says the place; Alt and an arrow move the row of the field. A blank row stays last. */
const isBlank = (row) => !row.querySelector("[name$='-key']").value && !numberOf(row).value;

function renumber(body) {
  Array.from(body.rows).filter((row) => !isBlank(row)).forEach((row, at) => {
    const field = numberOf(row);
    if (field.value === String(at + 1)) return;
    field.value = at + 1;
    changed(field);
  });
}

function moveTo(row, place) {
  const body = row.parentNode, others = Array.from(body.rows).filter((each) => each !== row && !isBlank(each));
  const after = others[Math.max(place - 1, 0)];
  body.insertBefore(row, after || Array.from(body.rows).find((each) => each !== row && isBlank(each)) || null);
  renumber(body);
}

on("keydown", (event) => {
  const step = { ArrowUp: -1, ArrowDown: 1 }[event.key], row = step && event.altKey && rowOf(event.target);
  if (!row) return;
  event.preventDefault();
  if (isBlank(row)) numberOf(row).value = row.parentNode.rows.length;
  const field = event.target, rows = Array.from(row.parentNode.rows).filter((each) => !isBlank(each));
  const place = rows.indexOf(row) + step;
  if (!rows.includes(row) || place < 0 || place >= rows.length) return;
  moveTo(row, place + 1);
  field.focus();
});

on("change", (event) => {
  const field = event.target, row = field.name && field.name.endsWith("-order") && rowOf(field);
  if (!row || !(Number(field.value) > 0)) return;
  moveTo(row, Number(field.value));
  field.focus();
});

/* Marks: a letter in a row of people gives the mark and goes on to the next person; arrows go from person to person. */
const LETTERS = { e: "expected", p: "present", l: "leave", s: "stand_in", a: "absent" };
const marksOf = (row) => all("[name$='-mark']", row);

function goTo(row) {
  const marks = row ? marksOf(row) : [];
  const mark = marks.find((each) => each.checked) || marks[0];
  if (mark) mark.focus();
}

function showStandIn(row) {
  const named = row.querySelector(".stand-in");
  const wanted = marksOf(row).some((mark) => mark.checked && mark.value === "stand_in");
  if (named) named.hidden = !wanted && !named.querySelector("[aria-invalid='true']");
}

on("keydown", (event) => {
  const mark = event.target;
  if (!mark.name || !mark.name.endsWith("-mark") || event.altKey || event.ctrlKey || event.metaKey) return;
  const row = rowOf(mark), step = { ArrowUp: "previousElementSibling", ArrowDown: "nextElementSibling" }[event.key];
  if (step) {
    event.preventDefault();
    goTo(row[step]);
    return;
  }
  const given = marksOf(row).find((each) => each.value === LETTERS[event.key.toLowerCase()]);
  if (!given) return;
  event.preventDefault();
  given.checked = true;
  given.dispatchEvent(new Event("change", { bubbles: true }));
  if (given.value === "stand_in") row.querySelector(".stand-in input").focus();
  else goTo(row.nextElementSibling);
});

on("change", (event) => {
  if (event.target.name && event.target.name.endsWith("-mark")) showStandIn(rowOf(event.target));
});

/* Named teams are asked for where a decision is for named ones. */
function showNamed(decision) {
  decision.querySelector("[data-named]").hidden = decision.querySelector("[name$='-audience']").value !== "named";
}
on("change", (event) => {
  const decision = event.target.name && event.target.name.endsWith("-audience") && event.target.closest("[data-decision]");
  if (decision) showNamed(decision);
});

/* A team is asked for where an item is a report. */
on("change", (event) => {
  const row = event.target.name && event.target.name.endsWith("-kind") && rowOf(event.target);
  const team = row && row.querySelector("select[name$='-team']");
  if (team) team.closest(".field").hidden = event.target.value !== "report";
});

/* One more row: the blank one of its template, under the next number of the form. */
function addRow(kind) {
  const total = form.elements[`${kind}-TOTAL_FORMS`], at = total.value;
  const blank = form.querySelector(`template[data-blank='${kind}']`);
  const holder = document.createElement(kind === "items" ? "tbody" : "div");
  holder.innerHTML = blank.innerHTML.replace(/__prefix__/g, at);
  const row = holder.firstElementChild;
  const list = blank.previousElementSibling;
  (kind === "items" ? list.tBodies[0] : list).appendChild(row);
  total.value = Number(at) + 1;
  prepare(row);
  const first = all("input, select, textarea", row).find((field) => field.type !== "hidden");
  if (first) first.focus();
}

on("click", (event) => {
  const button = event.target.closest("[data-add]");
  if (button) addRow(button.dataset.add);
});

/* Guests: what is typed is looked up; the arrows choose, Enter or a click takes, Escape closes. */
let asked = 0;

function offer(guest, people) {
  const list = guest.querySelector(".suggest");
  list.textContent = "";
  people.forEach((person) => {
    const item = list.appendChild(document.createElement("li"));
    const button = item.appendChild(document.createElement("button"));
    button.type = "button";
    button.tabIndex = -1;
    button.appendChild(document.createElement("b")).textContent = person.name;
    button.append(" " + [person.post, person.unit].filter(Boolean).join(" · "));
    button.onclick = () => take(guest, person);
  });
  list.hidden = !people.length;
  mark(list, 0);
}

function mark(list, at) {
  const buttons = all("button", list);
  buttons.forEach((button, place) => button.classList.toggle("is-chosen", place === at));
  list.dataset.at = Math.min(Math.max(at, 0), Math.max(buttons.length - 1, 0));
}

function take(guest, person) {
  const put = (name, value) => { guest.querySelector(`[name$='-${name}']`).value = value; };
  ["name", "post", "unit"].forEach((name) => put(name, person[name]));
  put("person", person.id);
  offer(guest, []);
  changed(guest.querySelector("[name$='-post']"));
  guest.querySelector("[name$='-name']").focus();
}

function look(guest, text) {
  const mine = ++asked;
  if (!text.trim()) return offer(guest, []);
  const address = `${form.dataset.guests}?term=${encodeURIComponent(text.trim().slice(0, 60))}`;
  return window.fetch(address, { credentials: "same-origin" })
    .then((answer) => (answer.ok ? answer.json() : { results: [] }))
    .then((found) => { if (mine === asked) offer(guest, found.results); })
    .catch(() => offer(guest, []));
}

on("input", (event) => {
  const field = event.target, guest = field.closest("[data-guest]");
  if (!guest || !field.name.endsWith("-name")) return;
  guest.querySelector("[name$='-person']").value = "";
  look(guest, field.value);
});

on("keydown", (event) => {
  const guest = event.target.closest && event.target.closest("[data-guest]");
  const list = guest && guest.querySelector(".suggest");
  if (!list || list.hidden || event.isComposing) return;
  const buttons = all("button", list), at = Number(list.dataset.at);
  const act = {
    ArrowDown: () => mark(list, Math.min(at + 1, buttons.length - 1)),
    ArrowUp: () => mark(list, Math.max(at - 1, 0)),
    Enter: () => buttons[at].click(),
    Escape: () => offer(guest, []),
  }[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

/* What script shows and hides at first. */
function prepare(root) {
  all("[data-rows] tbody tr", root).concat(root.matches && root.matches("tr") ? [root] : []).forEach((row) => {
    if (marksOf(row).length) showStandIn(row);
    const kind = row.querySelector("[name$='-kind']"), team = row.querySelector("select[name$='-team']");
    if (kind && team) team.closest(".field").hidden = kind.value !== "report";
  });
  const decisions = root.matches && root.matches("[data-decision]") ? [root] : all("[data-decision]", root);
  decisions.forEach(showNamed);
}

if (form) {
  all("[data-add]", form).forEach((button) => { button.hidden = false; });
  prepare(form);
  on("put", () => prepare(form), form);
}
