// The checks that wait on this phone: shown with their state, and sent whenever there is network.

import { drop, waiting } from "./store.js";
import { send } from "./sending.js";

const AGAIN_MS = 30_000;
const box = document.querySelector("[data-check-queue]");
const said = new Map();
let isSending = false;

function element(tag, text, names = "") {
  const made = document.createElement(tag);
  if (text) made.textContent = text;
  if (names) made.className = names;
  return made;
}

function line(check) {
  const item = element("li");
  item.append(element("strong", check.label));
  const told = said.get(check.key);
  const state = check.sent ? `已上报，还有 ${check.photos.length} 张照片在传` : "已保存在本机，有网后自动上报";
  item.append(element("span", told?.refused ? `没有上报：${told.refused}` : told?.later || state));
  const buttons = element("span", "", "cluster");
  const again = element("button", "现在上报", "button");
  again.type = "button";
  again.addEventListener("click", () => flush());
  buttons.append(again);
  if (told?.refused) {
    const away = element("button", "不要这一份", "button danger");
    away.type = "button";
    away.addEventListener("click", async () => {
      await drop(check.key);
      show();
    });
    buttons.append(away);
  }
  item.append(buttons);
  return item;
}

async function show() {
  const checks = await waiting(box.dataset.checkQueue).catch(() => []);
  box.hidden = checks.length === 0;
  box.querySelector("ul").replaceChildren(...checks.map(line));
  return checks;
}

async function flush() {
  if (isSending) return;
  isSending = true;
  try {
    for (const check of await show()) {
      const told = await send(check);
      said.set(check.key, told);
      await show();
      if (told.done) document.dispatchEvent(new CustomEvent("house:toast", { detail: { text: `${check.label}：已上报。`, tone: "good" } }));
      if (told.later) break;
    }
  } finally {
    isSending = false;
  }
}

if (box && !window.houqinChecks) {
  window.houqinChecks = true;
  document.addEventListener("checks:kept", () => show());
  addEventListener("online", () => flush());
  setInterval(() => navigator.onLine && !box.hidden && flush(), AGAIN_MS);
  flush();
}
