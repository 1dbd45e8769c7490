/**
 * Photos chosen in a form: shrunk on the phone, shown, removable.
 *
 * The chosen photos end up in the form's own file input, so that the form is
 * sent as it always was. A photo that the browser cannot read is sent
 * unchanged: the server decides about it. The Exif block is carried over, as
 * it holds when and where the photo was taken; only its turn is reset, since
 * the shrunk copy already stands upright.
 */

const LONGEST_SIDE = 2560;
const SMALL_ENOUGH = 1.5 * 1024 * 1024;
const QUALITY = 0.86;
const JPEG_MARKER = 0xffd8;
const EXIF_MARKER = 0xffe1;
const ORIENTATION_TAG = 0x0112;

for (const field of document.querySelectorAll("[data-photos]")) start(field);
document.addEventListener("htmx:load", (event) => {
  for (const field of event.target.querySelectorAll?.("[data-photos]") ?? []) start(field);
});

function start(field) {
  if (field.dataset.started || typeof DataTransfer === "undefined") return;
  field.dataset.started = "1";
  const camera = field.querySelector("[data-photos-camera]");
  const files = field.querySelector("[data-photos-files]");
  const preview = field.querySelector("[data-photos-preview]");
  const status = field.querySelector("[data-photos-status]");
  const help = status.textContent;
  const limit = Number(field.dataset.max) || 9;
  const chosen = [];
  camera.removeAttribute("name");

  for (const input of [camera, files]) {
    input.addEventListener("change", async () => {
      const added = [...input.files];
      camera.value = "";
      await add(added);
    });
  }

  async function add(added) {
    holdSending(true);
    status.textContent = field.dataset.textWorking;
    const remarks = [];
    for (const file of added) {
      if (chosen.length >= limit) {
        remarks.push(field.dataset.textTooMany);
        break;
      }
      if (!(await isPhoto(file))) {
        remarks.push(`${field.dataset.textNotPhoto} ${file.name}`);
        continue;
      }
      chosen.push(await shrink(file));
    }
    holdSending(false);
    keep();
    const count = chosen.length ? `${chosen.length} / ${limit} ${field.dataset.textCount}` : help;
    status.textContent = [count, ...remarks].join(" ");
    field.dispatchEvent(new CustomEvent("photos:changed", { bubbles: true, detail: { count: chosen.length } }));
  }

  /** No sending while a photo is half done: the button waits, and the status says why. */
  function holdSending(hold) {
    const form = field.closest("form");
    for (const button of form?.querySelectorAll("[type=submit]") ?? []) button.disabled = hold;
  }

  /** Put what is chosen back into the input that is sent, and show it. */
  function keep() {
    const transfer = new DataTransfer();
    for (const file of chosen) transfer.items.add(file);
    files.files = transfer.files;
    for (const image of preview.querySelectorAll("img")) URL.revokeObjectURL(image.src);
    preview.replaceChildren(...chosen.map(shown));
  }

  function shown(file, index) {
    const item = document.createElement("li");
    const image = document.createElement("img");
    image.src = URL.createObjectURL(file);
    image.alt = file.name;
    const remove = document.createElement("button");
    remove.type = "button";
    remove.className = "photo-remove";
    remove.setAttribute("aria-label", `${field.dataset.textRemove}: ${file.name}`);
    remove.append(cross());
    remove.addEventListener("click", () => {
      chosen.splice(index, 1);
      keep();
      status.textContent = chosen.length ? `${chosen.length} / ${limit} ${field.dataset.textCount}` : help;
      (preview.querySelector("button") ?? files).focus();
    });
    item.append(image, remove);
    return item;
  }

  function cross() {
    const icon = field.querySelector("svg.icon").cloneNode(true);
    const use = icon.querySelector("use");
    use.setAttribute("href", `${use.getAttribute("href").split("#")[0]}#x`);
    return icon;
  }
}

const HEIC = /^image\/hei[cf]/;
const HEIC_NAME = /\.hei[cf]$/i;
/** How JPEG, PNG, GIF, TIFF, BMP and WebP files begin. */
const BEGINNINGS = ["ffd8ff", "89504e47", "47494638", "49492a00", "4d4d002a", "424d", "52494646"];

/** Only what is certainly no photo is left out: the server decides about the rest. */
export async function isPhoto(file) {
  if (!file.size || (file.type && !file.type.startsWith("image/"))) return false;
  if (HEIC.test(file.type) || HEIC_NAME.test(file.name)) return true;
  try {
    const start = new Uint8Array(await file.slice(0, 4).arrayBuffer());
    const hex = [...start].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    if (BEGINNINGS.some((beginning) => hex.startsWith(beginning))) return true;
    (await createImageBitmap(file)).close();
    return true;
  } catch {
    return false;
  }
}

/** A copy of at most LONGEST_SIDE as JPEG; the file itself if that gains nothing. */
async function shrink(file) {
  try {
    const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, LONGEST_SIDE / Math.max(bitmap.width, bitmap.height));
    if (scale === 1 && file.size <= SMALL_ENOUGH && file.type === "image/jpeg") {
      bitmap.close();
      return file;
    }
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(bitmap.width * scale);
    canvas.height = Math.round(bitmap.height * scale);
    const pen = canvas.getContext("2d");
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    bitmap.close();
    const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
    if (!blob) return file;
    const exif = exifOf(await file.slice(0, 256 * 1024).arrayBuffer());
    const parts = exif ? [blob.slice(0, 2), exif, blob.slice(2)] : [blob];
    const name = `${file.name.replace(/\.[^.]*$/, "") || "photo"}.jpg`;
    return new File(parts, name, { type: "image/jpeg", lastModified: file.lastModified });
  } catch {
    return file;
  }
}

/** The Exif segment of a JPEG with its turn reset, or null. */
export function exifOf(buffer) {
  const view = new DataView(buffer);
  if (view.byteLength < 4 || view.getUint16(0) !== JPEG_MARKER) return null;
  let at = 2;
  while (at + 4 <= view.byteLength) {
    const marker = view.getUint16(at);
    const length = view.getUint16(at + 2) + 2;
    if ((marker & 0xff00) !== 0xff00 || marker === 0xffda || at + length > view.byteLength) return null;
    if (marker === EXIF_MARKER && view.getUint32(at + 4) === 0x45786966) {
      const segment = buffer.slice(at, at + length);
      standUpright(new DataView(segment, 10));
      return segment;
    }
    at += length;
  }
  return null;
}

function standUpright(tiff) {
  const little = tiff.getUint16(0) === 0x4949;
  const directory = tiff.getUint32(4, little);
  if (directory + 2 > tiff.byteLength) return;
  const entries = tiff.getUint16(directory, little);
  for (let index = 0; index < entries; index += 1) {
    const entry = directory + 2 + index * 12;
    if (entry + 12 > tiff.byteLength) return;
    if (tiff.getUint16(entry, little) === ORIENTATION_TAG) tiff.setUint16(entry + 8, 1, little);
  }
}
