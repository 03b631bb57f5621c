/* Photos and files of a report's rows: made smaller, kept on this device until they have arrived, sent in turn.

   input[data-upload="/where/"] in a [data-part]: what is chosen there gets a tile with its state: made,
   waiting, sending, sent, refused. The server takes the same file only once, so that what was cut off can be sent again.
   Where this device keeps nothing (a private window, no room) a tile says so, and the page has to stay open. */
import { notePhotos, say } from "./kept.js";
import { on } from "./page.js";
import { photoQueue } from "./photoqueue.js";
import { preview, smaller } from "./pictures.js";

const person = document.body.dataset.person || 0;
const QUIET = 2000, LONGEST = 60000;
const photos = [];
let running, pause = 0, again;

/* The device's shelf, read by person. */
const answered = (request) => new Promise((done, failed) => {
  request.onsuccess = () => done(request.result);
  request.onerror = () => failed(request.error);
});

const shelf = (async () => {
  try {
    const request = indexedDB.open("vanguard", 1);
    request.onupgradeneeded = () => request.result.createObjectStore("photos", { keyPath: "id" });
    return await answered(request);
  } catch (refused) {
    return null;
  }
})();

async function onShelf(act) {
  const base = await shelf;
  if (!base) return null;
  try {
    const change = base.transaction("photos", "readwrite"), answer = await answered(act(change.objectStore("photos")));
    if (change.commit) change.commit();
    return answer === undefined ? true : answer;
  } catch (full) {
    return null;
  }
}

const lean = ({ tile, kept, percent, ...rest }) => ({ ...rest, person });
const note = () => notePhotos(photos.some((each) => each.kept));
const put = async (photo) => {
  photo.kept = Boolean(await onShelf((store) => store.put(lean(photo))));
  note();
};
const drop = async (photo) => {
  await onShelf((store) => store.delete(photo.id));
  photos.splice(photos.indexOf(photo), 1);
  note();
};

/* Tiles: beside their input, or on other pages under the heading. */
const inputOf = (photo) => document.querySelector(`input[data-upload='${photo.upload}']`);

const stir = (photo) => inputOf(photo)?.dispatchEvent(new Event("put", { bubbles: true }));

function listOf(photo) {
  const input = inputOf(photo), near = input ? input.closest(".pick") : document.getElementById("device");
  const list = near.previousElementSibling;
  if (list && list.matches("[data-photos]")) return list;
  near.insertAdjacentHTML("beforebegin", "<ul class='photos' data-photos></ul>");
  return near.previousElementSibling;
}

function show(photo) {
  const template = document.getElementById("photo-tile"), words = template.dataset;
  if (!photo.tile) {
    photo.tile = template.content.firstElementChild.cloneNode(true);
    photo.tile.querySelector("[data-name]").textContent = photo.name;
    photo.tile.querySelector("[data-retry]").onclick = () => retry(photo);
    photo.tile.querySelector("[data-remove]").onclick = () => remove(photo);
    if (inputOf(photo)) photo.tile.querySelector("[data-place]").remove();
    else photo.tile.querySelector("[data-place]").href = photo.page;
    listOf(photo).append(photo.tile);
    stir(photo);
  }
  const find = (selector) => photo.tile.querySelector(selector), waits = photo.kept ? words.waiting : words.open;
  const said = { ...words, waiting: waits, refused: photo.words };
  photo.tile.dataset.state = photo.state;
  find("[data-state]").textContent = said[photo.state] + (photo.state === "refused" && !photo.kept ? ` ${words.lost}` : "");
  find("[data-percent]").textContent = photo.state === "sending" ? `${photo.percent}%` : "";
  find("[data-retry]").hidden = find("[data-remove]").hidden = !/waiting|refused/.test(photo.state);
  find("img").hidden = !photo.small;
  if (photo.small) find("img").src = photo.small;
}

function turn(photo, state, words = "") {
  Object.assign(photo, { state, words });
  show(photo);
  photoQueue.tell();
}

function retry(photo) {
  turn(photo, "waiting");
  run();
}

function remove(photo) {
  photo.tile.remove();
  drop(photo).then(() => photoQueue.tell());
}

