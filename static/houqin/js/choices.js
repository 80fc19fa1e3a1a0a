// A long list of choices gets a box in which one types part of a name, or its initials in pinyin: what does not
// fit goes out of the list. What is chosen stays, and without this script every list still works.

const LONG = 15;
const HINT = "输入几个字查找", HINT_OF_NAMES = "输入几个字或首字母";

// How a choice is told: by its words, and by what the server wrote beside it.
function told(choice, words) {
  return `${words} ${choice.dataset.initials || ""}`.toLowerCase().replaceAll(" ", "");
}

// The options of a select, taken out and put back: a hidden option is still shown by some phones.
function optionsOf(select) {
  const all = [...select.options].map((option) => ({ option, told: told(option, option.textContent) }));
  return (asked) => {
    // Taken out one by one, every option is the selected one for a moment: its own word is worth nothing.
    const chosen = select.value;
    const kept = all.filter(({ option, told }) => ["", chosen].includes(option.value) || told.includes(asked));
    select.replaceChildren(...kept.map(({ option }) => option));
    select.value = chosen;
    return kept.filter(({ option, told }) => option.value && told.includes(asked)).map(({ option }) => option);
  };
}

function boxesOf(group) {
  const all = [...group.querySelectorAll("label:has(input)")].map((label) => {
    const input = label.querySelector("input");
    return { line: label.parentElement, input, told: told(input, label.textContent) };
  });
  return (asked) => {
    for (const { line, input, told } of all) line.hidden = !input.checked && !told.includes(asked);
    return all.filter(({ told }) => told.includes(asked)).map(({ input }) => input);
  };
}

function choose(found) {
  if (found instanceof HTMLOptionElement) found.selected = true;
  else found.checked = true;
  found.closest("select, fieldset").dispatchEvent(new Event("change", { bubbles: true }));
}

function narrowing(name, narrow, hasInitials) {
  const box = document.createElement("p");
  box.className = "narrowing";
  const input = document.createElement("input");
  Object.assign(input, { type: "search", placeholder: hasInitials ? HINT_OF_NAMES : HINT, autocomplete: "off" });
  input.setAttribute("aria-label", `在“${name}”里查找`);
  const count = document.createElement("output");
  box.append(input, count);
  let found = [];
  input.addEventListener("input", () => {
    const asked = input.value.trim().toLowerCase().replaceAll(" ", "");
    found = narrow(asked);
    count.textContent = !asked ? "" : found.length ? `${found.length} 个` : "没有符合的";
  });
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    // Enter takes the first that fits; it never sends the form from here.
    event.preventDefault();
    if (input.value.trim() && found.length) choose(found[0]);
  });
  return box;
}

function named(field) {
  const label = field.querySelector(":scope > label, :scope > legend").cloneNode(true);
  label.querySelector(".required")?.remove();
  return label.textContent.trim();
}

for (const field of document.querySelectorAll(".field")) {
  const select = field.querySelector(":scope > select:not([multiple])");
  const group = field.querySelector(":scope > div:has(> div > label > input[type=checkbox])");
  if (select && select.options.length > LONG && !select.querySelector("optgroup")) {
    select.before(narrowing(named(field), optionsOf(select), Boolean(field.querySelector("[data-initials]"))));
  } else if (group && group.querySelectorAll("input").length > LONG) {
    group.before(narrowing(named(field), boxesOf(group), Boolean(field.querySelector("[data-initials]"))));
  }
}
