/* What the admin's theme (Unfold) asks of Alpine, said without eval: Alpine's build for a strict Content-Security-Policy
   finds no functions of the window, so they are given their names here. Loaded before Alpine. */

document.addEventListener("alpine:init", () => {
  for (const name of ["theme", "searchForm", "searchDropdown", "searchCommand"]) {
    if (typeof window[name] === "function") {
      window.Alpine.data(name, window[name]);
    }
  }

  window.Alpine.data("adminPage", () => ({
    activeTab: "",
    /* What the theme's forms read of the window, which expressions do not see. */
    window: { location: { pathname: location.pathname, search: location.search } },
    sidebarMobileOpen: false,
    sidebarDesktopOpen: localStorage.getItem("sidebarDesktopOpen") !== "0",
    init() {
      const first = this.$el.dataset.firstTab;
      this.activeTab = first ? window.getCurrentTab() || first : "";
    },
    toggleSidebar() {
      this.sidebarDesktopOpen = !this.sidebarDesktopOpen;
      localStorage.setItem("sidebarDesktopOpen", this.sidebarDesktopOpen ? "1" : "0");
    },
  }));
});

/* Copy buttons: <button data-copy="id of what to copy">; says so in its own text for a moment. */
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) {
    return;
  }
  const source = document.getElementById(button.dataset.copy);
  const said = button.querySelector("[data-said]") || button;
  const before = said.textContent;
  try {
    await navigator.clipboard.writeText(source.textContent.trim());
    said.textContent = button.dataset.copied;
  } catch {
    /* No clipboard on an insecure origin: select the text, so that Ctrl-C takes it. */
    window.getSelection().selectAllChildren(source);
    said.textContent = button.dataset.selected;
  }
  setTimeout(() => {
    said.textContent = before;
  }, 2500);
});

/* Parts of a page that stay fresh: <div data-refresh="URL" data-every="seconds">, while the page is seen. */
document.addEventListener("DOMContentLoaded", () => {
  for (const part of document.querySelectorAll("[data-refresh]")) {
    let last = part.innerHTML;
    setInterval(async () => {
      if (document.hidden) {
        return;
      }
      const answer = await fetch(part.dataset.refresh).catch(() => null);
      if (!answer?.ok || answer.redirected) {
        return;
      }
      const fresh = await answer.text();
      if (fresh !== last) {
        /* Only when it differs, so that nobody loses their place or hears the same again. */
        part.innerHTML = last = fresh;
      }
    }, 1000 * Number(part.dataset.every || 10));
  }
});

/* What the theme and Django leave unnamed for assistive technology. */
document.addEventListener("DOMContentLoaded", () => {
  document
    .getElementById("nav-sidebar-apps")
    ?.setAttribute("data-simplebar-aria-label", document.body.dataset.menu);
});
window.addEventListener("load", () => {
  /* After the scripts of Django's forms, which make these when the page has loaded. */
  setTimeout(() => {
    for (const tip of document.querySelectorAll("span.help-tooltip[aria-label]")) {
      tip.setAttribute("role", "img");
    }
  });
});
