/**
 * What every page has: htmx's manners, menus that close, the large-text switch,
 * toasts, the photo viewer. Everything works without it, only less comfortably.
 */

const root = document.documentElement;
const texts = document.body.dataset;
root.classList.remove("no-js");

/** Show one sentence for a while; a failure stays until it is closed. */
export function toast(sentence, { bad = false } = {}) {
  const line = document.createElement("div");
  line.className = bad ? "toast-line toast-bad" : "toast-line";
  const words = document.createElement("p");
  words.textContent = sentence;
  const close = document.createElement("button");
  close.type = "button";
  close.textContent = texts.textClose;
  close.addEventListener("click", () => line.remove());
  line.append(words, close);
  document.getElementById("toasts").append(line);
  if (!bad) setTimeout(() => line.remove(), 6000);
}

// htmx ----------------------------------------------------------------------

document.addEventListener("htmx:configRequest", (event) => {
  const token = document.querySelector("meta[name='csrf-token']")?.content;
  if (token && event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = token;
});

/** A whole page as answer to a part: sign in again, or say what the page says. */
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr } = event.detail;
  if (xhr.responseURL && new URL(xhr.responseURL).pathname === texts.signInUrl) {
    event.detail.shouldSwap = false;
    const here = location.pathname + location.search;
    location.assign(`${texts.signInUrl}?next=${encodeURIComponent(here)}`);
    return;
  }
  // A page that says itself where it wants to stand (signing in again) may.
  if (xhr.getResponseHeader("HX-Retarget")) return;
  if (xhr.status >= 400 && /^\s*<!doctype/i.test(xhr.responseText)) {
    event.detail.shouldSwap = false;
    toast(sentenceOf(xhr.responseText), { bad: true });
  }
});

function sentenceOf(page) {
  const parsed = new DOMParser().parseFromString(page, "text/html");
  const refusal = parsed.querySelector("[data-error-text]");
  const words = refusal?.querySelector(".refusal-text")?.textContent.trim();
  return words || refusal?.querySelector("h1")?.textContent.trim() || texts.textFailed;
}

document.addEventListener("htmx:responseError", () => toast(texts.textFailed, { bad: true }));
document.addEventListener("htmx:sendError", () => toast(texts.textOffline, { bad: true }));
document.addEventListener("htmx:timeout", () => toast(texts.textOffline, { bad: true }));
/** The server says something through the HX-Trigger header: {"toast": "sentence"}. */
document.addEventListener("toast", (event) => toast(event.detail.value ?? String(event.detail)));
document.addEventListener("htmx:afterSwap", (event) => focusFirstProblem(event.target));

// Menus and confirmations -----------------------------------------------------

const openDrops = () => document.querySelectorAll("details.drop[open]");

document.addEventListener("click", (event) => {
  const inside = event.target.closest?.("details.drop");
  for (const drop of openDrops()) if (drop !== inside) drop.open = false;
  if (event.target.closest?.("[data-drop-close]")) inside.open = false;
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const drop of openDrops()) {
    drop.open = false;
    drop.querySelector("summary").focus();
  }
});

document.addEventListener(
  "toggle",
  (event) => {
    if (event.target.matches?.("details.drop[open]")) keepInSight(event.target.querySelector(".drop-panel"));
    if (event.target.matches?.("details.confirm[open]")) {
      event.target.querySelector("textarea, input:not([type=hidden]), button[type=submit]")?.focus();
    }
  },
  true,
);

/** A panel that opens near an edge is moved in, so that the page does not grow. */
function keepInSight(panel) {
  if (!panel) return;
  panel.style.translate = "";
  const { left, right } = panel.getBoundingClientRect();
  const room = root.clientWidth - 8;
  const by = right > room ? Math.max(room - right, 8 - left) : Math.max(8 - left, 0);
  if (by) panel.style.translate = `${by}px 0`;
}

// Large text --------------------------------------------------------------------

function showLargeText(large) {
  root.classList.toggle("large-text", large);
  for (const button of document.querySelectorAll("[data-large-text]")) {
    button.setAttribute("aria-pressed", String(large));
  }
}

