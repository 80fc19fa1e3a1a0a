// A check on the phone: photos stay here until the check is signed, and a signed check until it has arrived.
// Without this script the form sends everything itself.

import { keep, drop } from "./store.js";
import { send } from "./sending.js";
import { shrunk } from "../houqin/js/shrinking.js";

const KEPT = "已保存在本机，有网后自动上报。可以接着检查下一处。";
const NO_STORE = "这个浏览器不能存稿，请在有网的地方上报。";
const WAITED = "网络不通，先保存在本机，有网后上报";

const form = document.querySelector("form[data-check]");
const state = form.querySelector(".check-state");
const failedBefore = JSON.parse(form.dataset.failed);
// item → files, until the check is signed.
const photos = new Map();

// Also where the page is not secure and `randomUUID` is missing: a school's own network without certificate.
function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

function localMinute(moment) {
  const two = (number) => String(number).padStart(2, "0");
  return `${moment.getFullYear()}-${two(moment.getMonth() + 1)}-${two(moment.getDate())}T${two(moment.getHours())}:${two(moment.getMinutes())}`;
}

function tell(text, tone) {
  document.dispatchEvent(new CustomEvent("house:toast", { detail: { text, tone } }));
}

// ── photos ──
function sayPhotos(item) {
  const box = form.querySelector(`[data-item="${item}"] .photos-said`);
  const count = (photos.get(item) || []).length;
  if (!box) return;
  box.textContent = count ? `已拍 ${count} 张` : "";
  if (!count) return;
  const away = document.createElement("button");
  away.type = "button";
  away.className = "button quiet";
  away.textContent = "重拍";
  away.addEventListener("click", () => {
    photos.delete(item);
    sayPhotos(item);
  });
  box.append(away);
}

form.addEventListener("change", async (event) => {
  const input = event.target;
  if (input.type !== "file") return;
  const item = input.closest("[data-item]").dataset.item;
  const files = [...input.files];
  input.value = "";
  for (const file of files) {
    const small = await shrunk(file);
    photos.set(item, [...(photos.get(item) || []), small]);
  }
  sayPhotos(item);
  form.dispatchEvent(new Event("input", { bubbles: true }));
});

// ── a verdict taken back: tapping the chosen chip again clears it ──
form.addEventListener("click", (event) => {
  const radio = event.target;
  if (radio.type !== "radio") return;
  if (radio.dataset.on === "1") {
    radio.checked = false;
    radio.dataset.on = "";
    form.dispatchEvent(new Event("input", { bubbles: true }));
  } else {
    for (const other of form.querySelectorAll(`input[type=radio][name="${radio.name}"]`)) other.dataset.on = "";
    radio.dataset.on = "1";
  }
});

// ── what failed here last time ──
function markAgain() {
  const texts = new Set(failedBefore[form.elements.subject.value] || []);
  for (const item of form.querySelectorAll("[data-item]")) {
    const isAgain = texts.has(item.dataset.text);
    item.classList.toggle("again", isAgain);
    let mark = item.querySelector(".again-mark");
    if (isAgain && !mark && !item.closest(".check-section.again")) {
      mark = document.createElement("span");
      mark.className = "again-mark badge";
      mark.dataset.tone = "bad";
      mark.textContent = "上次不合格";
      item.querySelector("legend").append(" ", mark);
    } else if (!isAgain && mark) mark.remove();
  }
}

// ── how much is left ──
function isAnswered(item) {
  const kind = item.dataset.kind;
  if (item.querySelector("input[name^='na-']:checked")) return true;
  if (kind === "photo") return (photos.get(item.dataset.item) || []).length > 0 || Boolean(item.querySelector(".kept :checked"));
  if (kind === "yes_no" || kind === "choice") return Boolean(item.querySelector("input[type=radio]:checked"));
  return item.querySelector(".check-value input, .check-value textarea").value.trim() !== "";
}

