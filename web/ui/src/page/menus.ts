// Drop-down menus are <details>; here they close as people expect: by Escape, by a click elsewhere, after a choice.

const openMenus = (): NodeListOf<HTMLDetailsElement> => document.querySelectorAll("details[data-menu][open]");

document.addEventListener("click", (event) => {
  const target = event.target as Element;
  for (const menu of openMenus()) {
    const inside = menu.contains(target);
    if (!inside || target.closest(".menu-item")) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of openMenus()) {
    menu.open = false;
    if (menu.contains(document.activeElement)) menu.querySelector("summary")?.focus();
    event.stopPropagation();
  }
});

export {};
