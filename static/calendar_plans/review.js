// Lights up the place in the source that the row under the pointer or the cursor was read from.
(() => {
  "use strict";
  const box = document.querySelector(".source-text");
  if (!box) return;
  let lit = null;

  const show = (row) => {
    const piece = row && document.getElementById(row.dataset.source);
    if (!piece || piece === lit) return;
    lit?.classList.remove("lit");
    piece.classList.add("lit");
    lit = piece;
    const top = piece.offsetTop - box.offsetTop;
    if (top < box.scrollTop || top > box.scrollTop + box.clientHeight - 40) {
      box.scrollTop = Math.max(0, top - box.clientHeight / 3);
    }
  };

  for (const event of ["pointerover", "focusin"]) {
    document.addEventListener(event, (happening) => show(happening.target.closest("[data-source]")));
  }
})();
