/* Drafts that save themselves: the changed [data-part]s are sent, each with what it was opened with (-seen) and a place
   [data-said] for the answer. What could not be sent is kept on this device and sent when connection, page or person is
   back. A part that somebody else has changed waits for a decision. */
import { keep, kept, putBack, say, typed } from "./forms.js";
import { all, on } from "./page.js";

const form = document.querySelector("form[data-autosave]"), place = document.querySelector("[data-saved]");
const QUIET = 1500, LONGEST = 60000;
let waiting, busy, pause = 0;
const seen = (part) => part.querySelector("[name$='-seen']");

function tell(words) {
  place.textContent = words || place.dataset.saved;
  place.classList.toggle("soon", !words);
}

function later(after) {
  clearTimeout(waiting);
  waiting = setTimeout(send, after);
}

async function send() {
  const parts = all("[data-dirty='yes']", form), sent = parts.map(typed);
  if (busy || !parts.length) return;
  busy = true;
  const body = new URLSearchParams({ autosave: 1 });
  all("[name=csrfmiddlewaretoken], [name=behalf]", form).forEach((field) => body.append(field.name, field.value));
  sent.forEach((values) => Object.keys(values).forEach((name) =>
    [].concat(values[name]).forEach((value) => body.append(name, value))));
  let response, answer;
  try {
    response = await fetch(location.href, { method: "POST", body, redirect: "manual" });
    answer = await response.json();
  } catch (lost) { /* offline, or the answer of another page */ }
  busy = false;
  if (!response || response.status >= 500) {
    pause = Math.min((pause || QUIET) * 2, LONGEST);
    tell();
    later(pause);
  } else if (!answer) say("signed-out");
  else if (answer.refused) tell(answer.refused);
  else {
    pause = 0;
    parts.forEach((part, at) => settle(part, sent[at], answer.parts[part.dataset.part]));
    keep(form);
    tell(answer.saved);
    later(QUIET);
  }
}

function settle(part, sent, answer) {
  part.querySelector("[data-said]").innerHTML = answer.said;
  if (answer.clash || answer.wrong) {
    part.dataset.dirty = answer.clash ? "clash" : "wrong";
    part.dataset.seen = answer.seen;
    return;
  }
  if (JSON.stringify(typed(part)) === JSON.stringify(sent)) delete part.dataset.dirty;
  seen(part).value = answer.seen;
}

/* There is always an empty line; a line kept on the device finds its place. */
const blank = (name) => form.querySelector(`[data-blank][data-part^='${name.split("-")[0]}-']`);
const another = (line, name, where) =>
  line.insertAdjacentHTML(where, line.outerHTML.split(line.dataset.part).join(name));

function partOf(name) {
  const find = () => form.querySelector(`[data-part='${name}']`);
  if (!find() && blank(name)) {
    another(blank(name), name, "beforebegin");
    delete find().dataset.blank;
  }
  return find();
}

on("input", (event) => {
  const part = event.target.closest("[data-part]");
  if (!part || event.target.type === "file") return;
  if ("blank" in part.dataset) {
    delete part.dataset.blank;
    const name = part.dataset.part.split("-")[0] + "-k" + Math.random().toString(16).slice(2, 12);
    if (!blank(name)) {
      another(part, name, "afterend");
      part.nextElementSibling.dataset.blank = "";
    }
  }
  if (part.dataset.dirty !== "clash") part.dataset.dirty = "yes";
  later(QUIET);
}, form);

on("submit", () => {
  keep(form);
  clearTimeout(waiting);
  all("[data-dirty='clash']", form).forEach((part) => { seen(part).value = part.dataset.seen; });
}, form);

/* Files are sent at once to data-upload; what fails goes with the form. */
on("change", async (event) => {
  const input = event.target, part = input.closest("[data-part]");
  if (!input.dataset.upload || !input.files.length) return;
  const body = new FormData(), headers = { "HX-Request": "true" };
  body.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  Array.from(input.files).forEach((file) => body.append("files", file));
  try {
    const response = await fetch(input.dataset.upload, { method: "POST", body, headers, redirect: "manual" });
    const text = await response.text(), refused = response.status === 422;
    part.querySelector("[data-said]").textContent = refused ? text : "";
    if (response.ok) part.querySelector("[data-files]").innerHTML = text;
    if (response.ok || refused) input.value = "";
  } catch (lost) {
    input.classList.add("stays");
    tell();
  }
}, form);

on("visibilitychange", () => {
  if (!document.hidden) return;
  keep(form);
  send();
});
on("offline", () => tell(), window);
on("online", send, window);

on("DOMContentLoaded", () => {
  const parts = kept(form.dataset.keep).parts || {};
  Object.keys(parts).forEach((name) => {
    const part = partOf(name);
    if (!part) return;
    putBack(part, parts[name]);
    part.dataset.dirty = "yes";
  });
  send();
});
