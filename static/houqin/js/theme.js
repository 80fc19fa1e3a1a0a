// Puts the remembered choice of light or dark on the page before the first paint. Not deferred on purpose.
try {
  const remembered = localStorage.getItem("houqin.theme");
  if (remembered === "light" || remembered === "dark") document.documentElement.dataset.theme = remembered;
} catch {
  // Storage is switched off (some WeChat windows): the page follows the system.
}
