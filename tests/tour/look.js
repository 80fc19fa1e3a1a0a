// What can be seen wrong in the page as it stands: asked once per page by the tour.
({ least, leastButton }) => {
  const shown = (element) => element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  const name = (element) => {
    const words = (element.getAttribute("aria-label") || element.innerText || element.name || "").trim();
    return `${element.localName} “${words.slice(0, 20)}”`;
  };
  const size = (element) => {
    // A control may be tapped through its labels.
    const boxes = [element, ...(element.labels || [])].map((part) => part.getBoundingClientRect());
    const most = (side) => Math.round(Math.max(...boxes.map((box) => box[side])) * 10) / 10;
    return [most("width"), most("height")];
  };
  // WCAG 2.5.8 leaves out links in a line of text.
  const inText = (element) => element.localName === "a" && getComputedStyle(element).display === "inline";
  const small = [];
  for (const element of document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")) {
    if (!shown(element) || inText(element) || element.closest(".skip, .unseen")) continue;
    const [width, height] = size(element);
    if (width === 0 || height === 0) continue;
    const wanted = element.matches("button, .button, summary, nav a") ? leastButton : least;
    if (Math.min(width, height) < wanted - 0.5) small.push(`${name(element)} ${width}×${height} px`);
  }
  const root = document.documentElement;
  const wide = root.scrollWidth - root.clientWidth;
  const widest = wide <= 0 ? [] : [...document.body.querySelectorAll("*")]
    .filter((element) => shown(element) && element.getBoundingClientRect().right > root.clientWidth + 1)
    .slice(-1).map(name);
  // A table of months shows whole ones beside the column that stays.
  const cut = [...document.querySelectorAll("[data-opens-at]")].flatMap((table) => {
    const [names, ...months] = [...table.querySelectorAll("thead th")].map((head) => head.getBoundingClientRect());
    const frame = table.closest(".table-frame").getBoundingClientRect();
    const crosses = (edge) => months.some((month) => month.left < edge - 2 && month.right > edge + 2);
    return [names.right, frame.right].some(crosses) ? [name(table)] : [];
  });
  const skeleton = [...document.querySelectorAll("body, body *")]
    .map((element) => `${element.localName}.${element.className}${element.getAttribute("role") || ""}`);
  return {
    small: [...new Set(small)],
    wide: wide > 0 ? `${wide} px too wide: ${widest}` : "",
    cut,
    violations: window.policyViolations || [],
    skeleton: [...new Set(skeleton)].sort().join(" "),
  };
}
