// Labels in English where the reader wants it. What stands below translate="no" — reports, questions, answers — stays.
window.wenzheng = {};
{
  const outside = '[translate="no"], script, style, textarea';
  const attributes = ["aria-label", "title", "placeholder"];
  const patterns = Object.entries(ENGLISH)
    .filter(([chinese]) => chinese.includes("{}"))
    .map(([chinese, english]) => {
      const source = chinese.split("{}").map((part) => part.replace(/[.*+?^$()|[\]\\]/g, "\\$&")).join("(.+?)");
      return [new RegExp(`^${source}$`), english];
    });
  const originals = new Map(); // what was Chinese: text node or element → {attribute or "": [Chinese, English]}
  let english = stored() ? stored() === "en" : navigator.language.startsWith("en");

  function stored() {
    try { return localStorage.getItem("wenzheng.language"); } catch { return null; } // storage may be forbidden
  }

  function translated(label) {
    const plain = label.trim();
    if (!plain) return null;
    if (plain in ENGLISH) return label.replace(plain, () => ENGLISH[plain]);
    for (const [pattern, form] of patterns) {
      const found = plain.match(pattern);
      if (found) return found.slice(1).reduce((text, part) => text.replace("{}", () => ENGLISH[part] ?? part), form);
    }
    return null;
  }

  function set(node, attribute, chinese, write) {
    const label = translated(chinese);
    if (label === null || label === chinese) return;
    const kept = originals.get(node) ?? {};
    kept[attribute] = [chinese, label];
    originals.set(node, kept);
    write(label);
  }

  function visit(root) {
    if (!english) return;
    const element = root.nodeType === Node.TEXT_NODE ? root.parentElement : root;
    if (!element?.closest || element.closest(outside)) return;
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT, (node) =>
      node.nodeType === Node.ELEMENT_NODE && node.matches(outside) && !node.matches("textarea")
        ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT);
    for (let node = root; node; node = walker.nextNode()) {
      if (node.nodeType === Node.TEXT_NODE) set(node, "", node.data, (label) => { node.data = label; });
      else if (node.getAttribute)
        for (const name of attributes)
          if (node.hasAttribute(name)) set(node, name, node.getAttribute(name), (label) => node.setAttribute(name, label));
    }
  }

  function restore() {
    for (const [node, kept] of originals)
      for (const [attribute, [chinese, label]] of Object.entries(kept))
        if (attribute === "") { if (node.data === label) node.data = chinese; }
        else if (node.getAttribute(attribute) === label) node.setAttribute(attribute, chinese);
    originals.clear();
  }

  function speak() {
    document.documentElement.lang = english ? "en" : "zh-CN";
    const button = document.querySelector("#wz-language");
    if (button) {
      button.textContent = english ? "中文" : "EN";
      button.lang = english ? "zh-CN" : "en";
      button.setAttribute("aria-label", english ? "中文" : "EN: English");
    }
  }

  wenzheng.switchLanguage = () => {
    english = !english;
    try { localStorage.setItem("wenzheng.language", english ? "en" : "zh"); } catch { /* for this visit only */ }
    if (english) visit(document.body); else restore();
    speak();
  };
  wenzheng.label = (chinese) => (english && translated(chinese)) || chinese;

  new MutationObserver((changes) => {
    for (const { type, target, addedNodes } of changes) {
      if (type === "childList") addedNodes.forEach(visit);
      else visit(target);
    }
  }).observe(document, { subtree: true, childList: true, characterData: true, attributeFilter: attributes });
  wenzheng.speak = speak;
  speak();
}
