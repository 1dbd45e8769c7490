/**
 * Long lists made choosable. The select stays in the form and is what is sent;
 * without script it is simply a select.
 *
 *   <select data-picker>                      type to search among its options
 *   <select data-picker data-picker-url="…">  type to search on the server: GET ?q=… gives
 *                                             {"results": [{"id", "text", "hint"}]}
 *   <select data-picker="guided">             option groups as tiles, then their options
 *
 * Searched is in the name, its group, its hint, <option data-code="…"> and the first letters
 * of the name's pinyin: "dg" finds 东关村.
 *
 * <option data-depth="2"> stands further to the right (a tree), data-hint adds a line.
 */

const SHOWN = 60;
/** The words stand on the page's body, translated. */
const words = document.body.dataset;
let count = 0;

for (const select of document.querySelectorAll("select[data-picker]")) start(select);
document.addEventListener("htmx:load", (event) => {
  for (const select of event.target.querySelectorAll?.("select[data-picker]") ?? []) start(select);
});

function start(select) {
  if (select.dataset.started) return;
  select.dataset.started = "1";
  if (select.dataset.picker === "guided") guide(select);
  else search(select);
}


function make(tag, className, content = "") {
  const made = document.createElement(tag);
  made.className = className;
  if (tag === "button") made.type = "button";
  made.textContent = content;
  return made;
}

/** The select is out of sight and out of the tab order; its label points at what replaces it. */
function standIn(select, control) {
  count += 1;
  control.id = `${select.id || "picker"}-box-${count}`;
  const label = select.id ? document.querySelector(`label[for="${CSS.escape(select.id)}"]`) : null;
  if (label) label.htmlFor = control.id;
  for (const name of ["aria-describedby", "aria-invalid"]) {
    if (select.hasAttribute(name)) control.setAttribute(name, select.getAttribute(name));
  }
  // A required select out of sight would stop the form without a word.
  if (select.required && control.tagName === "INPUT") control.required = true;
  select.required = false;
  select.hidden = true;
}

function chosen(select) {
  return select.value ? select.selectedOptions[0] : null;
}

function choose(select, { id, text }) {
  if (![...select.options].some((option) => option.value === id)) select.add(new Option(text, id));
  select.value = id;
  select.dispatchEvent(new Event("change", { bubbles: true }));
}

// Search ------------------------------------------------------------------------

function search(select) {
  const box = make("div", "picker");
  const input = document.createElement("input");
  input.type = "search";
  input.className = "input";
  input.autocomplete = "off";
  input.placeholder = words.textSearch;
  const list = make("ul", "picker-list");
  list.hidden = true;
  box.append(input, list);
  select.after(box);
  standIn(select, input);
  list.id = `${input.id}-list`;
  list.setAttribute("role", "listbox");
  for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id })) {
    input.setAttribute(name, value);
  }

  let at = -1;
  let asked = 0;
  const show = () => {
    input.value = chosen(select)?.textContent.trim() ?? "";
  };
  show();
  select.addEventListener("draft:restored", show);

  input.addEventListener("focus", () => {
    input.select();
    offer("");
  });
  input.addEventListener("input", later(() => offer(input.value.trim())));
  input.addEventListener("blur", () => {
    close();
    if (!input.value.trim() && select.value) choose(select, { id: "", text: "" });
    show();
  });
  input.addEventListener("keydown", (event) => {
    const options = [...list.querySelectorAll("[role=option]")];
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) offer(input.value.trim());
      move(options, at + (event.key === "ArrowDown" ? 1 : -1));
    } else if (event.key === "Enter" && !list.hidden) {
      event.preventDefault();
      options[at]?.dispatchEvent(new MouseEvent("mousedown", { bubbles: true, cancelable: true }));
    } else if (event.key === "Escape") {
      close();
      show();
    }
  });
  list.addEventListener("mousedown", (event) => {
    event.preventDefault();
    const option = event.target.closest("[role=option]");
    if (!option) return;
    choose(select, { id: option.dataset.value, text: option.dataset.text });
    show();
    close();
  });

  async function offer(typed) {
    asked += 1;
    const mine = asked;
    let found;
    try {
      found = select.dataset.pickerUrl ? await remote(select, typed) : local(select, typed);
    } catch {
      if (mine === asked) render([], words.textOffline);
      return;
    }
    if (mine === asked && document.activeElement === input) render(found, words.textNone);
  }

  function render(found, otherwise) {
    at = -1;
    list.replaceChildren(...found.map((entry, index) => option(entry, index)));
    if (!found.length) list.append(make("li", "picker-none", otherwise));
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    input.removeAttribute("aria-activedescendant");
  }

  function option({ id, text, hint, depth }, index) {
    const item = make("li", `picker-option depth-${depth ?? 0}`, text);
    item.id = `${list.id}-${index}`;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", String(id === select.value));
    item.dataset.value = id;
    item.dataset.text = text;
    if (hint) item.append(make("small", "", hint));
    return item;
  }

  function move(options, to) {
    if (!options.length) return;
    at = (to + options.length) % options.length;
    for (const [index, each] of options.entries()) each.setAttribute("aria-selected", String(index === at));
    options[at].scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", options[at].id);
  }

  function close() {
    asked += 1;
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
  }
}

