// What Gradio leaves to be mended on the page.
{
  const names = {
    '[data-testid="submit-button"]': "发送",
    '[data-testid="stop-button"]': "停止",
    "#wz-chat [role=log]": "对话",
    "#wz-chat .scroll-down-button-container button": "到底部",
  };

  // Gradio leaves the buttons without a name and names every message by its HTML source: both are read aloud.
  function name() {
    for (const message of document.querySelectorAll('#wz-chat :is([data-testid="user"], [data-testid="bot"])[aria-label]'))
      message.removeAttribute("aria-label");
    for (const [selector, name] of Object.entries(names))
      for (const element of document.querySelectorAll(selector))
        if (element.getAttribute("aria-label") !== name) element.setAttribute("aria-label", name);
  }

  // The chat follows an answer as it grows, but never past its question: a long one is read from its beginning.
  let questions = 0;
  let following = false;

  function follow(changes) {
    const view = document.querySelector("#wz-chat .bubble-wrap");
    if (!view || !changes.some((change) => view.contains(change.target))) return;
    const rows = view.querySelectorAll(".wz-question");
    if (rows.length !== questions) following = rows.length > questions;
    questions = rows.length;
    if (!following) return;
    const above = rows[questions - 1].getBoundingClientRect().top - view.getBoundingClientRect().top;
    view.scrollTop += above - 16;
  }

  for (const event of ["wheel", "touchmove", "pointerdown", "keydown"])
    document.addEventListener(event, ({ target }) => {
      if (target.closest?.("#wz-chat")) following = false;
    }, { passive: true });

  new MutationObserver((changes) => {
    name();
    follow(changes);
  }).observe(document.documentElement, { subtree: true, childList: true, attributeFilter: ["aria-label"] });
}
