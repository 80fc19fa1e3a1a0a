// A picture no larger than a print needs, drawn anew on the phone; whatever the browser cannot open stays as it is.

const LONGEST_SIDE = 2560;
const SMALL_ENOUGH = 700 * 1024;
const QUALITY = 0.85;
const PICTURE = /^image\//;

export async function shrunk(file) {
  if (!PICTURE.test(file.type) || (file.size < SMALL_ENOUGH && /jpeg|png|webp/.test(file.type))) return file;
  try {
    const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, LONGEST_SIDE / Math.max(bitmap.width, bitmap.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(bitmap.width * scale));
    canvas.height = Math.max(1, Math.round(bitmap.height * scale));
    const pen = canvas.getContext("2d");
    pen.fillStyle = "white";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    bitmap.close();
    const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
    if (!blob || blob.size >= file.size) return file;
    return new File([blob], `${file.name.replace(/\.[a-z0-9]+$/i, "")}.jpg`, { type: "image/jpeg" });
  } catch {
    return file;
  }
}
