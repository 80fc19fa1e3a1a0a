// What every page does: search by "/", light and dark, dialogs, menus, toasts, one effect per tap.
// Nothing here is needed to read a page or to send a form.

const TOAST_STAYS_MS = 6000;
const LOST = "网络断开，内容还在，请稍后再点一次。";
const SLOW = "网络太慢，没有等到回答。内容还在，请稍后再点一次。";
const SENTENCES = {
  400: "提交的内容不完整，请刷新页面后再试。",
  403: "您没有权限做这一步，或页面开得太久。请刷新页面后再试。",
  404: "要找的内容已经不在了，请返回列表再看。",
  409: "内容已有变动，请刷新页面核对后再做。",
  413: "文件太大，请压缩后再传。",
  429: "点得太快了，请稍等再试。",
  503: "系统正在恢复，刚才的操作没有保存，请等半分钟再试。",
};

// ── toasts ──
function toast(text, tone = "info") {
  const box = document.createElement("div");
  box.className = "toast";
  box.dataset.tone = tone;
  const sentence = document.createElement("p");
  sentence.textContent = text;
  const close = document.createElement("button");
  close.type = "button";
  close.dataset.dismisses = "";
  close.setAttribute("aria-label", "关闭提示");
  close.textContent = "×";
  box.append(sentence, close);
  document.querySelector("body > .toasts").append(box);
  letFade(box);
}

// Good news may go by itself, where nothing moves up under the thumb; what went wrong stays until it is put away.
function letFade(box) {
  const isAfloat = getComputedStyle(box.parentElement).position === "fixed";
  if (box.dataset.tone === "good" && isAfloat) setTimeout(() => box.remove(), TOAST_STAYS_MS);
}

document.querySelectorAll(".toasts > .toast").forEach(letFade);
document.addEventListener("house:toast", (event) => toast(event.detail.text, event.detail.tone));

// ── htmx: every failure says a sentence ──
document.addEventListener("htmx:responseError", ({ detail: { xhr } }) => {
  const own = (xhr.getResponseHeader("Content-Type") || "").startsWith("text/plain") && xhr.responseText;
  toast(own || SENTENCES[xhr.status] || `系统出了差错（${xhr.status}），刚才的操作没有完成，请稍后再试。`, "bad");
});
document.addEventListener("htmx:sendError", () => toast(LOST, "bad"));
document.addEventListener("htmx:timeout", () => toast(SLOW, "bad"));

// ── light and dark ──
function showTheme() {
  const chosen = document.documentElement.dataset.theme || "auto";
  document.querySelectorAll("[data-theme-choice]").forEach((button) => {
    button.setAttribute("aria-pressed", String(button.dataset.themeChoice === chosen));
  });
}

function chooseTheme(choice) {
  if (choice === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = choice;
  try {
    localStorage.setItem("houqin.theme", choice);
  } catch {
    // Not remembered where storage is switched off; this page still changes.
  }
  showTheme();
}

showTheme();

// ── taps ──
document.addEventListener("click", (event) => {
  const pressed = event.target.closest("button, a, summary");
  document.querySelectorAll("details.menu[open]").forEach((menu) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
  if (!pressed) return;
  if (pressed.getAttribute("aria-disabled") === "true") {
    event.preventDefault();
    if (pressed.title) toast(pressed.title, "warn");
  } else if (pressed.dataset.themeChoice) chooseTheme(pressed.dataset.themeChoice);
  else if (pressed.dataset.opens) document.getElementById(pressed.dataset.opens)?.showModal();
  else if ("copies" in pressed.dataset) copyBeside(pressed);
  else if ("closes" in pressed.dataset) pressed.closest("dialog").close();
  else if ("dismisses" in pressed.dataset) pressed.closest(".toast").remove();
  else if ("ticksAll" in pressed.dataset) tickAll(pressed);
  else if (pressed.getAttribute("href")?.startsWith("#")) stepTo(pressed, event);
});

// Every row of the page is ticked, or none when all are already.
function tickAll(button) {
  const boxes = [...button.form.querySelectorAll(".tick-cell input")];
  const isTicked = !boxes.every((box) => box.checked);
  for (const box of boxes) box.checked = isTicked;
}
for (const button of document.querySelectorAll("[data-ticks-all]")) button.hidden = false;

// Within a page only the focus moves: a name behind "#" would stay in the address, and pull the focus away from
// the mistakes when a form comes back.
function stepTo(link, event) {
  const goal = document.getElementById(link.hash.slice(1));
  goal?.focus();
  if (goal && document.activeElement === goal) event.preventDefault();
}

// The drawer of the functions and the sheet of one's own lie over what opened them: the focus goes in, and the
// browser brings it back when they close.
document.addEventListener("toggle", ({ target, newState }) => {
  if (target.matches("[popover]") && newState === "open") target.querySelector("a, button").focus();
}, true);

// ── wide tables ──
// A table of months opens at the one that is now, beside the column that stays.
for (const table of document.querySelectorAll("[data-opens-at]")) {
  const now = table.querySelector(table.dataset.opensAt);
  const frame = table.closest(".table-frame");
  if (now && frame) frame.scrollLeft = now.offsetLeft - table.querySelector("th").offsetWidth;
}

// ── words for the group's chat ──
// Without https, or inside a chat's own browser, there is no clipboard: then the words are selected for the
// hand, and the old command copies them where it is still there.
async function copyBeside(button) {
  const source = button.closest(".copy-text").querySelector("[data-copy-source]");
  try {
    await navigator.clipboard.writeText(source.value);
  } catch {
    source.focus();
    source.select();
    if (!document.execCommand("copy")) {
      toast("文字已选中，请长按或按 Ctrl+C 复制。", "info");
      return;
    }
  }
  toast(button.dataset.said || "已复制，到群里粘贴就行。", "good");
}

// A second tap while the first is under way does nothing. The server is safe without this; it is comfort.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || "stays" in form.dataset || event.defaultPrevented) return;
  if (form.getAttribute("aria-busy") === "true") event.preventDefault();
  form.setAttribute("aria-busy", "true");
});

function free(form) {
  form.removeAttribute("aria-busy");
}
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.target.closest?.("form");
  if (form) free(form);
});
// Coming back by the browser's arrow shows the page as it was left, forms still marked as sent.
addEventListener("pageshow", () => document.querySelectorAll("form[aria-busy]").forEach(free));

// ── keys ──
document.addEventListener("keydown", (event) => {
  const isTyping = event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key === "/" && !isTyping && !event.ctrlKey && !event.metaKey && !event.altKey) {
    const search = document.querySelector("[data-slash]");
    if (search?.checkVisibility()) {
      event.preventDefault();
      search.focus();
      search.select();
    }
  } else if (event.key === "Escape") {
    const menu = event.target.closest("details.menu[open]");
    if (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  }
});

// After a refused form the eye and the screen reader begin at what is wrong.
document.querySelector("[data-focus]:not(.sample *)")?.focus();
