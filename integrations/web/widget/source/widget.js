/* The element: a launcher with a dialog, or, with the attribute `inline`, the conversation in its place.
   The conversation lives in memory only. */

const LONGEST = 2000;

function build(host) {
  const option = (name) => host.dataset[name] ?? script.dataset[name] ?? "";
  const inline = host.hasAttribute("inline");
  const lang = (option("lang") || document.documentElement.lang).startsWith("en") ? "en" : "de";
  const words = wordsIn(lang), title = option("title") || words.title;
  let turns = [], known, control;

  const launcher = button(words.launch, open, { class: "launcher", "aria-haspopup": "dialog" });
  const note = make("p", { id: "note", class: "small" }, words.notice);
  const log = make("div", { role: "log", "aria-live": "off", "aria-label": words.log });
  const body = make("div", { class: "body", tabindex: 0, role: "group", "aria-label": words.log }, note, log);
  const status = make("p", { class: "sr", role: "status" });
  const field = make("textarea",
    { id: "field", rows: 2, maxlength: LONGEST, required: "", enterkeyhint: "send", "aria-describedby": "hint" });
  const left = make("span"), people = make("div", { class: "row" });
  const clearer = button(words.clear, clear, { class: "quiet", hidden: "" });
  const form = make("form", {}, make("label", { for: "field" }, words.question),
    make("div", { class: "row" }, field, make("button", {}, words.send)),
    make("p", { class: "small", id: "hint" }, words.hint + " ", left));
  const panel = make("div", { class: "panel", tabindex: -1, "aria-labelledby": "title", "aria-describedby": "note" },
    make("div", { class: "row" }, make("h2", { id: "title" }, title), clearer,
      !inline && button("×", close, { class: "quiet", "aria-label": words.close })),
    body, status, form, people);

  /* What only the service knows: which pages there are and, as a promise, whom to ask instead. */
  const learn = () => known ??= fetch(`${home}/widget/v1/about?lang=${lang}`, { credentials: "omit" })
    .then((response) => response.json()).then(({ contacts = [], links = [] }) => {
      if (contacts[0]) people.append(make("details", {}, make("summary", {}, words.contact),
        ...contacts.map((each) => contactNode(each, ""))));
      people.append(...links.map(({ text, link }) => pageLink(link, text, lang)));
      return contacts;
    }, () => []);

  function open() {
    learn();
    launcher.hidden = true;
    panel.hidden = false;
    // on a touch screen the keyboard would hide the notice
    (matchMedia("(pointer: fine)").matches ? field : panel).focus();
  }

  function close() {
    const inside = host.shadowRoot.activeElement;
    panel.hidden = true;
    launcher.hidden = false;
    if (inside) launcher.focus();
  }

  function onKey(event) {
    if (event.key !== "Escape" || event.defaultPrevented || inline || panel.hidden) return;
    event.preventDefault();
    close();
  }

  /* The closed launcher moves above what has the focus in the page. */
  function makeWay({ target }) {
    requestAnimationFrame(() => {
      launcher.style.bottom = "";
      const mine = launcher.getBoundingClientRect(), its = target.getBoundingClientRect();
      if (target !== host && its.bottom > mine.top && its.right > mine.left && its.left < mine.right
        && its.top > mine.height) launcher.style.bottom = innerHeight - its.top + 8 + "px";
    });
  }

  function count() {
    const rest = LONGEST - field.value.length;
    left.textContent = rest > 200 ? "" : words.left.replace("{}", rest);
  }

  /* The reader begins at the start of the answer; whichever box scrolls. */
  function show({ node }) {
    for (const box of [body, panel])
      box.scrollTop += node.getBoundingClientRect().top - box.getBoundingClientRect().top;
  }

  async function ask(question) {
    const turn = newTurn(question, title, words, lang), mine = control = new AbortController();
    const history = turns.slice(-5).flatMap(({ answer, spoken }) => [
      { role: "user", text: answer.asked_as || answer.question },
      { role: "assistant", text: spoken() },
    ]);
    let failure;
    log.append(turn.node);
    clearer.hidden = false;
    show(turn);
    turn.heading.focus({ preventScroll: true });
    status.textContent = words.searching;
    try {
      await receive(
        { question, history, language: lang === "de" ? null : lang }, words, lang, mine, turn.hear);
      turns.push(turn);
      if (turn.answer.answer_id) askBack(turn);
    } catch (error) {
      failure = error.message;
      turn.foot.append(button(words.retry, () => {
        if (control) return;
        turn.node.remove();
        ask(question);
      }));
    }
    if (control !== mine) return;
    control = null;
    turn.close(failure);
    if (failure) learn().then(turn.reach);
    else turn.reach(turn.answer.contacts);
    status.textContent = turn.spoken();
    show(turn);
  }

  function askBack({ foot, answer: { answer_id } }) {
    const reply = (text, helpful) => button(text, async () => {
      const { ok } = await post("feedback", { answer_id, helpful }).catch(() => ({}));
      foot.textContent = ok ? words.thanks : words.away;
      foot.focus();
    });
    foot.append(make("span", {}, words.helpful), reply(words.yes, true), reply(words.no, false));
  }

  function clear() {
    control?.abort();
    control = null;
    turns = [];
    log.replaceChildren();
    clearer.hidden = true;
    field.focus();
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const question = field.value.trim();
    if (control || !question) return;
    field.value = "";
    count();
    ask(question);
  });
  field.addEventListener("input", count);
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit();
  });
  host.attachShadow({ mode: "open" }).adoptedStyleSheets = [sheet];
  host.shadowRoot.append(make("section", { lang, "aria-label": title, class: option("position") },
    !inline && launcher, panel));
  if (inline) learn();
  else panel.setAttribute("role", "dialog");
  panel.hidden = !inline;

  /* Begins to listen to the page; returns how to stop, which also ends an answer under way. */
  return () => {
    const page = new AbortController(), { signal } = page;
    document.addEventListener("keydown", onKey, { signal });
    document.addEventListener("focusin", makeWay, { signal });
    return () => {
      page.abort();
      control?.abort();
    };
  };
}

const sheet = new CSSStyleSheet();
sheet.replaceSync(STYLE);

class Auskunft extends HTMLElement {
  static auskunft = true;

  connectedCallback() {
    this.listen ??= build(this);
    this.leave = this.listen();
  }

  disconnectedCallback() { this.leave(); }
}

/* A page may know another element of our name, and may include this script twice. */
let tag = "auskunft-widget";
const taken = customElements.get(tag);
if (taken && !taken.auskunft) tag += "-1";
if (!customElements.get(tag)) {
  const start = () => document.querySelector(tag) || document.body.append(make(tag));
  customElements.define(tag, Auskunft);
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", start);
  else start();
}
