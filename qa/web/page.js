// The frame: names that Gradio leaves out, light and dark, pages by their address, what is gone offline.
{
  const names = {
    '[data-testid="submit-button"]': "发送",
    '[data-testid="stop-button"]': "停止",
    "#wz-chat [role=log]": "对话",
    "#wz-chat .scroll-down-button-container button": "到底部",
    "#wz-pages [role=tablist]": "页面",
    "#wz-pages .overflow-menu > button": "更多页面",
    "#wz-kind": "范围",
  };

  // Gradio leaves elements without a name and names every message by its HTML source: both are read aloud.
  function name() {
    for (const message of document.querySelectorAll('#wz-chat :is([data-testid="user"], [data-testid="bot"])[aria-label]'))
      message.removeAttribute("aria-label");
    for (const [selector, label] of Object.entries(names))
      for (const element of document.querySelectorAll(selector))
        if (!element.dataset.named) {
          element.dataset.named = "yes";
          element.setAttribute("aria-label", label);
        }
  }

  // --- pages ---

  const tab = (page) => document.querySelector(`#wz-pages [role=tab][data-tab-id="${CSS.escape(page)}"]`);
  wenzheng.page = () => document.querySelector("#wz-pages [role=tab][aria-selected=true]")?.dataset.tabId ?? "chat";
  wenzheng.turnTo = (page) => { if (wenzheng.page() !== page) tab(page)?.click(); };

  let told = "";
  function turned() {
    const page = wenzheng.page();
    if (page === told) return;
    const first = told === "";
    told = page;
    if (!first) history.replaceState(null, "", page === "chat" ? location.pathname : `?tab=${page}`);
    wenzheng.closePane();
    if (!first) wenzheng.refreshReports();
  }

  let wanted = new URLSearchParams(location.search).get("tab");

  // --- light and dark ---

  function light(dark) {
    document.body?.classList.toggle("dark", dark);
    document.querySelector("#wz-dark")?.setAttribute("aria-pressed", dark);
  }

  function chosen() {
    try { return localStorage.getItem("wenzheng.dark"); } catch { return null; } // storage may be forbidden
  }

  document.addEventListener("click", ({ target }) => {
    if (target.closest("#wz-language")) wenzheng.switchLanguage();
    if (target.closest("#wz-dark")) {
      const dark = !document.body.classList.contains("dark");
      try { localStorage.setItem("wenzheng.dark", dark ? "yes" : "no"); } catch { /* for this visit only */ }
      light(dark);
    }
  });

  // --- offline ---

  wenzheng.offline = (gone) => document.querySelector(".wz-offline")?.toggleAttribute("hidden", !gone);
  window.addEventListener("offline", () => wenzheng.offline(true));
  window.addEventListener("online", () => wenzheng.check());

  // Whether the program still answers: now and then, and with every question.
  wenzheng.check = async () => {
    try {
      const response = await fetch(new URL("reports", document.baseURI.split(/[?#]/)[0]), { cache: "no-store" });
      wenzheng.offline(!response.ok);
    } catch {
      wenzheng.offline(true);
    }
  };
  setInterval(() => { if (!document.hidden) wenzheng.check(); }, 20_000);

  let ready = false;
  new MutationObserver(() => {
    name();
    if (!tab("chat")) return;
    if (!ready && document.querySelector("#wz-language")) {
      ready = true;
      wenzheng.speak();
      light(chosen() ? chosen() === "yes" : document.body.classList.contains("dark"));
    }
    if (wanted) {
      const page = wanted;
      wanted = null;
      wenzheng.turnTo(page);
    }
    turned();
  }).observe(document.documentElement, { subtree: true, childList: true, attributeFilter: ["aria-selected"] });
}
