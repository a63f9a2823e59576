/**
 * For lit's `ref`. Opens a dialog in a microtask, because lit calls a ref before the element is on the page. A modal
 * dialog keeps the focus inside, closes on Escape and restores the focus.
 */
export function openModal(element: Element | undefined): void {
  if (!(element instanceof HTMLDialogElement)) return;
  queueMicrotask(() => {
    if (element.isConnected && !element.open) element.showModal();
  });
}
