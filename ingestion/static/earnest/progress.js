// Shows how far an import is, again and again, for as long as the page says that there is more to come.
"use strict";

function watch() {
  const shown = document.getElementById("progress");
  if (shown && shown.dataset.again) {
    setTimeout(() => again(shown), Number(shown.dataset.again));
  }
}

async function again(shown) {
  try {
    const page = await fetch(location.href);
    const fresh = new DOMParser().parseFromString(await page.text(), "text/html").getElementById("progress");
    if (page.ok && fresh) {
      if (fresh.innerHTML !== shown.innerHTML) {
        shown.replaceChildren(...fresh.childNodes);
      }
      if (!fresh.dataset.again) {
        delete shown.dataset.again;
        // Said once, at the end: whoever listens is not told of every step.
        document.getElementById("progress-ended").textContent = "The import has ended.";
      }
    }
  } catch {
    // The server is away for a moment; it is asked again.
  }
  watch();
}

document.addEventListener("DOMContentLoaded", watch);