document.addEventListener("click", (event) => {
  if (!event.target.closest?.("[data-large-text]")) return;
  const large = !root.classList.contains("large-text");
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `large_text=${large ? 1 : 0}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
  showLargeText(large);
  if (texts.largeTextUrl) rememberLargeText(large);
});

/** Also with the account, for the next device; the cookie already serves this one. */
function rememberLargeText(large) {
  const body = new URLSearchParams({ large_text: large ? "1" : "0" });
  const token = document.querySelector("meta[name='csrf-token']")?.content ?? "";
  fetch(texts.largeTextUrl, { method: "POST", body, headers: { "X-CSRFToken": token }, redirect: "manual" }).catch(() => {});
}

// Forms ---------------------------------------------------------------------------

/** A second tap on the button sends nothing a second time. */
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-once]") || event.defaultPrevented) return;
  if (form.dataset.sending) {
    event.preventDefault();
    return;
  }
  form.dataset.sending = "1";
  event.submitter?.setAttribute("aria-busy", "true");
});

// The page comes back from the browser's memory: its buttons must work again.
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const form of document.querySelectorAll("[data-sending]")) delete form.dataset.sending;
  for (const button of document.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
});

/** From the list of errors to the field, also where something stands in for it (picker.js). */
document.addEventListener("click", (event) => {
  const link = event.target.closest?.(".error-summary a[href^='#']");
  const found = link && document.getElementById(link.hash.slice(1));
  if (!found) return;
  event.preventDefault();
  const field = found.closest(".field") ?? found;
  for (let fold = field.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  field.scrollIntoView({ block: "start" });
  const control = [...field.querySelectorAll("input, select, textarea, button")].find((each) => each.offsetParent);
  control?.focus({ preventScroll: true });
});

function focusFirstProblem(part) {
  const problem = part.querySelector?.("[data-focus]");
  if (problem) problem.focus({ preventScroll: false });
}
focusFirstProblem(document);

/** One box in the table's head chooses all rows below it. */
document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-choose-all]")) return;
  const scope = event.target.closest("form, table");
  for (const box of scope.querySelectorAll("input.row-choice:not([data-choose-all])")) {
    box.checked = event.target.checked;
  }
});

/** The server has what was typed: the copy on this device goes (see draft.js). */
for (const done of document.querySelectorAll("[data-draft-done]")) {
  for (const key of Object.keys(localStorage)) {
    if (!key.startsWith("anwang:draft:")) continue;
    const finished = done.dataset.draftDone.split(" ");
    if (finished.includes(key.split(":").slice(3).join(":")) || finished.includes(clientIdOf(key))) {
      localStorage.removeItem(key);
    }
  }
}

function clientIdOf(key) {
  try {
    return JSON.parse(localStorage.getItem(key)).clientId;
  } catch {
    return null;
  }
}

// Photo viewer ----------------------------------------------------------------------

let viewer = null;

function buildViewer() {
  const sprite = document.querySelector("svg.icon use")?.getAttribute("href").split("#")[0];
  const button = (kind, icon, label) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = `lightbox-${kind}`;
    made.setAttribute("aria-label", label);
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("class", "icon");
    const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
    use.setAttribute("href", `${sprite}#${icon}`);
    svg.append(use);
    made.append(svg);
    return made;
  };
  const dialog = document.createElement("dialog");
  dialog.className = "lightbox";
  dialog.setAttribute("aria-label", texts.textPhoto);
  const figure = document.createElement("figure");
  const image = document.createElement("img");
  const caption = document.createElement("figcaption");
  figure.append(image, caption);
  const close = button("close", "x", texts.textClose);
  const previous = button("previous", "chevron-left", texts.textPrevious);
  const next = button("next", "chevron-right", texts.textNext);
  dialog.append(figure, close, previous, next);
  document.body.append(dialog);

  const made = { dialog, links: [], at: 0 };
  made.show = (at) => {
    made.at = (at + made.links.length) % made.links.length;
    const link = made.links[made.at];
    const words = link.dataset.caption ?? "";
    image.src = link.href;
    image.alt = link.querySelector("img")?.alt ?? words;
    caption.textContent = [words, made.links.length > 1 ? `${made.at + 1} / ${made.links.length}` : ""]
      .filter(Boolean)
      .join("  ·  ");
    previous.hidden = next.hidden = made.links.length < 2;
  };
  close.addEventListener("click", () => dialog.close());
  previous.addEventListener("click", () => made.show(made.at - 1));
  next.addEventListener("click", () => made.show(made.at + 1));
  figure.addEventListener("click", (event) => {
    if (event.target === figure) dialog.close();
  });
  dialog.addEventListener("keydown", (event) => {
    if (event.key === "ArrowLeft") made.show(made.at - 1);
    if (event.key === "ArrowRight") made.show(made.at + 1);
  });
  dialog.addEventListener("close", () => {
    image.removeAttribute("src");
    made.links[made.at]?.focus();
  });
  return made;
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-lightbox]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (typeof HTMLDialogElement === "undefined") return;
  event.preventDefault();
  viewer ??= buildViewer();
  const group = `a[data-lightbox="${CSS.escape(link.dataset.lightbox)}"]`;
  viewer.links = [...document.querySelectorAll(group)];
  viewer.show(viewer.links.indexOf(link));
  viewer.dialog.showModal();
});
