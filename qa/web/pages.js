// What the pages 指标, 评测 and 资料库 need of scripts.
{
  function save(blob, name) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  }

  const base64 = (file) => new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(",") + 1));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });

  // 指标: one form; whatever changes in it, the server is asked for what it shows.
  window.wzFigures = (element, server) => {
    let more = {}; // sorting and number of rows, which are no fields of the form
    let latest = 0;
    const form = () => element.querySelector(".wz-filters");
    const asked = () => ({ ...Object.fromEntries(new FormData(form())), ...more });

    async function show(focus) {
      const turn = ++latest;
      element.querySelector(".wz-which").hidden = asked().show !== "compare";
      const result = element.querySelector(".wz-result");
      try {
        const html = await server.view(asked());
        if (turn !== latest) return; // a later one is on its way
        result.innerHTML = html;
        result.querySelector(focus)?.focus();
      } catch {
        result.querySelector(".wz-count").textContent = "没有得到回应：请看看运行本页面的程序是否还在。";
      }
    }

    let typing;
    element.addEventListener("input", ({ target }) => {
      more = { sort: more.sort, down: more.down };
      clearTimeout(typing);
      typing = setTimeout(show, target.type === "search" ? 200 : 0);
    });
    element.addEventListener("submit", (event) => event.preventDefault());
    element.addEventListener("click", async ({ target }) => {
      const { sort, down, rows, save: kind } = target.closest("button")?.dataset ?? {};
      if (sort) {
        more = { sort, down };
        show(`[data-sort="${sort}"]`);
      } else if (rows) {
        more = { ...more, rows };
        show(`tbody tr:nth-child(${element.querySelectorAll("tbody tr").length + 1}) a`);
      } else if (kind === "csv") {
        // the mark in front tells spreadsheets that it is UTF-8
        save(new Blob(["\ufeff", await server.table(asked())], { type: "text/csv" }), "指标.csv");
      } else if (kind === "png") {
        picture(element).toBlob((blob) => save(blob, `${title(element)}.png`));
      }
    });
  };

  function title(element) {
    const { show } = Object.fromEntries(new FormData(element.querySelector("form")));
    const chosen = [...element.querySelectorAll("select")]
      .filter((select) => select.value && (select.name !== "indicator" || show === "compare"))
      .map((select) => select.selectedOptions[0].textContent);
    return [element.querySelector("input:checked + span").textContent, ...chosen].join(" ");
  }

  // The bars as they stand on the page, drawn again for a file of their own.
  function picture(element) {
    const [WIDTH, LEFT, BARS, VALUES, ROW] = [1200, 30, 500, 960, 44];
    const parts = [...element.querySelectorAll(".wz-bars h3, .wz-bars li")].slice(0, 700); // no canvas is higher
    const height = 100 + parts.length * ROW;
    const scale = height > 4000 ? 1 : 2;
    const canvas = document.createElement("canvas");
    canvas.width = WIDTH * scale;
    canvas.height = height * scale;
    const pen = canvas.getContext("2d");
    const page = getComputedStyle(document.body);
    pen.scale(scale, scale);
    pen.fillStyle = page.backgroundColor;
    pen.fillRect(0, 0, WIDTH, height);
    pen.textBaseline = "middle";

    const write = (text, x, y, size, width, colour = page.color, weight = 400) => {
      pen.fillStyle = colour;
      pen.font = `${weight} ${size}px ${page.fontFamily}`;
      const fits = (n) => pen.measureText(text.slice(0, n) + (n < text.length ? "…" : "")).width <= width;
      let n = text.length;
      while (n > 1 && !fits(n)) n--;
      pen.fillText(text.slice(0, n) + (n < text.length ? "…" : ""), x, y);
    };

    write(title(element), LEFT, 34, 22, WIDTH - 2 * LEFT, page.color, 600);
    parts.forEach((part, row) => {
      const y = 70 + row * ROW + ROW / 2;
      if (part.tagName === "H3") return write(part.textContent, LEFT, y + 6, 17, WIDTH - 2 * LEFT, page.color, 600);
      const label = part.querySelector(".wz-bar-label");
      const bar = part.querySelector(".wz-bar");
      const small = label.querySelector("small");
      write(label.firstChild.textContent.trim(), LEFT, y - 8, 15, BARS - LEFT - 20);
      write(small.textContent, LEFT, y + 12, 12, BARS - LEFT - 20, getComputedStyle(small).color);
      const [from, long] = [bar.style.left, bar.style.width].map((share) => (parseFloat(share) / 100) * (VALUES - BARS - 20));
      pen.fillStyle = getComputedStyle(bar).backgroundColor;
      pen.fillRect(BARS + from, y - 9, Math.max(long, 1), 18);
      const value = part.querySelector(".wz-bar-value");
      write(value.textContent.trim().replace(/\s+/g, "　"), VALUES, y, 15, WIDTH - VALUES - LEFT);
    });
    return canvas;
  }

  // 资料库: files go to the server one by one, a report is taken out after a second press.
  window.wzLibrary = (element, server, { largest, most }) => {
    const tell = (good, words) => {
      const line = document.createElement("p");
      line.className = good ? "wz-good" : "wz-bad";
      line.translate = false;
      line.textContent = words;
      element.querySelector(".wz-told").append(line);
    };

    async function changed(answer) {
      try {
        const { good, told, html } = await answer;
        tell(good, told);
        element.querySelector(".wz-reports-held").innerHTML = html;
      } catch {
        tell(false, "没有得到回应：请看看运行本页面的程序是否还在。");
      }
    }

    async function add(files) {
      element.querySelector(".wz-told").replaceChildren();
      if (files.length > most) return tell(false, `一次不能超过${most}个文件，这里有${files.length}个。`);
      const drop = element.querySelector(".wz-drop");
      drop.setAttribute("aria-busy", "true");
      for (const file of files)
        if (file.size > largest) tell(false, `“${file.name}”太大：每个文件不能超过${largest / 1e6} MB。`);
        else await changed(base64(file).then((content) => server.add({ name: file.name, content })));
      drop.removeAttribute("aria-busy");
    }

    element.addEventListener("change", ({ target }) => {
      add([...target.files]);
      target.value = ""; // the same file may be chosen again
    });
    for (const kind of ["dragover", "dragleave", "drop"])
      element.addEventListener(kind, (event) => {
        const drop = event.target.closest(".wz-drop");
        if (!drop) return;
        event.preventDefault();
        drop.classList.toggle("wz-over", kind === "dragover");
        if (kind === "drop") add([...event.dataTransfer.files]);
      });

    element.addEventListener("click", ({ target }) => {
      const button = target.closest("[data-do]");
      if (!button) return;
      const place = button.closest(".wz-remove");
      const asking = place.querySelector('[data-do="ask"]');
      if (button.dataset.do === "ask") {
        asking.hidden = true;
        for (const [act, label] of [["remove", "确认移出"], ["keep", "取消"]]) {
          const choice = Object.assign(document.createElement("button"), { type: "button", className: "wz-button", textContent: label });
          choice.dataset.do = act;
          place.append(choice);
        }
        place.querySelector('[data-do="keep"]').focus();
      } else if (button.dataset.do === "keep") {
        asking.hidden = false;
        asking.focus();
        for (const choice of place.querySelectorAll('[data-do]:not([data-do="ask"])')) choice.remove();
      } else {
        element.querySelector(".wz-told").replaceChildren();
        changed(server.remove(button.closest("[data-id]").dataset.id));
      }
    });
  };

  // 评测: the server asks the questions; every moment the page asks how far it is.
  window.wzEvaluation = (element, server, { largest }) => {
    const $ = (selector) => element.querySelector(selector);
    let token = null;

    function trouble(words) {
      $(".wz-trouble").hidden = !words;
      $(".wz-trouble").textContent = words ?? "";
    }

    function running(on) {
      $(".wz-progress").hidden = !on;
      $(".wz-start").disabled = on;
    }

    const spoken = (seconds) => (seconds < 90 ? `${Math.ceil(seconds)}秒` : `${Math.ceil(seconds / 60)}分钟`);

    async function start() {
      const own = $("[name=set]:checked").value === "own";
      const [file] = $("[type=file]").files;
      trouble();
      if (own && !file) return trouble("请先选择问题集文件。");
      if (own && file.size > largest) return trouble(`“${file.name}”太大：问题集不能超过${largest / 1e6} MB。`);
      $(".wz-outcome").replaceChildren();
      $(".wz-left").textContent = "正在准备";
      $("progress").removeAttribute("value");
      running(true);
      try {
        const sent = own ? { name: file.name, content: await base64(file) } : {};
        const answer = await server.start(sent);
        if (answer.error) return trouble(answer.error);
        token = answer.token;
        await follow();
      } catch {
        trouble("没有得到回应：请看看运行本页面的程序是否还在。");
      } finally {
        running(false);
      }
    }

    async function follow() {
      for (;;) {
        const { done, total, left, html, error } = await server.state(token);
        if (error) return trouble(error);
        if (html) {
          $(".wz-outcome").innerHTML = html;
          return;
        }
        if (done) {
          Object.assign($("progress"), { max: total, value: done });
          $(".wz-left").textContent = `${done} / ${total}，约剩${spoken(left)}`;
        }
        await new Promise((resolve) => setTimeout(resolve, 500));
      }
    }

    element.addEventListener("submit", (event) => {
      event.preventDefault();
      start();
    });
    element.addEventListener("change", ({ target }) => {
      if (target.name === "set") $("[type=file]").parentElement.hidden = target.value !== "own";
      if (target.type === "file") {
        const name = $(".wz-file");
        name.textContent = target.files[0]?.name ?? "选择文件";
        name.translate = !target.files.length;
      }
    });
    element.addEventListener("click", async ({ target }) => {
      const act = target.closest("[data-do]")?.dataset.do;
      if (act === "stop" && token) await server.stop(token);
      if (act === "report") {
        const { zip, error } = await server.report(token);
        if (error) return trouble(error);
        const bytes = Uint8Array.from(atob(zip), (character) => character.charCodeAt(0));
        save(new Blob([bytes], { type: "application/zip" }), "评测报告.zip");
      }
    });
  };
}
