/** Keeps the live part of the page new: asks for it every two seconds, and says how old it is or that nobody answers. */
const EVERY_MS = 2000;
const LOST_AFTER_MS = 5000;

const live = document.getElementById('live');
const fresh = document.getElementById('fresh');

if (live !== null && fresh !== null) {
  let lastMs = Date.now();

  const show = () => {
    const ageMs = Date.now() - lastMs;
    const isLost = ageMs > LOST_AFTER_MS;
    const text = isLost
      ? fresh.dataset.lost
      : fresh.dataset.ago.replace('{n}', String(Math.floor(ageMs / 1000)));
    if (fresh.textContent !== text) {
      fresh.textContent = text;
    }
    fresh.classList.toggle('bad', isLost);
  };

  /** Exchanges the part only where it differs, and leaves the keyboard where it was. */
  const exchange = (markup) => {
    const before = stateOf(live);
    const next = new DOMParser().parseFromString(markup, 'text/html').body;
    if (next.innerHTML === live.innerHTML) {
      return;
    }
    const focused = live.contains(document.activeElement)
      ? document.activeElement.getAttribute('href')
      : null;
    const scrolled = [...live.querySelectorAll('.scroll')].map(({ scrollLeft }) => scrollLeft);
    live.replaceChildren(...next.childNodes);
    live.querySelectorAll('.scroll').forEach((region, place) => {
      region.scrollLeft = scrolled[place] ?? 0;
    });
    if (focused !== null) {
      live.querySelector(`[href="${CSS.escape(focused)}"]`)?.focus();
    }
    // The switches stand outside of the part: they are drawn anew when somebody else has turned one.
    if (before !== stateOf(live)) {
      location.reload();
    }
  };

  const stateOf = (part) => part.querySelector('[data-control]')?.getAttribute('data-control');

  const ask = async () => {
    try {
      const response = await fetch(`${location.pathname}?part=live`, {
        signal: AbortSignal.timeout(LOST_AFTER_MS),
        redirect: 'manual',
      });
      if (response.type === 'opaqueredirect' || response.status === 401) {
        location.reload();
        return;
      }
      if (response.ok) {
        exchange(await response.text());
        lastMs = Date.now();
      }
    } catch {
      // Nobody answers: the line below the page says so.
    }
    show();
  };

  const repeat = async () => {
    await ask();
    setTimeout(repeat, EVERY_MS);
  };
  show();
  setInterval(show, 500);
  setTimeout(repeat, EVERY_MS);
}
