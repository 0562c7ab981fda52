/** What lies over the page; when it closes, the focus goes back to where it came from. */
const OVER = "[role=dialog], [role=menu], [role=listbox]";

let last: HTMLElement | undefined;

/** Remembers the control of the page itself that had the focus last. */
export function watchFocus(): void {
  document.addEventListener("focusin", ({ target }) => {
    if (target instanceof HTMLElement && target.closest(OVER) === null) last = target;
  });
}

/** For whatever has closed: what opened it may itself be gone, as the item of a menu is, and the focus with it. */
export function focusBack(): void {
  const { activeElement } = document;
  if (activeElement !== null && activeElement !== document.body) return;
  if (last?.isConnected === true) last.focus({ preventScroll: true });
}
