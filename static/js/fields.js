/* Fields of forms that post: what Enter does, what a browser could not read, faults. */
import { say } from "./kept.js";
import { all, on } from "./page.js";

const isShown = (field) => field.getClientRects().length > 0;
const goesOn = (field) => field.matches("input:not([type=hidden]), select, textarea") && !field.disabled
  && !field.readOnly && isShown(field);

/* Enter presses the form's first button; where that one is disabled, because the others decide something, and where the
   form saves itself, it goes on to the next field, and never to a button. */
on("keydown", (event) => {
  const field = event.target, form = field.form;
  if (event.key !== "Enter" || event.isComposing || event.defaultPrevented || !form || form.method !== "post") return;
  const button = Array.from(form.elements).find((each) => each.type === "submit");
  const stays = "autosave" in form.dataset || (button && button.disabled);
  if (!stays || !field.matches("input:not([type=submit]):not([type=file])")) return;
  event.preventDefault();
  const fields = Array.from(form.elements).filter((each) => each === field || goesOn(each));
  const next = fields[fields.indexOf(field) + 1];
  if (next) next.focus();
});

/* Half a date, or letters for a number, would be sent as an empty field: it is not sent. */
document.addEventListener("submit", (event) => {
  const half = Array.from(event.target.elements).find((field) => field.validity && field.validity.badInput);
  if (!half || event.target.method !== "post") return;
  event.preventDefault();
  half.setAttribute("aria-invalid", "true");
  say("half");
  half.focus();
}, true);

/* A form that comes back with faults begins at the first. */
on("DOMContentLoaded", () => {
  all("main [aria-invalid='true']").find(isShown)?.focus();
});
