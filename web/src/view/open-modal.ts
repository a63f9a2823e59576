/**
 * For lit's `ref`: opens a dialog as soon as it is on the page, where a ref is called a moment too early. A modal
 * dialog keeps the focus inside, closes on Escape and gives the focus back.
 */
export function openModal(element: Element | undefined): void {
  if (!(element instanceof HTMLDialogElement)) return;
  queueMicrotask(() => {
    if (element.isConnected && !element.open) element.showModal();
  });
}
