/* The conversation: sends the question, shows the streamed answer, announces it once. Markup is cloned
   from the page's <template>s and filled with textContent, so text from documents stays text. The
   "words" part is the twin of answer_view.py; a test compares both. Without script the form is posted. */
"use strict";
(() => {
  const body = document.body;
  const language = document.documentElement.lang;
  const words = JSON.parse(body.dataset.phrases || "{}");
  const OPEN_SOURCES = 3;
  const SILENCE_MS = 60000;
  const MOST_REMEMBERED = 20;
  const byId = (id) => document.getElementById(id);
  const say = (key, values = {}) => words[key].replace(/\{(\w+)\}/g, (_, name) => values[name]);

  /* ---- words: what answer_view.py does for the template ---- */

  function spellDate(value) {
    if (!value) return "";
    const day = new Date(value.slice(0, 10) + "T00:00:00Z");
    if (!/^\d{4}-\d{2}-\d{2}/.test(value) || isNaN(day)) return value;
    const options = language === "de"
      ? { day: "2-digit", month: "2-digit", year: "numeric", timeZone: "UTC" }
      : { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" };
    return new Intl.DateTimeFormat(language === "de" ? "de-DE" : "en-GB", options).format(day);
  }

  function badgeOf(validity) {
    const { state, from, until } = validity || {};
    const start = spellDate(from), end = spellDate(until);
    if (state === "expired") return [state, end ? say("expired_on", { date: end }) : words.expired];
    if (state === "upcoming") return [state, start ? say("upcoming_from", { date: start }) : words.upcoming];
    if (state === "current") {
      if (end) return [state, say("valid_until", { date: end })];
      return [state, start ? say("valid_from", { date: start }) : words.valid];
    }
    return ["unknown", words.validity_unknown];
  }

  function safeHref(link) {
    if (!/^(https?:\/\/|\/(?![/\\]))/.test(link || "")) return "";
    const hash = link.indexOf("#");
    let address = hash < 0 ? link : link.slice(0, hash);
    let fragment = hash < 0 ? "" : link.slice(hash + 1);
    if (address.startsWith("/")) {
      fragment = fragment || "zitat";
      if (language !== "de") address += (address.includes("?") ? "&" : "?") + "lang=" + language;
    }
    return fragment ? address + "#" + fragment : address;
  }

  function placeOf(source) {
    const locator = source.locator || "";
    const page = source.page ? say("page", { n: source.page }) : "";
    return [locator, locator.endsWith(page) ? "" : page].filter(Boolean).join(" · ");
  }

  function pictureOf(source) {
    if (!("originals" in body.dataset) || !source.page || !/\.pdf$/i.test(source.file)) return "";
    return `/dokumente/${source.document_id}/seite/${source.page}.png`;
  }

  function mailOf(email, question) {
    const text = say("mail_body", { question });
    return `mailto:${email}?subject=${encodeURIComponent(words.mail_subject)}&body=${encodeURIComponent(text)}`;
  }

  /* Nothing was found, all sources have expired, or they contradict one another. */
  function needsAPerson({ status, sources, notices }) {
    return status === "not_found" || notices.some(({ kind }) => kind === "contradiction")
      || (sources.length > 0 && sources.every(({ validity }) => validity?.state === "expired"));
  }

  function contactsOf(answer) {
    if (answer.contacts.length || !needsAPerson(answer)) return answer.contacts;
    if (body.dataset.office) return [JSON.parse(body.dataset.office)];
    return body.dataset.contact ? [{ name: words.contact, text: body.dataset.contact }] : [];
  }

  /* ---- markup: clone and fill ---- */

  const clone = (name) => byId("muster-" + name).content.firstElementChild.cloneNode(true);
  const part = (node, name) => node.querySelector(`[data-f="${name}"]`);

  function fill(node, name, text) {
    const field = part(node, name);
    if (text) field.textContent = text;
    else field.remove();
  }

  function citationNode(turn, n, titles) {
    const node = clone("citation");
    node.href = `#quelle-${turn}-${n}`;
    node.setAttribute("aria-label", `${words.source} ${n}` + (titles[n] ? `: ${titles[n]}` : ""));
    node.textContent = n;
    return node;
  }

  function statementNode(turn, statement, titles) {
    const node = clone("statement");
    part(node, "text").textContent = statement.text;
    part(node, "citations").append(...statement.citations.map((n) => citationNode(turn, n, titles)));
    return node;
  }

  function partNode({ head, lang }) {
    const node = clone("part");
    node.lang = lang;
    node.textContent = head;
    return node;
  }

  function noticeNode({ kind, text }) {
    const node = clone("notice");
    node.dataset.kind = kind;
    part(node, "label").textContent = words["notice_" + kind] || words.notice_other;
    part(node, "text").textContent = text;
    return node;
  }

  function sourceNode(turn, source) {
    const node = clone("source");
    const details = node.querySelector("details");
    details.id = `quelle-${turn}-${source.n}`;
    details.open = source.n <= OPEN_SOURCES;
    const [state, badge] = badgeOf(source.validity);
    const dated = spellDate(source.date);
    const href = safeHref(source.link);
    part(node, "badge").dataset.state = state;
    for (const name of ["title", "quote"]) part(node, name).lang = source.language || "de";
    node.querySelector(".back").href = `#antwort-${turn}`;
    if (href) part(node, "href").href = href;
    else part(node, "href").remove();
    fill(node, "n", String(source.n));
    fill(node, "title", source.title || source.file);
    fill(node, "place", placeOf(source));
    fill(node, "badge", badge);
    fill(node, "dated", dated && say("dated", { date: dated }));
    fill(node, "caution", source.poorly_read && words.poorly_read);
    fill(node, "quote", source.quote);
    const picture = pictureOf(source);
    if (picture) {
      part(node, "picture-image").src = picture;
      part(node, "picture-image").alt = say("picture_alt", { n: source.page, title: source.title || source.file });
    } else part(node, "picture").remove();
    return node;
  }

  function contactNode({ question, ...contact }) {
    const node = clone("contact");
    const { phone, email } = contact;
    if (phone) part(node, "phone").href = "tel:" + phone.replace("(0)", "").replace(/[^+0-9]/g, "");
    if (email) part(node, "email").href = mailOf(email, question);
    part(node, "name").textContent = contact.name;
    for (const name of ["text", "phone", "email"]) fill(node, name, contact[name]);
    return node;
  }

  /* Keeps the nodes that are already right, so that focus and open sources survive the final answer. */
  function sync(list, items, build) {
    items.forEach((item, index) => {
      const key = JSON.stringify(item), old = list.children[index];
      if (old && old.key === key) return;
      const node = build(item);
      node.key = key;
      if (old) old.replaceWith(node);
      else list.append(node);
    });
    while (list.children.length > items.length) list.lastElementChild.remove();
  }

  /* One turn on the page. While the answer streams, fields without content are hidden; the final
     answer removes them. */
  class Turn {
    constructor(number, question) {
      this.number = number;
      this.question = question;
      this.sources = [];
      this.statements = [];
      this.parts = [];
      this.language = language;
      this.notices = [];
      this.node = clone("turn");
      for (const node of this.node.querySelectorAll("[id], [aria-labelledby]")) this.renumber(node);
      this.renumber(this.node);
      part(this.node, "question").textContent = question;
      this.optional = ["asked-as", "flag", "notices", "statements", "message", "counter", "contacts",
        "foot", "feedback", "sources"].map((name) => part(this.node, name));
      for (const field of this.optional) field.hidden = true;
      this.node.setAttribute("aria-busy", "true");
    }

    renumber(node) {
      for (const name of ["id", "aria-labelledby"]) {
        const value = node.getAttribute(name);
        if (value) node.setAttribute(name, value.replace(/-0$/, "-" + this.number));
      }
    }

    begin({ text, language: spoken, parts }) {
      part(this.node, "progress").textContent = text;
      this.parts = (parts || []).map(({ asked_as }) => ({ asked_as, statements: [] }));
      this.language = spoken || language;
    }

    say({ index, text, citations, parts }) {
      this.statements[index] = { text, citations };
      for (const n of parts || []) if (this.parts[n]) this.parts[n].statements.push(index);
    }

    show(name, visible) { part(this.node, name).hidden = !visible; }

    write(name, text, field = name) {
      if (text) part(this.node, field).textContent = text;
      this.show(name, text);
    }

    /* The questions that begin to be answered with this statement, where several were asked. */
    heads(index) {
      const parts = this.parts.length > 1 ? this.parts : [];
      return parts.filter((each) => each.statements[0] === index)
        .map((each) => ({ head: each.asked_as, lang: this.language }));
    }

    refresh() {
      const titles = Object.fromEntries(this.sources.map((source) => [source.n, source.title || source.file]));
      const number = this.number;
      sync(part(this.node, "source-list"), this.sources, (source) => sourceNode(number, source));
      const said = this.statements.flatMap((s, index) =>
        [...this.heads(index), { ...s, titles: s.citations.map((n) => titles[n]) }]);
      sync(part(this.node, "statements"), said,
        (item) => item.head ? partNode(item) : statementNode(number, item, titles));
      sync(part(this.node, "notices"), this.notices, noticeNode);
      this.show("sources", this.sources.length);
      this.show("statements", this.statements.length);
      this.show("notices", this.notices.length);
    }

    markDemo() {
      if ("demo" in body.dataset && !this.notices.some((notice) => notice.kind === "demo"))
        this.notices.push({ kind: "demo", text: words.demo_banner });
    }

    finish(answer) {
      const missing = answer.status === "not_found";
      const extractive = (answer.composed_by || "extractive") === "extractive";
      const asOf = spellDate(answer.as_of), asked = (answer.asked_as || "").trim();
      const contacts = contactsOf(answer).map((contact) => ({ ...contact, question: answer.question }));
      this.sources = answer.sources;
      this.statements = answer.statements.map(({ text, citations }) => ({ text, citations }));
      this.parts = answer.parts || [];
      this.language = answer.language || "de";
      this.notices = answer.notices.map(({ kind, text }) => ({ kind, text }));
      this.markDemo();
      part(this.node, "statements").lang = extractive ? "de" : answer.language || "de";
      this.refresh();
      const headed = this.parts.length > 1 && this.statements.length;
      this.write("asked-as", headed || asked === this.question.trim() ? "" : asked, "asked");
      this.write("flag", ["partial", "not_found"].includes(answer.status) ? words[answer.status] : "");
      this.write("message", answer.message || (missing ? words.not_found_message : ""));
      this.write("counter", answer.counter_question, "counter-text");
      sync(part(this.node, "contact-list"), contacts, contactNode);
      this.show("contacts", contacts.length);
      part(this.node, "callback")?.setAttribute("value", answer.question);
      part(this.node, "feedback").dataset.answer = answer.answer_id || "";
      this.show("feedback", answer.answer_id);
      const composed = !this.statements.length ? "nothing" : extractive ? "extractive" : "generated";
      this.write("foot", words["composed_" + composed], "composed");
      fill(this.node, "as-of", asOf && say("as_of", { date: asOf }));
      this.close();
    }

    fail(title, text) {
      this.statements = [];
      this.sources = [];
      this.notices = [{ kind: "error", text: title ? `${title}: ${text}` : text }];
      this.refresh();
      this.node.dataset.failed = "";
      part(this.node, "notices").append(clone("retry"));
      this.close();
    }

    close() {
      part(this.node, "progress").remove();
      for (const field of this.optional) if (field.hidden) field.remove();
      this.node.removeAttribute("aria-busy");
    }
  }

  /* ---- the stream ---- */

  class Failure extends Error {
    constructor(text, title = "") {
      super(text);
      this.title = title;
    }
  }

  async function failureOf(response) {
    if (response.status === 429) {
      const n = Number(response.headers.get("Retry-After"));
      return new Failure(n > 0 ? say("error_busy_seconds", { n }) : words.error_busy);
    }
    if (response.status >= 500 && response.status !== 503) return new Failure(words.error_server);
    const problem = await response.json().catch(() => ({}));
    const fallback = response.status === 503 ? words.error_server : words.error_request;
    return new Failure(typeof problem.detail === "string" && problem.detail ? problem.detail : fallback);
  }

  function eventOf(block) {
    let name = "message", data = [];
    for (const line of block.split(/\r\n|\n|\r/)) {
      if (line.startsWith("event:")) name = line.slice(6).trim();
      else if (line.startsWith("data:")) data.push(line.slice(5).replace(/^ /, ""));
    }
    return data.length ? { name, data: JSON.parse(data.join("\n")) } : null;
  }

  async function* eventsOf(response, wake) {
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let rest = ""; ;) {
      const { value, done } = await reader.read();
      if (done) return;
      wake();
      const blocks = (rest + value).split(/(?:\r\n|\n|\r(?!\n)){2}/);
      rest = blocks.pop();
      for (const block of blocks) {
        const event = eventOf(block);
        if (event) yield event;
      }
    }
  }

  /* Shows the stream in the turn; resolves with the whole answer. */
  async function receive(turn, history, control) {
    let timer;
    const wake = () => {
      clearTimeout(timer);
      timer = setTimeout(() => control.abort(), SILENCE_MS);
    };
    wake();
    try {
      const response = await fetch("/api/v1/answers", {
        method: "POST",
        headers: { "Content-Type": "application/json", Accept: "text/event-stream", "X-CSRF-Token": body.dataset.csrf || "" },
        body: JSON.stringify({ question: turn.question, history, ...(language === "de" ? {} : { language }) }),
        credentials: "same-origin",
        signal: control.signal,
      });
      if (!response.ok) throw await failureOf(response);
      let answer = null;
      for await (const { name, data } of eventsOf(response, wake)) {
        if (name === "status") turn.begin(data);
        else if (name === "sources") turn.sources = data.sources;
        else if (name === "statement") turn.say(data);
        else if (name === "notice") turn.notices.push({ kind: data.kind, text: data.text });
        else if (name === "answer") answer = data;
        else if (name === "error") throw new Failure(data.detail || words.error_server, data.title);
        else if (name === "done") {
          if (answer && data.answer_id) answer.answer_id = data.answer_id;
          break;
        }
        turn.statements = turn.statements.filter(Boolean);
        turn.refresh();
      }
      if (answer) return answer;
      throw new Failure(turn.sources.length ? words.error_broken : words.error_network);
    } finally {
      clearTimeout(timer);
    }
  }

  /* ---- the page ---- */

  const log = byId("verlauf");
  document.documentElement.classList.add("js");

  if (!log) {
    const quote = byId("zitat");
    if (quote && !location.hash) quote.scrollIntoView({ block: "center" });
    return;
  }

  const form = byId("fragen"), field = byId("frage"), examples = byId("beispiele"), again = byId("neu");
  const send = form.querySelector("[type=submit]");
  let running = null;
  let count = log.children.length;
  let lastCitation = null;

  const announce = (text) => { byId("melder").textContent = text; };
  const texts = (node, selector) => [...node.querySelectorAll(selector)].map((each) => each.textContent.replace(/\s+/g, " ").trim());
  const spoken = (node) => [
    ...texts(node, '.notice:not([data-kind="demo"])'),
    ...texts(node, ".part, .statement [data-f=text], .message, .counter-question, .contact"),
  ];

  function historyOf() {
    const turns = [...log.querySelectorAll(".turn:not([data-failed]):not([aria-busy])")].slice(-5);
    return turns.flatMap((node) => [
      { role: "user", text: (part(node, "asked") || part(node, "question")).textContent },
      { role: "assistant", text: texts(node, ".statement [data-f=text], .message, .counter-question").join(" ") },
    ]);
  }

  function setTalking(talking) {
    byId("inhalt").className = talking ? "talking" : "start";
    again.hidden = !talking;
    if (examples) examples.hidden = talking;
  }

  async function ask(question) {
    if (running) return announce(words.busy);
    const control = new AbortController();
    const history = historyOf();
    const turn = new Turn(++count, question);
    const heading = turn.node.querySelector(".question");
    running = control;
    send.setAttribute("aria-disabled", "true");
    field.value = "";
    showRest();
    log.append(turn.node);
    setTalking(true);
    // The reader continues from the question: the next Tab reaches the answer's citations.
    heading.focus({ preventScroll: true });
    turn.node.scrollIntoView({ block: "start" });
    announce(words.searching);
    try {
      const answer = await receive(turn, history, control);
      if (running !== control) return;
      turn.finish(answer);
      remember({ question, answer });
      const n = answer.sources.length;
      const sources = n === 1 ? words.announce_source : n ? say("announce_sources", { n }) : "";
      announce(`${words.answer}: ${[...spoken(turn.node), sources].join(" ")}`);
    } catch (error) {
      if (running !== control) return;
      const known = error instanceof Failure;
      const lost = turn.sources.length ? words.error_broken : words.error_network;
      turn.fail(known ? error.title : "", known ? error.message : lost);
      announce(spoken(turn.node).join(" "));
    }
    running = null;
    send.removeAttribute("aria-disabled");
    if (document.activeElement === heading) turn.node.scrollIntoView({ block: "start" });
  }

  /* The conversation is kept with the entry of the browser's history, in this tab and nowhere else:
     whoever follows a link and comes back finds it again. */
  function remember(turn) {
    const turns = [...(history.state?.turns || []), turn].slice(-MOST_REMEMBERED);
    try {
      history.replaceState({ turns }, "");
    } catch {
      // too much for this browser: then the conversation ends with the page
    }
  }

  function recall() {
    const turns = history.state?.turns || [];
    if (log.children.length) return;
    for (const { question, answer } of turns) {
      const turn = new Turn(++count, question);
      log.append(turn.node);
      turn.finish(answer);
    }
    if (turns.length) setTalking(true);
  }

  function startAgain() {
    history.replaceState(null, "");
    if (running) running.abort();
    running = null;
    send.removeAttribute("aria-disabled");
    log.replaceChildren();
    setTalking(false);
    field.value = "";
    field.focus();
    announce(words.cleared);
  }

  function showRest() {
    const left = field.maxLength - field.value.length;
    byId("frage-rest").textContent = left <= 200 ? say("characters_left", { n: left }) : "";
  }

  function showEmpty(empty) {
    byId("frage-fehler").hidden = !empty;
    field.setAttribute("aria-invalid", empty);
  }

  function openSource(citation) {
    const details = byId(citation.getAttribute("href").slice(1));
    if (!details) return;
    lastCitation = citation;
    for (const other of log.querySelectorAll("details.cited")) other.classList.remove("cited");
    details.classList.add("cited");
    details.open = true;
    const summary = details.querySelector("summary");
    summary.focus({ preventScroll: true });
    details.scrollIntoView({ block: "nearest" });
  }

  function backToCitation(turn) {
    const home = turn.contains(lastCitation) ? lastCitation : turn.querySelector(".citation");
    (home || turn.querySelector(".answer")).focus();
  }

  /* The visitor's own day; `toISOString` would be that of Greenwich. */
  function today() {
    const now = new Date();
    const two = (number) => String(number).padStart(2, "0");
    return spellDate(`${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`);
  }

  function plainText(node) {
    const lines = [say("copied_heading", { date: today() }), "", part(node, "question").textContent, ""];
    lines.push(`${words.answer}, ${texts(node, ".by")[0]}:`);
    lines.push(...texts(node, ".notice"));
    for (const said of node.querySelectorAll(".part, .statement")) {
      const marks = texts(said, ".citation").map((n) => `[${n}]`).join("");
      const text = said.matches(".part") ? said : part(said, "text");
      lines.push(`${text.textContent} ${marks}`.trim());
    }
    lines.push(...texts(node, ".message, .counter-question, .contact, .answer-foot p"));
    if (node.querySelector(".source")) lines.push("", `${words.sources}:`);
    for (const source of node.querySelectorAll(".source")) {
      const place = texts(source, ".source-title, .source-place, .source-time > span").join(", ");
      const link = part(source, "href");
      lines.push(`[${texts(source, ".number")[0]}] ${place}`, ...texts(source, "blockquote"));
      if (link) lines.push(link.href);
    }
    return lines.join("\n");
  }

  async function copy(button) {
    let result = words.copied;
    try {
      await navigator.clipboard.writeText(plainText(button.closest(".turn")));
    } catch {
      result = words.copy_failed;
    }
    announce(result);
    button.textContent = result;
    setTimeout(() => { button.textContent = words.copy_answer; }, 3000);
  }

  recall();
  form.noValidate = true;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const question = field.value.trim();
    showEmpty(!question);
    if (question) ask(question);
    else field.focus();
  });
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit();
  });
  field.addEventListener("input", () => {
    showRest();
    if (field.value.trim()) showEmpty(false);
  });
  if (examples) examples.addEventListener("submit", (event) => {
    event.preventDefault();
    ask(event.submitter.value);
  });
  again.addEventListener("click", (event) => {
    event.preventDefault();
    startAgain();
  });
  log.addEventListener("click", (event) => {
    const target = event.target.closest("a, button");
    if (!target) return;
    if (target.matches(".citation")) openSource(target);
    else if (target.matches(".back")) backToCitation(target.closest(".turn"));
    else if (target.dataset.do === "copy") return copy(target);
    else if (target.dataset.do === "retry") {
      const turn = target.closest(".turn");
      const question = part(turn, "question").textContent;
      if (!running) turn.remove();
      return ask(question);
    } else return;
    event.preventDefault();
  });
  log.addEventListener("keydown", (event) => {
    const sources = event.target.closest(".sources");
    if (event.key === "Escape" && sources) backToCitation(sources.closest(".turn"));
  });
  addEventListener("beforeprint", () => {
    for (const details of log.querySelectorAll("details:not(.page-picture)")) details.open = true;
  });
})();
