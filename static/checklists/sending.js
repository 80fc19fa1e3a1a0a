// One check on its way: first what was said, once for its id; then the photos, each once.

import { drop, keep } from "./store.js";

const LOGIN = "登录过期了，请重新登录后自动上报。";
const LOST = "没有网络，已保存在本机，有网后自动上报。";
const BUSY = "系统正忙，已保存在本机，稍后自动上报。";
const TIMEOUT_MS = 60_000;

function token() {
  return document.querySelector("[name=csrfmiddlewaretoken]")?.value || JSON.parse(document.body.getAttribute("hx-headers") || "{}")["X-CSRFToken"] || "";
}

async function post(url, body) {
  const answer = await fetch(url, {
    method: "POST", body, credentials: "same-origin",
    headers: { Accept: "application/json", "X-CSRFToken": token() },
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (answer.redirected && new URL(answer.url).pathname.startsWith("/login/")) return { later: LOGIN };
  if (answer.status >= 500 || answer.status === 429) return { later: BUSY };
  return { answer };
}

function fieldsOf(check) {
  const body = new FormData();
  for (const [name, value] of check.fields) body.append(name, value);
  return body;
}

// Answers { done: url }, { later: sentence } to be tried again, or { refused: sentence, errors } for a mistake.
export async function send(check) {
  try {
    if (!check.sent) {
      const { later, answer } = await post(check.url, fieldsOf(check));
      if (later) return { later };
      const told = (answer.headers.get("Content-Type") || "").includes("json") ? await answer.json() : null;
      if (!answer.ok || !told?.url) {
        return { refused: told?.sentence || Object.values(told?.errors || {})[0] || `没有上报成（${answer.status}），请刷新页面后再试。`, errors: told?.errors || {} };
      }
      check.sent = told;
      await keep(check);
    }
    while (check.photos.length) {
      const photo = check.photos[0];
      const url = check.sent.photos[photo.item];
      if (url) {
        const body = new FormData();
        body.append("_key", photo.key);
        body.append("attachments-chosen", photo.file, photo.name);
        const { later, answer } = await post(url, body);
        if (later) return { later };
        // 409: it is there already, or the check has all its photos; either way nothing is left to send.
        if (!answer.ok && answer.status !== 409) return { refused: `照片没有传上去（${answer.status}），请在检查记录里补传。`, errors: {} };
      }
      check.photos.shift();
      await keep(check);
    }
    await drop(check.key);
    return { done: check.sent.url };
  } catch {
    return { later: LOST };
  }
}