/* What a form waits for, and whether it would survive a reload. */
const unsent = (form) => photos.filter((photo) => form.contains(inputOf(photo)) && photo.state !== "sent");
const keptAll = (form) => unsent(form).every((photo) => photo.kept);
async function settled(form) {
  while (unsent(form).some((photo) => running || /made|sending/.test(photo.state))) {
    await (running || new Promise((done) => setTimeout(done, 200)));
  }
}

/* Sending: one by one. */
function post(photo) {
  return new Promise((done) => {
    const asked = new XMLHttpRequest(), body = new FormData();
    body.append("csrfmiddlewaretoken", document.querySelector("[name=csrfmiddlewaretoken]").value);
    body.append("files", photo.file, photo.name);
    asked.open("POST", photo.upload);
    asked.setRequestHeader("HX-Request", "true");
    asked.upload.onprogress = (event) => {
      photo.percent = event.lengthComputable ? Math.floor((event.loaded / event.total) * 100) : 0;
      show(photo);
    };
    asked.onloadend = () => done(asked);
    asked.send(body);
  });
}

async function arrived(photo, html) {
  const files = inputOf(photo)?.closest("[data-part]").querySelector("[data-files]");
  await drop(photo);
  turn(photo, "sent");
  if (!files) return;
  files.innerHTML = html;
  stir(photo);
  photo.tile.remove();
}

async function sendAll() {
  const words = document.getElementById("photo-tile").dataset;
  for (let photo; (photo = photos.find((each) => each.state === "waiting"));) {
    photo.percent = 0;
    turn(photo, "sending");
    const answer = await post(photo), elsewhere = answer.responseURL && new URL(answer.responseURL).pathname !== photo.upload;
    if (!answer.status || answer.status >= 500) {
      turn(photo, "waiting");
      pause = Math.min((pause || QUIET) * 2, LONGEST);
      again = setTimeout(run, pause);
      return;
    }
    pause = 0;
    if (answer.status === 200 && !elsewhere) await arrived(photo, answer.responseText);
    else if (answer.status === 403 || elsewhere) {
      turn(photo, "refused", words.signedOut);
      say("signed-out");
    } else {
      turn(photo, "refused", answer.status === 422 ? answer.responseText : words.refused);
      await put(photo);
    }
  }
}

function run() {
  clearTimeout(again);
  if (running || !photos.length || !navigator.onLine) return;
  running = sendAll().finally(() => { running = null; });
}

async function take(input) {
  const chosen = Array.from(input.files);
  input.value = "";
  const added = chosen.map((file) => ({
    id: `${Date.now()}-${Math.random().toString(36).slice(2)}`,
    at: Date.now(),
    file,
    name: file.name,
    page: location.pathname + location.search,
    part: input.closest("[data-part]").dataset.part,
    state: "made",
    upload: input.dataset.upload,
  }));
  photos.push(...added);
  added.forEach(show);
  photoQueue.tell();
  await Promise.all(added.map(put));
  for (const photo of added) await prepare(photo);
}

async function prepare(photo) {
  show(photo);
  photo.file = await smaller(photo.file);
  photo.name = photo.file.name;
  photo.small = await preview(photo.file);
  photo.state = "waiting";
  await put(photo);
  show(photo);
  photoQueue.tell();
  run();
}

on("change", (event) => {
  if (event.target.dataset.upload && event.target.files.length) take(event.target);
});

Object.assign(photoQueue, { keptAll, run, settled, unsent });

on("online", run, window);

on("beforeunload", (event) => {
  if (!photos.some((photo) => !photo.kept)) return;
  event.preventDefault();
  event.returnValue = "";
}, window);

(async () => {
  const found = (await onShelf((store) => store.getAll())) || [];
  const own = (Array.isArray(found) ? found : []).filter((photo) => photo.person === person);
  own.sort((one, other) => one.at - other.at).forEach((photo) => {
    if (photo.state === "sending") photo.state = "waiting";
    photos.push({ ...photo, kept: true });
  });
  photos.forEach(show);
  photoQueue.tell();
  note();
  for (const photo of photos.filter((each) => each.state === "made")) await prepare(photo);
  run();
})();
