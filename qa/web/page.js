// Gradio leaves the send and stop buttons without a name and names every message by its HTML source.
// Both would be read aloud; this puts names that can be listened to in their place.
new MutationObserver(() => {
  for (const message of document.querySelectorAll('[data-testid="user"][aria-label], [data-testid="bot"][aria-label]'))
    message.removeAttribute("aria-label");
  for (const [selector, name] of [
    ['[data-testid="submit-button"]', "发送"],
    ['[data-testid="stop-button"]', "停止"],
    ["#wz-chat [role=log]", "对话"],
  ])
    for (const element of document.querySelectorAll(selector))
      if (element.getAttribute("aria-label") !== name) element.setAttribute("aria-label", name);
}).observe(document.documentElement, { subtree: true, childList: true, attributeFilter: ["aria-label"] });
