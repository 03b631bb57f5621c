/* Fields of a form that htmx checks while it is filled in. */
import { all, on } from "./page.js";

/* A field of a form that htmx checks is marked as its message says: invalid and described by it, or neither. The message
   of #f-points is #e-points. */
on("htmx:afterSettle", () => all("[hx-post] .error-text[id^='e-']").forEach((message) => {
  const field = document.getElementById(message.id.replace("e-", "f-")), isWrong = message.textContent.trim() !== "";
  if (!field) return;
  const mark = (name, value) => isWrong ? field.setAttribute(name, value) : field.removeAttribute(name);
  mark("aria-describedby", message.id);
  if (field.matches("input, select, textarea")) mark("aria-invalid", "true");
}));
