// The report beside the chat: opened at a place, of which exactly the characters from … to are marked.
// Offsets count code points, as Python does; the text of the article is the text of the report.
{
  const $ = (selector) => document.querySelector(selector);
  const address = (path) => new URL(path, document.baseURI.split(/[?#]/)[0]);
  const wide = matchMedia("(min-width: 1000px)");
  let shown = null; // id of the report in the pane
  let wanted = 0; // counts openings: only the last one is shown
  let opener = null; // what had the focus before the pane opened as a sheet

  const roomy = () => $(".wz-pane-body").clientWidth >= 660; // the contents have room beside the text
  const beside = () => wide.matches && wenzheng.page() === "chat";

  async function get(path) {
    let response;
    try {
      response = await fetch(address(path), { cache: "no-cache" });
    } catch {
      throw new Error("报告没有取到：连接断开了。");
    }
    if (response.status === 404) throw new Error("资料库里没有这份报告了。");
    if (!response.ok) throw new Error("报告没有取到：程序没有正常回应。");
    return response;
  }

  async function list() {
    const reports = await (await get("reports")).json();
    const select = $("#wz-report");
    const options = reports.map(({ id, title }) => Object.assign(document.createElement("option"), { value: id, textContent: title }));
    select.replaceChildren(...options);
    select.value = shown ?? "";
    return reports;
  }

  // Reports may have come or gone while another page was shown; where that cannot be told, the list stays.
  wenzheng.refreshReports = () => list().catch(() => {});

  // Show a report; true where it is in the pane.
  async function show(id, fresh = false) {
    if (id === shown && !fresh) return true;
    const mine = ++wanted;
    const body = $(".wz-pane-body");
    if (shown === null) state("正在打开报告", "status");
    try {
      const html = await (await get(`reports/${encodeURIComponent(id)}`)).text();
      if (mine !== wanted) return false;
      body.innerHTML = html; // made and escaped by source.py
      if (shown === null) contents(roomy());
      shown = id;
      if (![...$("#wz-report").options].some((option) => option.value === id)) await list();
      $("#wz-report").value = id;
      return true;
    } catch (error) {
      if (mine === wanted) trouble(error, () => show(id, true));
      return false;
    }
  }

  function state(label, role) {
    const line = Object.assign(document.createElement("p"), { className: "wz-empty", textContent: label });
    line.setAttribute("role", role);
    $(".wz-pane-body").replaceChildren(line);
  }

  function trouble(error, again) {
    shown = null;
    state(error.message, "alert");
    const button = Object.assign(document.createElement("button"), { type: "button", className: "wz-again", textContent: "再试一次" });
    button.addEventListener("click", again);
    $(".wz-pane-body").append(button);
  }

  // --- places ---

  const wideCharacter = /[\ud800-\udbff][\udc00-\udfff]/g;
  const points = (text) => text.length - (text.match(wideCharacter)?.length ?? 0);
  const index = (text, count) => (points(text) === text.length ? count : [...text].slice(0, count).join("").length);

  // The stretches of text nodes that hold the characters from … to.
  function stretches(from, to) {
    const walker = document.createTreeWalker($(".wz-reading article"), NodeFilter.SHOW_TEXT);
    const found = [];
    for (let at = 0, node = walker.nextNode(); node && at < to; node = walker.nextNode()) {
      const length = points(node.data);
      const [a, b] = [Math.max(from - at, 0), Math.min(to - at, length)];
      if (a < b) found.push([node, index(node.data, a), index(node.data, b)]);
      at += length;
    }
    return found;
  }

  function unmark() {
    for (const mark of document.querySelectorAll(".wz-reading mark")) {
      const parent = mark.parentNode;
      mark.replaceWith(...mark.childNodes);
      parent.normalize();
    }
  }

  function mark(from, to) {
    unmark();
    const marks = stretches(from, to).map(([node, a, b]) => {
      const range = document.createRange();
      range.setStart(node, a);
      range.setEnd(node, b);
      const mark = document.createElement("mark");
      range.surroundContents(mark);
      return mark;
    });
    return { marks, text: marks.map((mark) => mark.textContent).join("") };
  }

  function bring(element) {
    const view = $(".wz-reading");
    const [at, box] = [element.getBoundingClientRect(), view.getBoundingClientRect()];
    view.scrollTop += at.top - box.top - Math.max(24, (box.height - at.height) / 3);
  }

  // Open the report at a place and mark it; a quote that does not stand there any more is not claimed to.
  async function open({ id, from, to, quote }) {
    openPane();
    if (!(await show(id))) return;
    if (!roomy()) contents(false);
    let found = mark(from, to);
    if (quote && found.text !== quote && (await show(id, true))) found = mark(from, to);
    if (quote && found.text !== quote) {
      unmark();
      wenzheng.say("报告已经换过，引文不在原处了。");
      notice("报告已经换过，引文不在原处了。");
      return;
    }
    if (found.marks.length) bring(found.marks[0]);
    wenzheng.say("已在报告原文中标出引文。");
  }

  function notice(label) {
    const line = Object.assign(document.createElement("p"), { className: "wz-moved", textContent: label });
    $(".wz-pane-body").prepend(line);
    setTimeout(() => line.remove(), 6000);
  }

  function place(href) {
    const query = new URL(href, document.baseURI).searchParams;
    const [from, to] = ["from", "to"].map((name) => Number.parseInt(query.get(name) ?? "", 10));
    return { id: query.get("doc"), from: from || 0, to: to || 0 };
  }

  // --- the pane as a sheet, where it has no room beside the chat ---

  function openPane() {
    if (beside()) return;
    opener ??= document.activeElement;
    const pane = $("#wz-pane");
    pane.dataset.open = "yes";
    pane.setAttribute("role", "dialog");
    pane.setAttribute("aria-modal", "true");
    for (const part of document.querySelectorAll("#wz-head, #wz-pages")) part.inert = true;
    $(".wz-backdrop").hidden = false;
    $("#wz-pane-close").focus();
  }

  wenzheng.closePane = () => {
    const pane = $("#wz-pane");
    if (!pane?.dataset.open) return;
    delete pane.dataset.open;
    pane.setAttribute("role", "complementary");
    pane.removeAttribute("aria-modal");
    for (const part of document.querySelectorAll("#wz-head, #wz-pages")) part.inert = false;
    $(".wz-backdrop").hidden = true;
    opener?.focus();
    opener = null;
  };
  wide.addEventListener("change", () => wenzheng.closePane());

  function contents(open) {
    $("#wz-pane").toggleAttribute("data-contents", open);
    $("#wz-contents-switch").setAttribute("aria-pressed", open);
  }

  document.addEventListener("click", (event) => {
    const { target, button, ctrlKey, metaKey, shiftKey } = event;
    const cited = target.closest(".wz-cite");
    if (cited && button === 0 && !ctrlKey && !metaKey && !shiftKey) {
      event.preventDefault();
      open({ ...place(cited.href), quote: cited.dataset.quote });
    }
    const heading = target.closest(".wz-contents a[data-at]");
    if (heading) {
      event.preventDefault();
      const at = Number(heading.dataset.at);
      const [[node]] = stretches(at, at + 1);
      if (!roomy()) contents(false);
      const line = node.parentElement;
      bring(line);
      $(".wz-reading").focus({ preventScroll: true });
    }
    if (target.closest("#wz-open-report")) {
      openPane();
      if (shown === null) start();
    }
    if (target.closest("#wz-contents-switch")) contents(!$("#wz-pane").hasAttribute("data-contents"));
    if (target.closest("#wz-pane-close, .wz-backdrop")) wenzheng.closePane();
  });
  document.addEventListener("change", ({ target }) => { if (target.matches("#wz-report")) show(target.value); });
  document.addEventListener("keydown", ({ key }) => { if (key === "Escape") wenzheng.closePane(); });

  // --- the start: the report of the address, else the latest beside the chat ---

  async function start() {
    try {
      const reports = await list();
      if (!reports.length) state("资料库里还没有报告", "status");
      else await show(reports[0].id);
    } catch (error) {
      trouble(error, start);
    }
  }

  const mounted = new MutationObserver(() => {
    if (!$("#wz-report") || !$("#wz-pages [role=tab]")) return;
    mounted.disconnect();
    const linked = place(location.href);
    if (linked.id) open(linked);
    else if (beside()) start();
  });
  mounted.observe(document.documentElement, { subtree: true, childList: true });
}
