// Drafts: what is typed into a form stays in this browser until the server has said that it is saved.
// A form asks for it with data-draft="<person>:<address>". Without this script every form still works.

const PREFIX = "houqin.draft.";
const SENT = "houqin.sent";
const KEPT_MS = 24 * 60 * 60 * 1000;
const RESTORED = "已恢复您上次没有保存的内容，请核对后再保存。";

// Storage may be switched off or full; then there are no drafts, and nothing else changes.
function attempt(act) {
  try {
    return act();
  } catch {
    return null;
  }
}

function read(name) {
  const draft = attempt(() => JSON.parse(localStorage.getItem(PREFIX + name)));
  return draft && Date.now() - draft.at < KEPT_MS ? draft : null;
}

function forget(name) {
  attempt(() => localStorage.removeItem(PREFIX + name));
}

function forgetOld() {
  for (const key of Object.keys(localStorage)) {
    if (key.startsWith(PREFIX) && !read(key.slice(PREFIX.length))) localStorage.removeItem(key);
  }
}

// Secrets, files (stored on the server as soon as they are chosen) and what the server put there are not kept.
function isKept(field) {
  if (field.closest("[data-files]")) return false;
  return field.name && !["hidden", "password", "file", "submit", "button"].includes(field.type);
}

function typed(form) {
  const fields = [...form.elements].filter(isKept);
  return fields.map((field) => {
    const isTick = field.type === "checkbox" || field.type === "radio";
    if (isTick) return [field.name, field.value, field.checked];
    return [field.name, field.multiple ? [...field.selectedOptions].map((option) => option.value) : field.value];
  });
}

function restore(form, values) {
  const fields = [...form.elements].filter(isKept);
  values.forEach(([name, value, isOn], position) => {
    const field = fields[position];
    if (!field || field.name !== name) return;
    if (isOn !== undefined) {
      if (field.value === value) field.checked = isOn;
    } else if (Array.isArray(value)) {
      for (const option of field.options) option.selected = value.includes(option.value);
    } else field.value = value;
  });
  form.dispatchEvent(new Event("input", { bubbles: true }));
}

function keepDrafts(form) {
  const name = form.dataset.draft;
  const atFirst = JSON.stringify(typed(form));
  let isDirty = "kept" in form.dataset;
  let isLeaving = false;

  // A form that the server sent back already holds what was typed, and that is newer than any draft.
  const draft = isDirty ? null : read(name);
  if (draft && JSON.stringify(draft.values) !== atFirst) {
    restore(form, draft.values);
    isDirty = true;
    document.dispatchEvent(new CustomEvent("house:toast", { detail: { text: RESTORED, tone: "info" } }));
  }

  form.addEventListener("input", () => {
    const values = typed(form);
    isDirty = JSON.stringify(values) !== atFirst;
    attempt(() => localStorage.setItem(PREFIX + name, JSON.stringify({ at: Date.now(), values })));
    if (!isDirty) forget(name);
  });
  form.addEventListener("submit", () => {
    isLeaving = true;
    attempt(() => sessionStorage.setItem(SENT, name));
  });
  addEventListener("pageshow", () => {
    isLeaving = false;
  });
  addEventListener("beforeunload", (event) => {
    if (isDirty && !isLeaving) event.preventDefault();
  });
}

// A field that only some choices of another one need, data-when="<name>=<values>", is there only with them: what
// is hidden is not sent either. Without this script its label or help says when it is filled in.
function showWhenNeeded(field) {
  const [name, values] = field.dataset.when.split("=");
  const lead = field.form.elements[name];
  const show = () => {
    field.disabled = !values.split(" ").includes(lead.value);
    field.closest(".field").hidden = field.disabled;
  };
  field.form.addEventListener("input", show);
  show();
}
document.querySelectorAll("form [data-when]").forEach(showWhenNeeded);

// The page after a sent form: good news means that it is saved; anything else leaves the draft where it is.
const sent = attempt(() => sessionStorage.getItem(SENT));
if (sent) {
  if (document.querySelector('.toasts .toast[data-tone="good"]')) forget(sent);
  attempt(() => sessionStorage.removeItem(SENT));
}
attempt(forgetOld);
document.querySelectorAll("form[data-draft]").forEach(keepDrafts);

// The browser's own words beside a file input are in its own language; ours say which file was chosen.
document.addEventListener("change", (event) => {
  const input = event.target.closest?.("[data-names-file]");
  if (!input) return;
  const said = input.closest(".files-input").querySelector(".file-name");
  said.textContent = [...input.files].map((file) => file.name).join("、") || "还没有选文件";
});