// What the tap for all that is fine answers: plain questions, and remarks and photos that may be left out.
function isOneTap(item) {
  const mayBeLeftOut = ["text", "photo"].includes(item.dataset.kind) && item.querySelector("input[name^='na-']");
  return item.dataset.kind === "yes_no" || Boolean(mayBeLeftOut);
}

function count() {
  const isFine = form.elements.all_fine.checked;
  const left = [...form.querySelectorAll("[data-item]")].filter(
    (item) => !isAnswered(item) && !(isFine && isOneTap(item)),
  );
  state.textContent = left.length ? `还有 ${left.length} 项没有填` : "都填好了，可以签字上报";
}

form.addEventListener("input", count);
form.elements.subject.addEventListener("change", markAgain);

// ── signing ──
function signed() {
  const body = new FormData(form);
  // A correction is of the look that was taken, and the server knows when that was.
  if (!body.get("performed_at") && !("correction" in form.dataset)) body.set("performed_at", localMinute(new Date()));
  if (!body.get("late_reason")) body.set("late_reason", WAITED);
  body.delete("csrfmiddlewaretoken");
  const taken = [];
  for (const [item, files] of photos) {
    body.set(`later-${item}`, String(files.length));
    for (const file of files) taken.push({ key: newKey(), item, file, name: file.name || "照片.jpg" });
  }
  const fields = [...body].filter(([, value]) => typeof value === "string");
  const subject = form.elements.subject.selectedOptions[0]?.textContent || "";
  return {
    key: body.get("_key"), person: form.dataset.check, url: location.pathname, at: Date.now(), fields, photos: taken,
    label: `${subject} ${form.dataset.said}`, sent: null,
  };
}

function showErrors(errors) {
  for (const wrong of form.querySelectorAll(".check-item.wrong")) wrong.classList.remove("wrong");
  for (const old of form.querySelectorAll(".errors.told")) old.remove();
  let first = null;
  for (const [name, sentence] of Object.entries(errors)) {
    const field = form.querySelector(`[data-item="${name.replace(/^(item|note|photo|na|later)-/, "")}"]`) || form.elements[name]?.closest?.(".field");
    if (!field) continue;
    field.classList.add("wrong");
    const list = document.createElement("ul");
    list.className = "errors told";
    const line = document.createElement("li");
    line.textContent = sentence;
    list.append(line);
    field.append(list);
    field.closest("details")?.setAttribute("open", "");
    first ||= field;
  }
  first?.scrollIntoView({ block: "center" });
}

// The next place, on the same page: a fresh id, nothing carried over but where one stands.
function begin() {
  form.reset();
  photos.clear();
  for (const item of form.querySelectorAll("[data-item]")) sayPhotos(item.dataset.item);
  form.elements._key.value = newKey();
  form.elements.subject.value = "";
  showErrors({});
  markAgain();
  form.dispatchEvent(new Event("input", { bubbles: true }));
  scrollTo({ top: 0 });
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (form.getAttribute("aria-busy") === "true") return;
  form.setAttribute("aria-busy", "true");
  state.textContent = "正在上报……";
  const check = signed();
  try {
    let isKept = true;
    await keep(check).catch(() => {
      isKept = false;
    });
    const told = await send(check);
    if (told.done) {
      form.dispatchEvent(new Event("checks:sent"));
      location.assign(told.done);
    } else if (told.refused && check.sent) {
      location.assign(check.sent.url);
    } else if (told.refused) {
      if (isKept) await drop(check.key);
      // The old id may have had its effect; what is corrected is another check.
      form.elements._key.value = newKey();
      showErrors(told.errors);
      state.textContent = told.refused;
      tell(told.refused, "bad");
    } else if (isKept) {
      document.dispatchEvent(new CustomEvent("checks:kept"));
      begin();
      state.textContent = KEPT;
    } else {
      state.textContent = NO_STORE;
      tell(NO_STORE, "bad");
    }
  } finally {
    form.removeAttribute("aria-busy");
  }
});

markAgain();
count();
