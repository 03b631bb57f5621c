/* Drafts that save themselves: the changed [data-part]s are sent, each with what it was opened with (-seen) and a place
   [data-said] for the answer. What could not be sent is kept on this device and sent when connection, page or person is
   back. A part that somebody else has changed (`clash`) waits for a decision, one that was refused (`wrong`) for a
   correction: while there is either, the bar never says "saved". */
import { keep, kept, putBack, say, typed } from "./kept.js";
import { all, on } from "./page.js";
import { photoQueue } from "./photoqueue.js";

const form = document.querySelector("form[data-autosave]"), place = document.querySelector("[data-saved]");
const QUIET = 1500, LONGEST = 60000, PATIENCE = 30000;
let waiting, busy, pause = 0;
const seen = (part) => part.querySelector("[name$='-seen']");
const has = (state) => Boolean(form.querySelector(`[data-dirty='${state}']`));

/* The bar: what the server said last (`answered`) only while everything has arrived; `lost`: it said nothing. */
let answered = place.textContent, isLost = false;
function tell(lost = isLost) {
  const words = place.dataset, stored = keep(form) && photoQueue.keptAll(form), photos = photoQueue.unsent(form);
  const left = photos.length && words.left ? words.left.replace("{count}", photos.length) : "";
  isLost = lost;
  let said = answered;
  if (has("clash")) said = words.choice;
  else if (has("wrong")) said = words.refused;
  else if (lost && (left || has("yes") || !navigator.onLine)) said = stored ? words.saved : words.open;
  else if (has("yes")) said = words.saving || answered;
  if (left) said = said === answered ? left : `${said} · ${left}`;
  mention(said, said !== answered);
}

photoQueue.tell = () => tell();

function mention(words, warns = true) {
  place.textContent = words;
  place.classList.toggle("soon", warns);
}

function later(after) {
  clearTimeout(waiting);
  waiting = setTimeout(send, after);
}

async function send() {
  const parts = all("[data-dirty='yes']", form), sent = parts.map(typed);
  if (busy || !parts.length) return;
  const body = new URLSearchParams({ autosave: 1 }), patience = new AbortController();
  all("[name=csrfmiddlewaretoken], [name=behalf]", form).forEach((field) => body.append(field.name, field.value));
  sent.forEach((values) => Object.keys(values).forEach((name) =>
    [].concat(values[name]).forEach((value) => body.append(name, value))));
  const late = setTimeout(() => patience.abort(), PATIENCE);
  let response, answer;
  busy = (async () => {
    try {
      const asked = { method: "POST", body, redirect: "manual", signal: patience.signal };
      response = await fetch(location.href, asked);
      answer = await response.json();
    } catch (lost) { /* offline, or the answer of another page */ }
  })();
  await busy;
  clearTimeout(late);
  busy = null;
  if (!response || response.status >= 500) {
    pause = Math.min((pause || QUIET) * 2, LONGEST);
    tell(true);
    later(pause);
  } else if (!answer) {
    tell(true);
    say("signed-out");
  } else if (answer.refused) {
    mention(answer.refused);
  } else {
    pause = 0;
    parts.forEach((part, at) => settle(part, sent[at], answer.parts[part.dataset.part]));
    answered = answer.saved || answered;
    ["gap", "items"].filter((name) => name in answer).forEach((name) => {
      document.querySelector(`[data-${name}]`).innerHTML = answer[name];
    });
    tell(false);
    later(QUIET);
  }
}

function settle(part, sent, answer) {
  part.querySelector("[data-said]").innerHTML = answer.said;
  const mark = part.querySelector("[data-mark]");
  if (mark) mark.ariaInvalid = answer.wrong ? "true" : null;
  if (answer.clash || answer.wrong) {
    part.dataset.dirty = answer.clash ? "clash" : "wrong";
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
  submitted = false;
  later(QUIET);
  tell();
}, form);

/* The form waits for what is already on its way, text and photos, so that nothing is sent twice; it is neither
   submitted nor handed over while a photo has not arrived. */
let waitingFor, waited, submitted = false;
on("submit", (event) => {
  clearTimeout(waiting);
  keep(form);
  const button = event.submitter, photos = photoQueue.unsent(form);
  if (navigator.onLine && !waited && (busy || photos.some((photo) => photo.state !== "refused"))) {
    event.preventDefault();
    if (waitingFor) return;
    mention(place.dataset.first);
    photoQueue.run();
    waitingFor = Promise.all([busy, photoQueue.settled(form)]).then(() => {
      waitingFor = null;
      waited = true;
      form.requestSubmit(button);
      waited = false;
    });
  } else if (photos.length && (!photoQueue.keptAll(form) || /^(submit|hand_over)$/.test(button?.name))) {
    event.preventDefault();
    mention(place.dataset.photos);
  } else submitted = true;
}, form);

on("visibilitychange", () => {
  if (!document.hidden) return;
  keep(form);
  if (!submitted) send();
});
on("offline", () => tell(true), window);
on("online", () => { tell(false); send(); }, window);

on("DOMContentLoaded", () => {
  const parts = "keepAgain" in form.dataset ? {} : kept(form.dataset.keep).parts || {};
  Object.keys(parts).forEach((name) => {
    const part = partOf(name);
    if (!part) return;
    putBack(part, parts[name]);
    part.dataset.dirty = "yes";
  });
  tell();
  send();
});
