/** Whoever fills in a field keeps the focus, wherever the field is. */
export const isTyping = () => document.activeElement?.matches('input, textarea, select, [contenteditable]') ?? false;

/** Nobody is anywhere, or they are in the pane on the right and not in a field of it: what happens there by itself may take them along. */
export const isFreeInPane = () => {
  const { activeElement, body } = document;
  return !activeElement || activeElement === body || (activeElement.closest('aside') !== null && !isTyping());
};
