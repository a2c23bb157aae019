// Whether a page fits: no sideways scrolling, and controls a finger can hit.

/** By how many pixels the page is wider than its window, and what sticks out; empty when it fits. */
export function overflow(page) {
  return page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth <= clientWidth) return [];
    const wide = [...document.body.querySelectorAll("*")].filter((element) => {
      const box = element.getBoundingClientRect();
      return box.width > 0 && box.right > clientWidth + 1;
    });
    // The innermost ones are the cause.
    const inner = wide.filter((element) => !wide.some((other) => other !== element && element.contains(other)));
    const told = inner.slice(0, 4).map((element) => {
      const box = element.getBoundingClientRect();
      return `<${element.localName} class="${element.className}"> to ${Math.round(box.right)}`;
    });
    return [`${scrollWidth - clientWidth} px too wide: ${told.join(", ")}`];
  });
}

/** Controls that offer a finger less than `least` pixels in one direction. */
export function smallTargets(page, least = 44) {
  return page.evaluate((least) => {
    const CONTROLS = "button, summary, select, textarea, input, nav a, [role=tab], [role=menuitem], [role=switch]";
    const shown = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
    /** The hit area may be larger than the box: a label around it, or a pseudo-element over it. */
    const hits = (control, owner) => {
      control.scrollIntoView({ block: "center", inline: "nearest" });
      // A label is hit as a whole.
      const box = owner.getBoundingClientRect();
      const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
      const reach = least / 2 - 1;
      const belongs = (dx, dy) => {
        const found = document.elementFromPoint(x + dx, y + dy);
        return found === null || owner.contains(found) || found.control === control;
      };
      const across = box.width >= least - 0.5 || (belongs(-reach, 0) && belongs(reach, 0));
      const down = box.height >= least - 0.5 || (belongs(0, -reach) && belongs(0, reach));
      return across && down;
    };
    return [...document.querySelectorAll(CONTROLS)]
      .filter((control) => control.type !== "hidden" && shown(control) && !control.disabled)
      .filter((control) => {
        const box = control.getBoundingClientRect();
        // Kept for screen readers and forms only.
        return box.width > 1 && box.height > 1;
      })
      .filter((control) => !hits(control, control.closest("label") ?? control))
      .map((control) => {
        const box = control.getBoundingClientRect();
        const name = control.getAttribute("aria-label") ?? control.innerText ?? control.name ?? "";
        return `${Math.round(box.width)}x${Math.round(box.height)} <${control.localName} class="${control.className}"> ${name.trim().slice(0, 40)}`;
      });
  }, least);
}
