// The chat: what is pressed in it becomes an event of #wz-pressed; it follows an answer as it grows; quotes on hover.
{
  let tell = null;
  const waiting = [];

  // Gradio calls this when the page can take events, see chat_page.py.
  wenzheng.connect = (trigger) => {
    tell = trigger;
    for (const [event, data] of waiting.splice(0)) tell(event, data);
  };

  function send(event, data) {
    if (tell) tell(event, data);
    else waiting.push([event, data]);
  }

  wenzheng.ask = (question) => {
    wenzheng.turnTo("chat");
    send("submit", { question });
  };

  const asked = new URLSearchParams(location.search).get("q");
  if (asked?.trim()) send("submit", { question: asked });

  // Gradio calls this with the inputs of a question that was typed: the box is free for the next one at once.
  wenzheng.typed = (...inputs) => {
    const box = document.querySelector("#wz-box textarea");
    box.value = "";
    box.dispatchEvent(new Event("input", { bubbles: true }));
    wenzheng.check();
    return inputs;
  };

  // What is pressed in a reply is drawn anew with it: the keyboard's focus goes to the new one.
  let held = null;

  function refocus() {
    if (!held || document.activeElement !== document.body) return;
    document.querySelector(held)?.focus();
  }

  document.addEventListener("focusin", ({ target }) => { if (held && !target.matches(held)) held = null; });

  function plain({ button, ctrlKey, metaKey, shiftKey, altKey }) {
    return button === 0 && !ctrlKey && !metaKey && !shiftKey && !altKey; // else the browser opens a tab or window
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest(".wz-ask");
    if (link && plain(event)) {
      event.preventDefault();
      wenzheng.ask(new URL(link.href).searchParams.get("q"));
    }
    const pressed = event.target.closest("[data-act]");
    if (pressed) {
      const { act: what, turn } = pressed.dataset;
      held = turn === undefined ? null : `[data-act="${what}"][data-turn="${turn}"]`;
      act(pressed.dataset, pressed.getAttribute("aria-pressed") === "true");
    }
    const copied = event.target.closest("[data-copy]");
    if (copied) copy(copied);
  });

  function act({ act, turn, form }, on) {
    const number = Number(turn);
    if (act === "export") send("download", { form });
    else if (act === "retry") send("retry", { turn: number });
    else if (act === "edit" || act === "keep") send("edit", { turn: number });
    else send("like", { turn: number, liked: on ? null : act === "like", comment: "" });
  }

  document.addEventListener("submit", (event) => {
    const form = event.target.closest(".wz-comment");
    if (!form) return;
    event.preventDefault();
    const comment = form.elements.why.value.trim();
    if (comment) send("like", { turn: Number(form.dataset.turn), liked: form.dataset.liked === "true", comment });
  });

  wenzheng.save = (file) => {
    if (!file) return;
    const bytes = Uint8Array.from(atob(file.content), (character) => character.charCodeAt(0));
    const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(new Blob([bytes])), download: file.name });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  };

  // A menu closes when something else is pressed, and by Escape.
  document.addEventListener("click", ({ target }) => {
    for (const menu of document.querySelectorAll(".wz-menu[open]"))
      if (!menu.contains(target) || target.closest("button")) menu.open = false;
  });
  document.addEventListener("keydown", ({ key }) => {
    if (key !== "Escape") return;
    for (const menu of document.querySelectorAll(".wz-menu[open]")) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });

  async function copy(button) {
    const text = button.dataset.copy;
    try {
      await navigator.clipboard.writeText(text);
    } catch { // no clipboard without https, except on this machine
      const area = Object.assign(document.createElement("textarea"), { value: text });
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
      button.focus();
    }
    button.classList.add("wz-copied");
    wenzheng.say("已复制");
    setTimeout(() => button.classList.remove("wz-copied"), 1500);
  }

  wenzheng.say = (label) => {
    const told = document.querySelector(".wz-said");
    if (told) told.textContent = wenzheng.label(label);
  };

  // --- quotes on hover and on keyboard focus ---

  let leaving = 0;

  function quote(mark) {
    const tip = document.querySelector("#wz-tip");
    if (!tip) return;
    clearTimeout(leaving);
    tip.textContent = mark.dataset.quote;
    tip.hidden = false;
    const [at, own] = [mark.getBoundingClientRect(), tip.getBoundingClientRect()];
    const below = at.bottom + 6 + own.height < innerHeight;
    tip.style.left = `${Math.max(8, Math.min(at.left - 20, innerWidth - own.width - 8))}px`;
    tip.style.top = `${below ? at.bottom + 6 : at.top - own.height - 6}px`;
  }

  function unquote(after = 0) {
    clearTimeout(leaving);
    leaving = setTimeout(() => document.querySelector("#wz-tip")?.setAttribute("hidden", ""), after);
  }

  document.addEventListener("pointerover", ({ target, pointerType }) => {
    if (pointerType !== "mouse") return; // a finger opens the report at once
    const mark = target.closest?.(".wz-mark");
    if (mark) quote(mark);
    else if (target.closest?.("#wz-tip")) clearTimeout(leaving);
    else unquote(120);
  });
  document.addEventListener("focusin", ({ target }) => {
    if (target.matches(".wz-mark:focus-visible")) quote(target);
    else unquote();
  });
  document.addEventListener("keydown", ({ key }) => { if (key === "Escape") unquote(); });
  document.addEventListener("click", () => unquote());
  document.addEventListener("scroll", () => unquote(), { capture: true, passive: true });

  // --- the chat follows an answer as it grows, but never past its question: a long one is read from its beginning ---

  let questions = 0;
  let following = false;

  function follow(changes) {
    const view = document.querySelector("#wz-chat .bubble-wrap");
    if (!view || !changes.some((change) => view.contains(change.target))) return;
    const rows = view.querySelectorAll(".wz-question");
    if (rows.length !== questions) following = rows.length > questions;
    questions = rows.length;
    if (!following) return;
    const row = rows[questions - 1].closest(".message-row") ?? rows[questions - 1];
    view.scrollTop += row.getBoundingClientRect().top - view.getBoundingClientRect().top - 12;
  }

  for (const event of ["wheel", "touchmove", "pointerdown", "keydown"])
    document.addEventListener(event, ({ target }) => {
      if (target.closest?.("#wz-chat")) following = false;
    }, { passive: true });

  new MutationObserver((changes) => {
    follow(changes);
    refocus();
  }).observe(document.documentElement, { subtree: true, childList: true });
}
