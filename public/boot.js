// What must work before, or without, the application. At most 3 KB; knows only attributes.
(() => {
  const html = document.documentElement;
  const on = (type, handler) => document.addEventListener(type, handler, true);
  const near = (event, selector) => event.target instanceof Element && event.target.closest(selector);
  const target = (button, name) => document.getElementById(button.getAttribute(name));
  if (/Mac|iP/.test(navigator.platform)) html.dataset.os = "apple";

  // One click on a control that is not live yet is kept and replayed.
  let early = null;
  on("click", (event) => {
    const control = html.dataset.live === "0" && near(event, "[data-needs-live]");
    if (!control) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    early = control;
    control.setAttribute("aria-busy", "true");
  });
  addEventListener("rapport:live", () => {
    const control = early;
    early = null;
    if (!control) return;
    control.removeAttribute("aria-busy");
    if (control.isConnected) control.click();
  });

  // Dialogs and menus opened by attributes the browser does not know.
  const commands = "command" in HTMLButtonElement.prototype;
  const popovers = "popover" in HTMLElement.prototype;
  const closeOthers = (kept) => {
    for (const menu of document.querySelectorAll("[popover][data-open]"))
      if (menu !== kept) menu.removeAttribute("data-open");
  };
  on("click", (event) => {
    const opener = !commands && near(event, "[commandfor]");
    const dialog = opener && target(opener, "commandfor");
    if (dialog) {
      if (opener.getAttribute("command") === "close") dialog.close();
      else if (!dialog.open) dialog.showModal();
    }
    const button = near(event, "[popovertarget]");
    if (button) {
      const menu = target(button, "popovertarget");
      place(menu, button);
      if (!popovers) {
        closeOthers(menu);
        menu.toggleAttribute("data-open");
      }
      return;
    }
    // Taking an entry closes its menu.
    const item = near(event, "[role^=menuitem]:not([aria-disabled])");
    const menu = item && item.closest("[popover]");
    if (menu && popovers) setTimeout(() => menu.hidePopover());
    else if (menu || !near(event, "[popover]")) setTimeout(closeOthers);
  });

  // Menus that cannot be anchored to their buttons get a computed corner.
  const anchors = CSS.supports("position-area", "block-end");
  const place = (menu, button) => {
    if (anchors) return (button.style.anchorName = menu.style.positionAnchor = "--" + menu.id);
    const box = button.getBoundingClientRect();
    const top = box.bottom < innerHeight * 0.6 ? box.bottom + 4 : Math.max(8, box.top - 320);
    menu.style.setProperty("--left", Math.max(8, Math.min(box.right, innerWidth - 8) - 224) + "px");
    menu.style.setProperty("--top", top + "px");
  };

  // Tips go away with Escape and come back with the next movement.
  on("keydown", (event) => {
    if (event.key === "Escape") html.dataset.tips = "off";
  });
  on("pointermove", () => delete html.dataset.tips);
})();
