"use strict";
// All of the page can be read without this script; it copies shell lines, and narrows what is shown.

const page = document.documentElement;
page.classList.add("scripted");

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // The clipboard is closed to pages that were not served securely; the old way works there.
    const area = document.createElement("textarea");
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
}

for (const button of document.querySelectorAll("button.copy")) {
  const told = button.textContent;
  button.addEventListener("click", async () => {
    await copy(button.closest(".curl").querySelector("pre").textContent);
    button.focus();
    button.textContent = "Copied";
    button.addEventListener("blur", () => { button.textContent = told; }, { once: true });
  });
}

function narrow(section) {
  const search = section.querySelector("input[type=search]");
  const status = section.querySelector("[role=status]");
  const items = [...section.querySelectorAll("[data-kind]")];
  const groups = [...section.querySelectorAll("article")];
  const texts = new Map(items.map((item) => {
    const heading = item.closest("article")?.querySelector("h3").textContent ?? "";
    return [item, `${heading} ${item.textContent}`.toLowerCase()];
  }));

  function show() {
    const kind = section.querySelector("input[type=radio]:checked")?.value ?? "all";
    const words = search.value.toLowerCase().split(/\s+/);
    for (const item of items) {
      const chosen = kind === "all" || item.dataset.kind === kind;
      item.hidden = !chosen || !words.every((word) => texts.get(item).includes(word));
    }
    for (const group of groups) {
      group.hidden = !group.querySelector("[data-kind]:not([hidden])");
    }
    const shown = items.filter((item) => !item.hidden).length;
    status.textContent = shown === items.length ? "" : `${shown} of ${items.length} shown`;
  }

  section.addEventListener("input", show);
  show();
}

document.querySelectorAll(".filtered").forEach(narrow);

// A link to a finding opens it.
function open() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  target?.closest("details")?.setAttribute("open", "");
  target?.scrollIntoView();
}
window.addEventListener("hashchange", open);
if (location.hash) open();
