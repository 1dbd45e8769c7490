/**
 * A form that loses nothing: what is typed is kept on this device until the
 * server has it, and one submission stays one however often it is sent.
 *
 *   <form data-draft="report">
 *
 * Kept per person, since phones are shared. Hidden inputs are not kept, except
 * client_id, the UUID under which the server recognises a second sending. The
 * draft goes away when a page says that the server has it (data-draft-done with
 * the client_id or the draft's name, see app.js), or when it is thrown away.
 */

const DAYS_KEPT = 30;
const NEVER = new Set(["csrfmiddlewaretoken"]);

forgetOld();
for (const form of document.querySelectorAll("form[data-draft]")) start(form);

export function uuid7(now = Date.now()) {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  for (let index = 0; index < 6; index += 1) bytes[index] = Math.floor(now / 2 ** (8 * (5 - index))) & 0xff;
  bytes[6] = 0x70 | (bytes[6] & 0x0f);
  bytes[8] = 0x80 | (bytes[8] & 0x3f);
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

function start(form) {
  const key = keyOf(form);
  const id = idInput(form);
  const kept = read(key);
  const showsErrors = form.querySelector(".errorlist, .note-error") !== null;

  if (kept?.clientId) id.value = kept.clientId;
  else if (!id.value) id.value = uuid7();

  if (kept && !showsErrors && restore(form, kept.values)) offer(form, key);
  form.addEventListener("input", later(() => save(form, key, id.value)));
  form.addEventListener("change", () => save(form, key, id.value));
  form.addEventListener("submit", (event) => send(event, form, key, id.value));
  save(form, key, id.value, { onlyIfKept: true });
}

function keyOf(form) {
  return `anwang:draft:${document.body.dataset.owner ?? ""}:${form.dataset.draft}`;
}

function idInput(form) {
  let input = form.elements.namedItem("client_id");
  if (!input) {
    input = document.createElement("input");
    input.type = "hidden";
    input.name = "client_id";
    form.append(input);
  }
  return input;
}

function send(event, form, key, clientId) {
  if (form.dataset.sending) {
    event.preventDefault();
    return;
  }
  save(form, key, clientId, { sent: true });
  form.dataset.sending = "1";
  const button = event.submitter ?? form.querySelector("[type=submit]");
  button?.setAttribute("aria-busy", "true");
}

/** Only what a person typed or chose: no files, no secrets, no hidden inputs. */
function valuesOf(form) {
  const values = {};
  for (const control of form.elements) {
    if (!control.name || NEVER.has(control.name)) continue;
    if (["file", "password", "hidden", "submit", "button"].includes(control.type)) continue;
    if (control.type === "checkbox") {
      (values[control.name] ??= []).push(...(control.checked ? [control.value] : []));
    } else if (control.type === "radio") {
      if (control.checked) values[control.name] = control.value;
    } else if (control.multiple) {
      values[control.name] = [...control.selectedOptions].map((option) => option.value);
    } else {
      values[control.name] = control.value;
    }
    if (control.tagName === "SELECT" && control.value && control.dataset.pickerUrl) {
      values[`${control.name}~text`] = control.selectedOptions[0].textContent;
    }
  }
  return values;
}

/** True if something was put back that was not there already. */
function restore(form, values) {
  let changed = false;
  for (const control of form.elements) {
    const value = values?.[control.name];
    if (value === undefined || ["file", "password", "hidden"].includes(control.type)) continue;
    if (control.type === "checkbox") {
      const checked = value.includes(control.value);
      changed ||= checked !== control.checked;
      control.checked = checked;
    } else if (control.type === "radio") {
      changed ||= control.value === value && !control.checked;
      control.checked = control.value === value;
    } else if (control.multiple) {
      for (const option of control.options) option.selected = value.includes(option.value);
    } else if (value && control.value !== value) {
      if (control.dataset.pickerUrl && ![...control.options].some((option) => option.value === value)) {
        control.add(new Option(values[`${control.name}~text`] ?? value, value));
      }
      control.value = value;
      changed ||= control.value === value;
    } else continue;
    control.dispatchEvent(new CustomEvent("draft:restored", { bubbles: true }));
  }
  return changed;
}

function offer(form, key) {
  const template = document.querySelector("template[data-draft-note]");
  if (!template) return;
  const note = template.content.firstElementChild.cloneNode(true);
  note.querySelector("[data-draft-drop]").addEventListener("click", () => {
    localStorage.removeItem(key);
    location.replace(location.href);
  });
  form.prepend(note);
}

function save(form, key, clientId, { sent = false, onlyIfKept = false } = {}) {
  if (onlyIfKept && !read(key)) return;
  write(key, { clientId, sent, at: Date.now(), values: valuesOf(form) });
}

function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

function write(key, draft) {
  try {
    localStorage.setItem(key, JSON.stringify(draft));
  } catch {
    // The device keeps nothing (full, or private mode): the form works all the same.
  }
}

function forgetOld() {
  const oldest = Date.now() - DAYS_KEPT * 86400000;
  for (const key of Object.keys(localStorage)) {
    if (key.startsWith("anwang:draft:") && (read(key)?.at ?? 0) < oldest) localStorage.removeItem(key);
  }
}

function later(work, pause = 400) {
  let timer;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(work, pause);
  };
}

addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const form of document.querySelectorAll("form[data-draft]")) delete form.dataset.sending;
});
