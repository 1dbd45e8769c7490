/**
 * A long list of boxes in groups: search, choose a whole group, and say how many are
 * chosen. Without this file it is a list of boxes. Hidden ones keep their choice.
 */
for (const list of document.querySelectorAll("[data-choose]")) {
  const rows = [...list.querySelectorAll("[data-choose-row]")];
  const groups = [...list.querySelectorAll("[data-choose-group]")];
  const search = list.querySelector("[data-choose-search]");
  const total = list.querySelector("[data-choose-total]");
  const boxOf = (row) => row.querySelector("input");
  const shown = (group) => rows.filter((row) => group.contains(row) && !row.hidden);

  const count = () => {
    for (const group of groups) {
      const own = rows.filter((row) => group.contains(row));
      const chosen = own.filter((row) => boxOf(row).checked).length;
      group.querySelector("[data-choose-count]").textContent = `${chosen} / ${own.length}`;
      const all = group.querySelector("[data-choose-whole]");
      const seen = shown(group);
      const ticked = seen.filter((row) => boxOf(row).checked).length;
      all.checked = seen.length > 0 && ticked === seen.length;
      all.indeterminate = ticked > 0 && ticked < seen.length;
    }
    total.textContent = rows.filter((row) => boxOf(row).checked).length;
  };

  search.closest("[hidden]")?.removeAttribute("hidden");
  for (const whole of list.querySelectorAll("[data-choose-whole]")) {
    whole.closest("[hidden]")?.removeAttribute("hidden");
    whole.addEventListener("change", () => {
      for (const row of shown(whole.closest("[data-choose-group]"))) boxOf(row).checked = whole.checked;
      count();
    });
  }
  search.addEventListener("input", () => {
    const words = search.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    for (const row of rows) row.hidden = !words.every((word) => row.dataset.chooseRow.includes(word));
    for (const group of groups) {
      group.hidden = shown(group).length === 0;
      if (words.length) group.open = true;
    }
    count();
  });
  search.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault(); // it searches, it does not send
  });
  list.addEventListener("change", count);
  count();
}
