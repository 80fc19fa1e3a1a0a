// Files beside a form: shrunk on the phone, sent ahead with a progress bar, shown as ticked boxes. The form
// carries their ids only. Without this script the same inputs send the files with the form itself.

import { shrunk } from "./shrinking.js";

const WAIT = "照片还在上传，请稍等再保存。";
// The file itself is refused, and would be again.
const FINAL = [413, 422];
const LOST = "没有传上去，请检查网络后再试。";

function element(tag, text, names = "") {
  const made = document.createElement(tag);
  if (text) made.textContent = text;
  if (names) made.className = names;
  return made;
}

function send(url, token, file, onProgress) {
  return new Promise((done) => {
    const request = new XMLHttpRequest();
    const body = new FormData();
    body.append("file", file, file.name);
    request.open("POST", url);
    request.setRequestHeader("X-CSRFToken", token);
    request.responseType = "json";
    request.timeout = 180_000;
    request.upload.addEventListener("progress", (event) => onProgress(event.loaded, event.total));
    const answered = () => {
      if (request.status === 200 && request.response?.id) done({ file: request.response });
      else done({ sentence: request.response?.sentence || LOST, isFinal: FINAL.includes(request.status) });
    };
    request.addEventListener("load", answered);
    for (const failure of ["error", "timeout", "abort"]) request.addEventListener(failure, () => done({ sentence: LOST }));
    request.send(body);
  });
}

function takeOver(box) {
  const form = box.closest("form");
  const list = box.querySelector(".files.kept");
  const said = box.querySelector(".files-said");
  const name = box.dataset.files;
  let pending = 0;

  function kept() {
    return [...list.querySelectorAll("input[type=checkbox]")].filter((tick) => tick.checked).length;
  }

  function show(line, file) {
    const label = element("label");
    if (file.thumbnail) {
      const picture = element("img");
      Object.assign(picture, { src: file.thumbnail, alt: "", width: 80, height: 80 });
      label.append(picture);
    }
    const tick = element("input");
    Object.assign(tick, { type: "checkbox", name, value: file.id, checked: true });
    label.append(tick, " ", element("span", file.name, "file-name"), " ", element("span", file.size, "soft"));
    line.replaceChildren(label);
  }

  function chooseAnother(line) {
    line.remove();
    [...box.querySelectorAll("input[type=file]")].at(-1).click();
  }

  function refuse(line, original, { sentence, isFinal }) {
    const again = element("button", isFinal ? "换一个文件" : "再传一次", "button");
    again.type = "button";
    again.addEventListener("click", () => (isFinal ? chooseAnother(line) : upload(original, line)));
    const away = element("button", "不要了", "button quiet");
    away.type = "button";
    away.addEventListener("click", () => line.remove());
    line.replaceChildren(element("p", sentence.includes(original.name) ? sentence : `${original.name}：${sentence}`, "file-wrong"), again, away);
  }

  async function upload(original, line) {
    pending += 1;
    const bar = element("progress");
    bar.max = 1;
    bar.setAttribute("aria-label", `上传 ${original.name}`);
    line.replaceChildren(element("span", original.name, "file-name"), bar);
    const file = await shrunk(original);
    if (file.size > Number(box.dataset.largest)) {
      pending -= 1;
      refuse(line, original, { sentence: "文件太大，请压缩后再传。", isFinal: true });
      return;
    }
    const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
    const answer = await send(box.dataset.upload, token, file, (loaded, total) => (bar.value = loaded / total));
    pending -= 1;
    if (answer.file) show(line, answer.file);
    else refuse(line, original, answer);
    said.textContent = pending ? `还有 ${pending} 个在上传` : `已选 ${kept()} 个`;
  }

  for (const input of box.querySelectorAll("input[type=file]")) {
    input.addEventListener("change", () => {
      for (const file of input.files) {
        if (kept() + pending >= Number(box.dataset.most)) {
          said.textContent = `一次最多 ${box.dataset.most} 个，多出来的没有上传。`;
          break;
        }
        const line = element("li", "", "file");
        list.append(line);
        upload(file, line);
      }
      input.value = "";
    });
  }

  form.addEventListener("submit", (event) => {
    if (!pending) return;
    event.preventDefault();
    said.textContent = WAIT;
    document.dispatchEvent(new CustomEvent("house:toast", { detail: { text: WAIT, tone: "warn" } }));
  });
}

document.querySelectorAll("[data-files]").forEach(takeOver);