function local(select, typed) {
  const wanted = typed.toLowerCase().split(/\s+/).filter(Boolean);
  return entriesOf(select)
    .filter(({ searched, letters }) => wanted.every((part) => searched.includes(part) || letters.includes(part)))
    .slice(0, typed ? SHOWN : 500)
    .map((entry) => ({ ...entry, depth: typed ? 0 : entry.depth }));
}

const entries = new WeakMap();

/** Read once, and again where options were added: a thousand of them take a moment. */
function entriesOf(select) {
  const kept = entries.get(select);
  if (kept?.length === select.options.length) return kept.rows;
  const rows = [...select.options]
    .filter((option) => option.value)
    .map((option) => {
      const text = option.textContent.trim();
      const group = option.parentElement.label;
      const hint = option.dataset.hint ?? (group || undefined);
      const searched = [text, hint, option.dataset.code].filter(Boolean).join(" ").toLowerCase();
      return { id: option.value, text, hint, depth: option.dataset.depth, searched, letters: initials(text) };
    });
  entries.set(select, { length: select.options.length, rows });
  return rows;
}

/**
 * The first letters of the pinyin, without a dictionary: the browser sorts Chinese by pinyin,
 * and these characters are the first of each letter. A character of several readings counts
 * by the one it is sorted under.
 */
const FIRST = "阿八嚓哒妸发旮哈讥咔垃妈拏噢妑七呥扨它穵夕丫帀";
const LETTERS = "abcdefghjklmnopqrstwxyz";
const byPinyin = new Intl.Collator("zh-Hans-CN-u-co-pinyin");

function initials(name) {
  let found = "";
  for (const character of name.toLowerCase()) {
    if (/[a-z0-9]/.test(character)) found += character;
    else if (/\p{Script=Han}/u.test(character)) {
      let at = FIRST.length - 1;
      while (at > 0 && byPinyin.compare(character, FIRST[at]) < 0) at -= 1;
      found += LETTERS[at];
    }
  }
  return found;
}

async function remote(select, typed) {
  const url = new URL(select.dataset.pickerUrl, location.href);
  url.searchParams.set("q", typed);
  const answer = await fetch(url, { headers: { Accept: "application/json" }, credentials: "same-origin" });
  if (!answer.ok) throw new Error(String(answer.status));
  const { results } = await answer.json();
  return results.slice(0, SHOWN).map((entry) => ({ ...entry, id: String(entry.id) }));
}

function later(work, pause = 200) {
  let timer;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(work, pause);
  };
}

// Guided --------------------------------------------------------------------------

function guide(select) {
  const box = make("div", "picker-guide");
  box.setAttribute("role", "group");
  box.tabIndex = -1;
  const label = select.id ? document.querySelector(`label[for="${CSS.escape(select.id)}"]`) : null;
  if (label) box.setAttribute("aria-label", label.textContent.replace("*", "").trim());
  select.after(box);
  standIn(select, box);
  show();
  select.addEventListener("draft:restored", () => show());

  function show(group = null) {
    const option = chosen(select);
    if (option && !group) {
      const line = make("div", "picker-chosen", "");
      line.append(make("span", "", [option.parentElement.label, option.textContent.trim()].filter(Boolean).join(" › ")));
      const change = make("button", "btn btn-ghost", words.textChange);
      change.addEventListener("click", () => {
        choose(select, { id: "", text: "" });
        show();
        box.querySelector("button")?.focus();
      });
      line.append(change);
      box.replaceChildren(line);
      return;
    }
    const tiles = make("div", "picker-tiles");
    const groups = [...select.querySelectorAll("optgroup")];
    if (groups.length && !group) {
      for (const each of groups) tiles.append(tile(each.label, () => show(each)));
      for (const each of select.querySelectorAll(":scope > option")) if (each.value) tiles.append(tile(each.textContent, () => take(each)));
    } else {
      for (const each of (group ?? select).querySelectorAll("option")) if (each.value) tiles.append(tile(each.textContent, () => take(each)));
    }
    box.replaceChildren(tiles);
    if (group) {
      const back = make("button", "btn btn-ghost", `‹ ${group.label}`);
      back.addEventListener("click", () => {
        show();
        box.querySelector("button")?.focus();
      });
      box.prepend(back);
      tiles.querySelector("button")?.focus();
    }
  }

  function take(option) {
    choose(select, { id: option.value, text: option.textContent });
    show();
    box.querySelector("button")?.focus();
  }

  function tile(content, act) {
    const made = make("button", "picker-tile", content.trim());
    made.addEventListener("click", act);
    return made;
  }
}
