/* A photo made smaller on the device, before it travels: still legible, upright, with the day on which it was taken. */
const LONG = 1600, SHORT = 1080, QUALITY = 0.85, LIGHT = 1500000, HEAD = 262144;
const MADE_SMALLER = /^image\/(jpeg|webp|png|heic|heif|avif|bmp)$/;

const read = (blob, as) => new Promise((done, failed) => {
  const reader = new FileReader();
  reader.onload = () => done(reader.result);
  reader.onerror = failed;
  reader[as](blob);
});

async function decoded(blob) {
  const image = new Image();
  image.src = await read(blob, "readAsDataURL");
  await image.decode();
  return image;
}

function drawn(image, scale) {
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(image.naturalWidth * scale);
  canvas.height = Math.round(image.naturalHeight * scale);
  const paper = canvas.getContext("2d");
  paper.fillStyle = "#fff"; // JPEG has no transparency
  paper.fillRect(0, 0, canvas.width, canvas.height);
  paper.drawImage(image, 0, 0, canvas.width, canvas.height);
  return canvas;
}

/* The moment in a JPEG's Exif block as it stands there ("2026:10:26 09:30:00"), or "". */
export function momentOf(buffer) {
  const view = new DataView(buffer);
  const ascii = (at, length) => String.fromCharCode(...new Uint8Array(buffer, at, length));
  try {
    let at = 2;
    while (view.getUint16(at) !== 0xffe1 || ascii(at + 4, 4) !== "Exif") {
      if (view.getUint8(at) !== 0xff || view.getUint16(at) === 0xffda) return "";
      at += 2 + view.getUint16(at + 2);
    }
    const start = at + 10, little = view.getUint16(start) === 0x4949;
    const short = (place) => view.getUint16(start + place, little), long = (place) => view.getUint32(start + place, little);
    const find = (directory, tag) => {
      const count = short(directory);
      for (let place = directory + 2; place < directory + 2 + count * 12; place += 12) {
        if (short(place) === tag) return long(place + 8);
      }
      return 0;
    };
    const own = find(long(4), 0x8769), moment = (own && find(own, 0x9003)) || find(long(4), 0x0132);
    const text = moment ? ascii(start + moment, 19) : "";
    return /^\d{4}:\d\d:\d\d \d\d:\d\d:\d\d$/.test(text) ? text : "";
  } catch (unreadable) {
    return "";
  }
}

/* An Exif block that holds nothing but the moment (tag 0x0132). */
export function noted(moment) {
  const head = [0xff, 0xe1, 0, 54, 69, 120, 105, 102, 0, 0, 0x49, 0x49, 42, 0, 8, 0, 0, 0, 1, 0,
    0x32, 0x01, 2, 0, 20, 0, 0, 0, 26, 0, 0, 0, 0, 0, 0, 0];
  return new Uint8Array([...head, ...Array.from(moment, (letter) => letter.charCodeAt(0)), 0]);
}

/* A small picture for the screen, as a data address; "" for what is none. */
export async function preview(blob) {
  try {
    const image = await decoded(blob);
    return drawn(image, Math.min(1, 240 / Math.max(image.naturalWidth, image.naturalHeight))).toDataURL("image/jpeg", 0.7);
  } catch (undecodable) {
    return "";
  }
}

/* A photo goes down to 1600 pixels on its long side; a long screenshot keeps 1080 on its short one. What is light and
   small enough, what is no photo, and what this browser cannot decode stays as it is. */
export async function smaller(file) {
  if (!MADE_SMALLER.test(file.type)) return file;
  try {
    const image = await decoded(file), sides = [image.naturalWidth, image.naturalHeight];
    const scale = Math.min(1, Math.max(LONG / Math.max(...sides), SHORT / Math.min(...sides)));
    if (scale === 1 && (file.size <= LIGHT || file.type === "image/png")) return file;
    const canvas = drawn(image, scale);
    const written = await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
    if (!written || written.size >= file.size) return file;
    const moment = momentOf(await read(file.slice(0, HEAD), "readAsArrayBuffer"));
    const parts = moment ? [written.slice(0, 2), noted(moment), written.slice(2)] : [written];
    return new File(parts, file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg" });
  } catch (undecodable) {
    return file;
  }
}
